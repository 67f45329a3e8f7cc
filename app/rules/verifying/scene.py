"""Scene: an item as the verifier sees it. What stays the same while the bot acts, and what the bot can change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.domain.item import Approval, Firing, ItemKey, Memory, Note, Person, Snapshot

NOW = datetime(2025, 3, 4, 10, 0, tzinfo=UTC)
"""Time stands still while the rules are explored; timers come due by themselves."""
BOT = Person("sowbot", 1)
NOBODY_SPECIAL = Person("somebody")
ELSEWHERE = (1, "another/project")

_BEFORE = {"unreadable": "what it was before"}
"""The remembered value of a fact that has just changed."""


@dataclass(frozen=True, slots=True)
class FactValue:
    """One value of a fact that stands for all that the rules can't tell from it."""

    name: str
    words: str
    value: object = field(compare=False)
    """As the reader gives it; None: not stated."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the bot's own steps never change."""

    facts: tuple[FactValue, ...] = ()
    author: Person = NOBODY_SPECIAL
    assignees: tuple[Person, ...] = ()
    commenters: tuple[Person, ...] = ()
    """Who has commented."""
    confidential: bool = False
    item_type: str = "Issue"
    title: str = "A title"
    project: tuple[int, str] = ELSEWHERE

    @property
    def key(self) -> ItemKey:
        """The item's name; its number is always 1."""
        return ItemKey(self.project[0], 1)

    @property
    def values(self) -> dict[str, object]:
        """The facts as the reader would give them: those that are not stated are missing."""
        return {fact.name: fact.value for fact in self.facts if fact.value is not None}


@dataclass(frozen=True, slots=True)
class World:
    """What the bot's steps can change, and what the bot remembers. Two equal worlds have the same future."""

    labels: frozenset[str] = frozenset()
    """Stage label included."""
    closed: bool = False
    accepted: str | None = None
    """The remembered stage; None: the item was never seen."""
    refused: tuple[str, str] | None = None
    stale: frozenset[str] = frozenset()
    """Facts that changed since the bot last looked."""
    since: datetime | None = NOW
    """When it came into its stage; None: no delivery has told."""
    quiet: timedelta = timedelta()
    """How long nobody had done anything to it."""
    fired: tuple[tuple[str, Firing], ...] = ()
    """What is remembered of rules with a limit."""
    timers: frozenset[str] = frozenset()
    approved: frozenset[str] = frozenset()
    """Approvals that were recorded, of the facts as they were when the bot last looked."""
    said: frozenset[str] = frozenset()
    """Markers of notes that are written once only."""

    def snapshot(self, setting: Setting) -> Snapshot:
        """The item as GitLab would give it."""
        known = {**setting.values, **dict.fromkeys(self.stale, _BEFORE)}
        return Snapshot(
            key=setting.key,
            id=1,
            project_path=setting.project[1],
            title=setting.title,
            description="",
            state="closed" if self.closed else "opened",
            labels=tuple(sorted(self.labels)),
            author=setting.author,
            assignees=setting.assignees,
            web_url="",
            created_at=NOW,
            updated_at=NOW - self.quiet,
            confidential=setting.confidential,
            item_type=setting.item_type,
            notes=tuple(Note(number, "", one, NOW) for number, one in enumerate(setting.commenters, start=1)),
            bot=BOT,
            memory=Memory(
                stage=self.accepted,
                stage_entered_at=None if self.accepted is None else self.since,
                facts=known,
                refused=self.refused,
                closed=self.closed,
                fired=dict(self.fired),
                approvals=tuple(Approval(label, "leader", NOW, "command", of=known) for label in sorted(self.approved)),
            ),
        )


def scope_of(label: str) -> str:
    """The part before the last ``::``, of which an item carries one label at a time; empty if it has none."""
    return label.rpartition("::")[0]
