"""A scene for handlers: one scoping issue in a GitLab in memory, the shipped rules and the shipped templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.domain.change import Change, Kind
from app.domain.decision import Mode, Outcome, Result, Source, Step
from app.domain.item import ItemKey, Person, Snapshot
from app.domain.message import NOTHING, About
from app.handler import Context
from app.rules.book import RuleBook
from app.rules.loading.load import load_or_raise
from app.rules.model import RuleFile
from app.rules.reading.facts import read_facts
from app.templating.folder import TemplateFolder
from app.trying.doors import ImaginedRecords, ImaginedTimers
from handlers import by_name, specs
from handlers.note_text import CONTEXT_NAMES
from tests.handlers.fake_gitlab import BOT, FakeGitLab

ROOT = Path(__file__).parents[2]
TEMPLATES = TemplateFolder(ROOT / "templates")
BOOK: RuleBook = load_or_raise(
    ROOT / "label_rules.yaml",
    actions=specs(),
    templates=TEMPLATES,
    context_names=CONTEXT_NAMES,
    name="label_rules.yaml",
)
PS_PLAN = "gitlab-com/customer-success/professional-services-group/ps-plan"
NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
DESCRIPTION = """## SSOT

| Question | Customer Response | Example response | Rationale |
| --- | --- | --- | --- |
| **Source SCM system(s)** | to-do | Bitbucket Server | size |
| Total users | 775 | 225 | size |

Requested by: @account.executive
Account team: @account.executive, @solutions.architect
Estimate total: 82,000 USD
"""


@dataclass
class FakeChannels:
    """Remembers what was posted."""

    posted: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Channel and text by key."""
    about: dict[str, About] = field(default_factory=dict)

    def post(self, channel: str, text: str, *, key: str, about: About = NOTHING) -> Outcome:
        if key in self.posted:
            return Outcome(Result.ALREADY_SO, "It was posted.")
        self.posted[key] = (channel, text)
        self.about[key] = about
        return Outcome(Result.APPLIED, f"Told {channel}.")


class FakeTimers(ImaginedTimers):
    """Timers in memory, easy to look at."""

    @property
    def due(self) -> dict[str, datetime]:
        """When each comes due."""
        return {name: timer.due for name, timer in self.by_name.items()}

    @property
    def data(self) -> dict[str, Mapping[str, str]]:
        """What each knows."""
        return {name: timer.data for name, timer in self.by_name.items()}


@dataclass
class Scene:
    """One issue and the tools around it. ``run`` carries an action out as the engine would."""

    labels: tuple[str, ...] = ("Services Calculator",)
    description: str = DESCRIPTION
    title: str = "Example Bank - Scope Issue and Write SOW"
    assignees: tuple[str, ...] = ()
    confidential: bool = False
    stage: str = "Open"
    rules: RuleFile = BOOK.file
    change: Change = field(
        default_factory=lambda: Change(
            "d1", "m1", Kind.EDITED, "Issue Hook", actor=Person("engagement.manager", 7), at=NOW
        )
    )
    made: dict[str, object] = field(default_factory=dict)
    mode: Mode = Mode.LIVE
    gitlab: FakeGitLab = field(default_factory=FakeGitLab)
    channels: FakeChannels = field(default_factory=FakeChannels)
    timers: FakeTimers = field(default_factory=FakeTimers)
    records: ImaginedRecords = field(default_factory=ImaginedRecords)
    members: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        home = self.gitlab.add_project(PS_PLAN)
        self.key = ItemKey(home.id, 12)
        self.gitlab.items[self.key] = Snapshot(
            key=self.key,
            id=9000,
            project_path=PS_PLAN,
            title=self.title,
            description=self.description,
            state="opened",
            labels=self.labels,
            author=Person("services-calculator", 5),
            assignees=tuple(Person(name) for name in self.assignees),
            web_url=f"https://gitlab.example/{PS_PLAN}/-/issues/12",
            created_at=NOW,
            updated_at=NOW,
            confidential=self.confidential,
            notes=(),
            bot=BOT,
        )

    @property
    def item(self) -> Snapshot:
        """The issue as it is now."""
        return self.gitlab.items[self.key]

    def context(self, action: str, params: Mapping[str, Any], *, key: str = "rule.0.m1") -> Context:
        """What the engine would hand to the handler."""
        source = Source("label_rules.yaml", 120)
        return Context(
            gitlab=self.gitlab,
            templates=TEMPLATES,
            channels=self.channels,
            timers=self.timers,
            records=self.records,
            book=replace(BOOK, file=self.rules, members=self.members),
            snapshot=self.item,
            change=self.change,
            step=Step(key, action, dict(params), "rule", source, self.mode, "Because."),
            facts=read_facts(replace(BOOK, file=self.rules), self.item),
            stage=self.stage,
            now=NOW,
            decision_url="https://sowbot.example/decisions/d1",
            made=self.made,
        )

    def run(self, action: str, params: Mapping[str, Any], *, key: str = "rule.0.m1") -> Outcome:
        """Carry the action out once; what it made is there for the next."""
        handler = by_name()[action]
        outcome = handler.run(self.context(action, params, key=key), handler.parse(params))
        if outcome.data:
            self.made[action] = outcome.data
        return outcome
