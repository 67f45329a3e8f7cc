"""Tests of time: how long an item has been in its stage, and how long nobody has done anything to it."""

from __future__ import annotations

from datetime import datetime

from app.rules.calendar import BusinessCalendar
from app.rules.deciding.view import View
from app.rules.model import AgeTest, SpanTest

Held = tuple[bool | None, str]
"""Yes, no or not known; and why."""


def age_holds(test: AgeTest, view: View) -> Held:
    """Whether it has been in its stage so long."""
    if view.stage is None:
        return None, "the stage is not known"
    if not view.stage:
        return False, "the item is not on the board"
    since = f"it has been in {view.stage} since"
    return _span(test.in_stage, view.stage_since, view, since, f"how long it has been in {view.stage} is not known")


def idle_holds(test: SpanTest, view: View) -> Held:
    """Whether nobody has done anything to it for so long."""
    said = "nobody has done anything to it since"
    return _span(test, view.active_at, view, said, "when somebody last did something to it is not known")


def _span(test: SpanTest, since: datetime | None, view: View, said: str, unknown: str) -> Held:
    if since is None or view.now is None:
        return None, unknown
    calendar: BusinessCalendar = view.book.calendar
    said = f"{said} {since:%Y-%m-%d %H:%M %Z}"
    if test.over is not None:
        holds = calendar.add(since, test.over) < view.now
        if not holds:
            return False, f"{said}, not over {test.over}"
        said += f", over {test.over}"
    if test.under is not None:
        holds = calendar.add(since, test.under) > view.now
        return holds, f"{said}, {'' if holds else 'not '}under {test.under}"
    return True, said
