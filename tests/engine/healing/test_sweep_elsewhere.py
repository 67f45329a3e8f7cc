"""What was missed beside the board, in education services and in customers' projects is found, and handled once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.bot import Bot
from app.engine import ledger
from app.engine.clock import utc_now
from app.engine.healing.position import OVERLAP
from app.engine.healing.report import Report
from app.sandbox.faults import DeliveryFaults
from app.sandbox.seed import EDUCATION, PS_GROUP
from tests.engine.healing.theatre import Theatre, eventually, swept, theatre

Act = Callable[[Theatre], None]
Play = Callable[[Act], dict[str, Any]]


@contextmanager
def at_work(folder: Path, *, group_hook: bool = True, **settings: str) -> Iterator[tuple[Theatre, Bot]]:
    """The bot with a request on the board, its intake issue, and the project of an earlier deal."""
    with theatre(folder, **settings) as place:
        if group_hook:
            place.add_hook("groups", PS_GROUP)
        place.customers_project()
        with place.bot() as bot:
            place.file()
            place.quiet(bot)
            yield place, bot


def asks_for_training(place: Theatre) -> None:
    """Somebody files a request for a class; the date comes in a comment."""
    issues = place.project("account.executive", EDUCATION).issues
    issue = issues.create({"title": "A class for Support", "labels": "internal_trainer_request"})
    issue.notes.create({"body": "Class date: 2026-09-01\nRegistration link: https://classes.example/1"})


def raises_a_risk(place: Theatre) -> None:
    """In a customer's project."""
    issues = place.project("project.manager", _customers(place)).issues
    issues.create({"title": "The network is not open", "description": "Kind: risk\nImpact: two weeks"})
    risky = issues.create({"title": "The migration fails"})
    issues.update(risky.iid, {"add_labels": "PS Risk"})


def asks_on_the_intake_issue(place: Theatre) -> None:
    """A command in a comment on an issue beside the board, and a label on another one."""
    project = place.project("engagement.manager")
    intake = next(one for one in place.sandbox.world.issues.values() if "Intake" in one.title)
    project.issues.get(intake.iid, lazy=True).notes.create({"body": "@sowbot help"})
    other = project.issues.create({"title": "Begin before the SOW is signed"})
    project.issues.update(other.iid, {"add_labels": "work-at-risk"})


ACTS = [asks_for_training, raises_a_risk, asks_on_the_intake_issue]


def _customers(place: Theatre) -> str:
    return next(one.full_path for one in place.sandbox.world.projects.values() if one.path == "SOW-1")


@pytest.fixture(scope="module")
def without_faults(tmp_path_factory: pytest.TempPathFactory) -> Play:
    """What becomes of an act when nothing goes wrong."""
    known: dict[Act, dict[str, Any]] = {}

    def play(act: Act) -> dict[str, Any]:
        if act not in known:
            with at_work(tmp_path_factory.mktemp("well")) as (place, bot):
                act(place)
                untouched = place.state()
                place.quiet(bot)
                known[act] = place.state()
                assert known[act] != untouched, "no rule answers, so the tests below would show nothing"
        return known[act]

    return play


@pytest.mark.parametrize("act", ACTS)
def test_what_was_lost_there_is_found_and_handled_once_as_if_it_had_come(
    tmp_path: Path, act: Act, without_faults: Play
) -> None:
    expected = without_faults(act)
    with at_work(tmp_path) as (place, bot):
        place.lose()
        act(place)
        place.deliver_well()
        assert place.state() != expected
        report = swept(place, bot)
        assert place.state() == expected
        assert report.untold
        assert report.silent
        assert not swept(place, bot).mended
        assert place.state() == expected


@pytest.mark.parametrize("act", ACTS)
def test_a_delivery_from_there_that_comes_after_the_sweep_does_nothing_twice(
    tmp_path: Path, act: Act, without_faults: Play
) -> None:
    expected = without_faults(act)
    with at_work(tmp_path) as (place, bot):
        place.spoil(DeliveryFaults(delay=1, delay_seconds=4), seed=1)
        act(place)
        place.deliver_well()
        assert swept_at_once(bot).untold
        time.sleep(5)
        place.quiet(bot)
        assert place.state() == expected
        swept(place, bot)
        assert place.state() == expected


def swept_at_once(bot: Bot) -> Report:
    """A sweep, and what it found attended to; not waiting for deliveries that are under way."""
    report = bot.sweeper.sweep()
    assert eventually(lambda: ledger.waiting(bot.engine.database)[0] == 0)
    return report


def test_places_without_a_hook_are_told_and_heard_by_sweeps(tmp_path: Path, without_faults: Play) -> None:
    """The hook of the theatre is that of the scoping project alone."""
    expected = without_faults(asks_for_training)
    with at_work(tmp_path, group_hook=False) as (place, bot):
        asks_for_training(place)
        report = swept(place, bot)
        assert not report.silent, "no hook should have told it"
        assert not report.problems
        assert [one.rpartition("/")[2] for one in report.unheard] == [
            "education-services",
            "gitlab-partner-collaboration",
            "gitlab-professional-services",
        ]
        assert "found by sweeps alone" in " ".join(report.sentences())
        title = next(title for title in expected if "A class for Support" in title)
        assert any(issue == expected[title] for name, issue in place.state().items() if "A class for Support" in name)


def test_an_idle_sweep_costs_one_list_of_each_place_and_its_own_hooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at_work(tmp_path) as (place, bot):
        swept(place, bot)
        later = utc_now() + 2 * OVERLAP
        monkeypatch.setattr(bot.sweeper, "_clock", lambda: later)
        swept(place, bot)
        place.calls.clear()
        report = swept(place, bot)
        asked = Counter(place.calls)
    assert not report.problems
    assert asked == {
        "GET /projects/:id/issues": 2,  # the board's project and education services
        "GET /groups/:id/issues": 2,  # all customers' projects of both kinds
        "GET /projects/:id/hooks": 1,
        "GET /projects/:id/hooks/:id/events": 2,
        "GET /groups/:id/hooks": 1,
        "GET /groups/:id/hooks/:id/events": 2,
    }


def test_a_changed_issue_without_comments_costs_one_look_and_one_that_concerns_no_rule_none(tmp_path: Path) -> None:
    with at_work(tmp_path) as (place, bot):
        before = _looks(place, bot)
        place.lose()  # what the bot has looked at once, it remembers
        place.project("engagement.manager").issues.create({"title": "Not on the board", "labels": ["bug"]})
        place.project("project.manager", _customers(place)).issues.create({"title": "Order a cake"})
        place.quiet(bot)
        assert _looks(place, bot) == before
        place.project("project.manager", EDUCATION).issues.create({"title": "A class, some day"})
        place.quiet(bot)
        assert _looks(place, bot) == (before[0] + 1, before[1])


def _looks(place: Theatre, bot: Bot) -> tuple[int, int]:
    """How often a sweep asked for label histories and for comments. What is young is looked at in each sweep."""
    place.calls.clear()
    bot.sweeper.sweep()
    issue = "GET /projects/:id/issues/:id"
    return place.calls.count(f"{issue}/resource_label_events"), place.calls.count(f"{issue}/notes")


def test_a_place_that_is_hidden_is_told_and_stops_no_other(tmp_path: Path) -> None:
    with at_work(tmp_path) as (place, bot):
        world = place.sandbox.world
        education = world.projects.pop(place.seeded.projects[EDUCATION].id)
        raises_a_risk(place)
        place.quiet(bot)
        place.lose()
        raises_a_risk(place)
        place.deliver_well()
        report = swept(place, bot)
        assert report.mended == {"opened": 2}
        assert EDUCATION in report.problems[0]
        assert report.silent
        (problem,) = swept(place, bot).problems
        assert EDUCATION in problem
        world.projects[education.id] = education
        assert not swept(place, bot).problems
