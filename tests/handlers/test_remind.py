"""Reminders: counted in the calendar from what happened, set once, forgotten on demand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from app.domain.decision import Result
from handlers.remind import RemindParams
from tests.handlers.scene import NOW, Scene


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
        scene.timers.due[name] = NOW
    scene.run("remind", {"cancel": "stage/*"})
    assert scene.timers.due == {"other": NOW}


@pytest.mark.parametrize("params", [{}, {"name": "x"}, {"name": "x", "after": "24 hours", "cancel": "y"}])
def test_it_either_sets_or_forgets(params: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="to set a reminder, or cancel alone"):
        RemindParams.model_validate(params)
