"""Which places a sweep lists, whose hooks it looks for, and what it does about those that it may not see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.item import ItemKey, Note, Person
from app.engine.engine import Engine
from app.engine.healing.hooks import AGAIN_S, Hooks
from app.engine.healing.places import Places
from app.engine.healing.position import OVERLAP, Position
from app.engine.healing.store import Store
from app.engine.healing.sweep import Sweeper
from app.engine.rulebook import Rules
from app.errors import Forbidden, NotFound, Refused
from app.gitlab.history import FailedDelivery, HookView, LabelEvent, Place, Updated
from app.rules.book import RuleBook
from tests.engine.changes import change
from tests.rules.deal import BOT, book

NAMED = {"home": "ps/plan", "school": "ps/school", "root": "ps/delivery", "one": "ps/delivery/acme/sow-1"}
GROUPS = {"ps", "ps/delivery"}
OURS = "https://bot.example/webhooks/gitlab"


@dataclass
class Fake:
    """A GitLab of which only places matter. ``closed``: what it answers of a place instead."""

    closed: dict[str, Exception] = field(default_factory=dict)
    with_hook: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def _say(self, what: str, path: str) -> None:
        self.asked.append(f"{what} {path}")
        if path in self.closed:
            raise self.closed[path]

    def whoami(self) -> Person:
        return BOT

    def find_place(self, path: str) -> Place:
        self._say("find", path)
        return Place("group" if path in GROUPS else "project", path)

    def hooks(self, place: Place) -> Sequence[HookView]:
        self._say("hooks", place.path)
        return [HookView(1, place, OURS, "executable")] if place.path in self.with_hook else []

    def failed_deliveries(self, hook: HookView, since: datetime) -> Sequence[FailedDelivery]:
        return ()

    def issues_updated_since(self, place: Place, since: datetime) -> Sequence[Updated]:
        self._say("list", place.path)
        return ()

    def label_events(self, key: ItemKey) -> Sequence[LabelEvent]:
        raise AssertionError(key)

    def comments(self, key: ItemKey) -> Sequence[Note]:
        raise AssertionError(key)

    def try_hook(self, hook: HookView) -> None:
        raise AssertionError(hook)

    def listed(self) -> list[str]:
        """The places listed since the last time this was asked."""
        found = [said.removeprefix("list ") for said in self.asked if said.startswith("list ")]
        self.asked.clear()
        return found


def rules(*projects: str | list[str], anywhere: bool = False, home: str | None = "home") -> RuleBook:
    whens: list[dict[str, Any]] = [{"project": project} for project in projects]
    whens += [{}] if anywhere else []
    made = [
        {"name": f"rule-{number}", "why": "Because.", "when": {"event": "comment", **when}, "do": []}
        for number, when in enumerate(whens)
    ]
    return book(projects=NAMED, rules=made, defaults={"project": home})


@dataclass
class Desk:
    """A sweeper over the fake, and what it sweeps with."""

    gitlab: Fake
    sweeper: Sweeper
    store: Store
    position: Position
    now: datetime


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    engine = Engine(f"sqlite:///{tmp_path / 'x.sqlite'}", triage=lambda _: (True, ""))
    engine.attach()
    gitlab, store, position = Fake(), Store(engine.database, engine.inbox), Position(engine.database)
    made = Desk(gitlab, None, store, position, datetime(2026, 5, 28, tzinfo=UTC))  # type: ignore[arg-type]  # below
    made.sweeper = Sweeper(
        history=gitlab,
        store=store,
        position=position,
        rules=Rules(tmp_path / "rules.yaml", lambda _path: rules("school", ["root", "one"])),
        places=Places(gitlab, store),
        hooks=Hooks(gitlab, None),
        clock=lambda: made.now,
    )
    yield made
    engine.detach()


def test_home_and_each_place_is_listed_once_and_what_kind_it_is_asked_once(desk: Desk) -> None:
    desk.gitlab.with_hook = {"ps"}
    desk.sweeper.sweep()
    assert sum(said.startswith("find") for said in desk.gitlab.asked) == 4
    assert desk.gitlab.listed() == ["ps/delivery", "ps/plan", "ps/school"]
    report = desk.sweeper.sweep()
    assert desk.gitlab.asked == ["hooks ps", "list ps/delivery", "list ps/plan", "list ps/school"]
    assert (report.problems, report.unheard) == ([], [])


def test_when_the_group_is_hidden_the_project_in_it_is_listed_and_the_group_told(desk: Desk) -> None:
    desk.gitlab.closed["ps/delivery"] = NotFound("404")
    report = desk.sweeper.sweep()
    assert desk.gitlab.listed() == ["ps/delivery/acme/sow-1", "ps/plan", "ps/school"]
    (told,) = [problem for problem in report.problems if "ps/delivery" in problem and "No webhook" not in problem]
    assert "is the bot a member?" in told


@pytest.mark.parametrize("answer", [Forbidden("403"), NotFound("404"), Refused("moved to ps/lessons")])
def test_a_place_that_cannot_be_read_is_told_once_in_each_report_and_the_others_are_listed(
    desk: Desk, answer: Exception
) -> None:
    desk.sweeper.sweep()
    desk.gitlab.asked.clear()
    desk.gitlab.closed["ps/school"] = answer
    desk.now += timedelta(minutes=5)
    for _ in range(2):
        report = desk.sweeper.sweep()
        assert sum("ps/school" in problem and str(answer) in problem for problem in report.problems) == 1
        assert {"ps/delivery", "ps/plan"} <= set(desk.gitlab.listed())
    assert desk.position.begin(desk.now) == desk.now - OVERLAP
    del desk.gitlab.closed["ps/school"]
    assert not [problem for problem in desk.sweeper.sweep().problems if "No webhook" not in problem]


def test_while_no_place_can_be_read_the_time_is_looked_through_again(desk: Desk) -> None:
    first = desk.sweeper.sweep().began_at
    desk.gitlab.closed = dict.fromkeys(NAMED.values(), Forbidden("Is the bot's token right?"))
    desk.now += timedelta(hours=3)
    assert "token right" in " ".join(desk.sweeper.sweep().problems)
    assert desk.position.begin(desk.now) == first
    desk.gitlab.closed = {}
    assert desk.sweeper.sweep().since == first


def remembering(desk: Desk, *projects: tuple[int, str]) -> list[str]:
    """Items of which a delivery came, in these projects."""
    for number, path in projects:
        told = replace(change(f"of {number}"), item=ItemKey(number, 1), project_path=path)
        desk.store.put([told])
    return [f"{number}#1" for number, _ in projects]


def test_rules_that_listen_anywhere_are_served_where_the_bot_knows_an_item(desk: Desk) -> None:
    items = remembering(desk, (7, "ps/delivery/globex/sow-2"), (8, "elsewhere/x"), (9, "ps/plan"))
    found = Places(desk.gitlab, desk.store).of(rules("root", anywhere=True), items)
    assert [place.path for place in found.listed] == ["ps/delivery", "ps/plan", "8"]
    found = Places(desk.gitlab, desk.store).of(rules("root"), items)
    assert [place.path for place in found.listed] == ["ps/delivery", "ps/plan"]


def test_without_a_usual_project_all_known_ones_are_listed_also_when_nobody_knows_where_they_lie(desk: Desk) -> None:
    items = [*remembering(desk, (7, "ps/x")), "31#5"]
    found = Places(desk.gitlab, desk.store).of(rules(anywhere=True, home=None), items)
    assert [str(place) for place in found.listed] == ["project 31", "project 7"]


def test_a_place_without_our_hook_is_asked_again_after_an_hour_and_one_with_it_each_time() -> None:
    gitlab, now = Fake(with_hook={"ps/plan"}), [0.0]
    hooks = Hooks(gitlab, None, clock=lambda: now[0])
    places = [Place("project", "ps/plan"), Place("group", "ps/delivery")]
    for clock, asked in ((0.0, 3), (60.0, 1), (AGAIN_S + 1, 3), (AGAIN_S + 60, 1)):
        now[0] = clock
        gitlab.asked.clear()
        assert [hook.place.path for hook in hooks.ours(places)[0]] == ["ps/plan"]
        assert len(gitlab.asked) == asked


def test_while_there_is_no_hook_at_all_everywhere_is_looked_each_time_and_both_reasons_are_told() -> None:
    gitlab = Fake(closed={"ps/delivery": NotFound("no group hooks in this tier"), "ps": Forbidden("403")})
    hooks = Hooks(gitlab, None)
    places = [Place("project", "ps/plan"), Place("group", "ps/delivery")]
    for _ in range(2):
        gitlab.asked.clear()
        found, problems = hooks.ours(places)
        assert (found, len(gitlab.asked)) == ((), 3)
        assert "No webhook of project ps/plan" in problems[0]
        assert "The hooks of group ps/delivery can't be read" in problems[1]
    gitlab.with_hook = {"ps/plan"}
    assert len(hooks.ours(places)[0]) == 1
