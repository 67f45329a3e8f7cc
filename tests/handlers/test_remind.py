"""Reminders: counted in the calendar from what happened, set once, forgotten on demand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from app.domain.decision import Result
from app.rules.model import FactDef
from handlers.remind import RemindParams, run
from tests.handlers.scene import BOOK, NOW, Scene


def test_a_reminder_is_counted_in_business_days() -> None:
    scene = Scene()
    # Friday 20 November, 09:00 in California: two business days later is Tuesday.
    scene.run("remind", {"name": "ta-review", "after": "2 business days", "who": "technical_architects", "says": "Go."})
    assert scene.timers.due == {"ta-review": datetime(2026, 11, 24, 17, 0, tzinfo=UTC)}
    assert scene.timers.data["ta-review"] == {"who": "technical_architects", "says": "Go."}


def test_seventy_two_business_hours_are_three_business_days() -> None:
    scene = Scene()
    scene.run("remind", {"name": "welcome-email", "after": "72 business hours"})
    # Monday, Tuesday, Wednesday; Thursday 26 November is a holiday in the US.
    assert scene.timers.due["welcome-email"] == datetime(2026, 11, 25, 17, 0, tzinfo=UTC)


def test_a_second_reminder_may_go_to_somebody_else() -> None:
    scene = Scene()
    params = {
        "name": "x",
        "after": "24 hours",
        "who": "assignee",
        "then": "48 hours",
        "then_who": "engagement_managers",
    }
    assert scene.run("remind", params).result is Result.APPLIED
    assert scene.timers.due == {"x": NOW + timedelta(hours=24), "x/then": NOW + timedelta(hours=48)}
    assert scene.timers.data["x/then"]["who"] == "engagement_managers"
    assert scene.run("remind", params).result is Result.ALREADY_SO


def test_time_counts_from_what_happened_and_never_from_the_future() -> None:
    scene = Scene()
    scene.change = replace(scene.change, at=NOW - timedelta(hours=5))
    scene.run("remind", {"name": "late", "after": "24 hours"})
    scene.change = replace(scene.change, at=NOW + timedelta(days=5))
    scene.run("remind", {"name": "skewed", "after": "24 hours"})
    scene.change = replace(scene.change, at=None)
    scene.run("remind", {"name": "untold", "after": "24 hours"})
    assert scene.timers.due["late"] == NOW + timedelta(hours=19)
    assert scene.timers.due["skewed"] == scene.timers.due["untold"] == NOW + timedelta(hours=24)


def test_forgetting_takes_the_second_reminder_too() -> None:
    scene = Scene()
    scene.run("remind", {"name": "x", "after": "24 hours", "then": "48 hours"})
    assert scene.run("remind", {"cancel": "x"}).result is Result.APPLIED
    assert scene.timers.due == {}
    assert scene.run("remind", {"cancel": "x"}).result is Result.ALREADY_SO


def test_a_star_forgets_all_that_begin_so() -> None:
    scene = Scene()
    for name in ("stage/Open/1", "stage/Open/1/then", "other"):
        scene.timers.set(scene.key, name, NOW, rule="r")
    scene.run("remind", {"cancel": "stage/*"})
    assert scene.timers.due == {"other": NOW}


@pytest.mark.parametrize("params", [{}, {"name": "x"}, {"name": "x", "after": "24 hours", "cancel": "y"}])
def test_it_either_sets_or_forgets(params: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="to set a reminder, or cancel alone"):
        RemindParams.model_validate(params)


# ── around a date ────────────────────────────────────────────────────────────────────────────────────────────────────
CLASS = FactDef(line="Class date", date=True)
BEFORE_CLASS = {"name": "links", "before": "2 weeks", "of_fact": "class_date", "who": "account_team", "says": "Links."}


def with_class(day: str) -> Scene:
    rules = BOOK.file.model_copy(update={"facts": {**BOOK.file.facts, "class_date": CLASS}})
    return Scene(rules=rules, description=f"Class date: {day}")


def test_a_reminder_before_a_date_comes_in_the_morning_of_the_day() -> None:
    scene = with_class("2026-12-14")
    assert scene.run("remind", BEFORE_CLASS).result is Result.APPLIED
    assert scene.timers.due == {"links": datetime(2026, 11, 30, 17, 0, tzinfo=UTC)}
    assert scene.timers.data["links"] == {"who": "account_team", "says": "Links.", "on_day": "2026-12-14"}
    assert scene.run("remind", BEFORE_CLASS).result is Result.ALREADY_SO


def test_on_the_day_itself_at_a_time_of_ones_own() -> None:
    scene = with_class("2026-12-14")
    scene.run("remind", {"name": "first-day", "of_fact": "class_date", "at": "7:30"})
    assert scene.timers.due == {"first-day": datetime(2026, 12, 14, 15, 30, tzinfo=UTC)}


def test_a_date_that_is_near_is_reminded_of_at_once_and_one_that_is_over_not_at_all() -> None:
    near, over, none = with_class("2026-11-24"), with_class("2026-11-19"), with_class("to-do")
    near.run("remind", BEFORE_CLASS)
    assert near.timers.due == {"links": NOW}
    for scene in (over, none):
        scene.timers.set(scene.key, "links", NOW, rule="of an earlier date")
        assert scene.run("remind", BEFORE_CLASS).result is Result.NOT_APPLICABLE
        assert scene.timers.due == {}


def test_before_the_end_of_the_fiscal_quarter() -> None:
    scene = Scene()
    scene.run("remind", {"name": "close", "before": "5 business days", "of": "quarter end"})
    # The quarter ends on Sunday 31 January 2027; the fifth workday before it is Monday the 25th.
    assert scene.timers.due == {"close": datetime(2027, 1, 25, 17, 0, tzinfo=UTC)}
    scene.change = replace(scene.change, at=datetime(2026, 10, 30, 17, 0, tzinfo=UTC))
    scene.run("remind", {"name": "close", "before": "5 business days", "of": "quarter end"})
    assert scene.timers.due == {"close": datetime(2027, 1, 25, 17, 0, tzinfo=UTC)}


def test_on_hold_a_new_reminder_stands_still_unless_it_belongs_to_a_date() -> None:
    scene = with_class("2026-12-14")
    scene.stage = "proposal::On_hold"
    scene.run("remind", {"name": "ta-review", "after": "2 business days"})
    scene.run("remind", BEFORE_CLASS)
    assert set(scene.timers.due) == {"links"}
    assert set(scene.timers.resting) == {"ta-review"}
    scene.run("remind", {"pause": "*"})
    assert set(scene.timers.due) == {"links"}
    scene.change = replace(scene.change, at=NOW + timedelta(days=10))
    late = replace(scene.context("remind", {}), now=NOW + timedelta(days=10))
    run(late, RemindParams(resume="*"))
    # Monday 30 November, 09:00 in California: the two business days that were left end on Wednesday.
    assert scene.timers.due["ta-review"] == datetime(2026, 12, 2, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"name": "x", "after": "1 day", "before": "1 day"}, "counts back from a date"),
        ({"name": "x", "of": "quarter end", "before": "3 hours"}, "counts days"),
        ({"name": "x", "of_fact": "a", "then": "3 days"}, "goes with after"),
        ({"name": "x", "of_fact": "a", "of": "quarter end"}, "to set a reminder, or cancel alone"),
        ({"name": "x", "of_fact": "a", "at": "25:00"}, "String should match pattern"),
        ({"pause": "x", "resume": "y"}, "to set a reminder, or cancel alone"),
    ],
)
def test_what_does_not_go_together_is_refused(params: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        RemindParams.model_validate(params)
