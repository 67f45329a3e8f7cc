"""Times as people say them in a command: ``in 3 days``, ``2 business days``, ``until 2026-05-29``, ``today``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.rules.calendar import BusinessCalendar
from app.rules.duration import Length, parse_length

WOULD_BE_READ = ("in 3 days", "in 2 business days", "on 2026-05-29")
"""What to write instead of something that can't be read."""

MORNING = time(9, 0)
"""A day without a clock time begins to count here."""

LATEST = timedelta(days=2 * 366)
"""Further ahead nobody means it."""

_LENGTH = re.compile(r"(?:in|for)?\s*(\d{1,4}|an?|one)\s+((?:business\s+)?(?:minute|hour|day|week|month)s?)\b", re.I)
_DAY = re.compile(r"(?:on|until|till|by)?\s*(\d{4}-\d{2}-\d{2}|today|tomorrow)\b", re.I)


@dataclass(frozen=True, slots=True)
class TimeSaid:
    """A time, and what was said after it."""

    at: datetime
    rest: str


def read_time_said(text: str, calendar: BusinessCalendar, now: datetime) -> TimeSaid | None:
    """The time with which the text begins; None if it begins with none, or with one that is past or far off."""
    text = " ".join(text.split())
    if found := _LENGTH.match(text):
        at: datetime | None = calendar.add(now, _length(found[1], found[2]))
    elif found := _DAY.match(text):
        day = read_day_said(found[1], calendar, now)
        at = None if day is None else _in_the_morning(day, calendar)
    else:
        return None
    if at is None or not now < at <= now + LATEST:
        return None
    return TimeSaid(at, text[found.end() :].lstrip(" ,:;-").strip())


def read_day_said(text: str, calendar: BusinessCalendar, now: datetime) -> date | None:
    """A day: ``2026-05-29``, ``today``, ``tomorrow``; nothing stands for today. None if it can't be read."""
    today = now.astimezone(calendar.zone).date()
    said = text.strip().casefold().removeprefix("on ").rstrip(".,;:!")
    if said in ("", "today"):
        return today
    if said == "tomorrow":
        return today + timedelta(days=1)
    try:
        return date.fromisoformat(said) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said) else None
    except ValueError:
        return None


def _length(amount: str, unit: str) -> Length:
    number = amount if amount.isdigit() else "1"
    return parse_length(f"{number} {' '.join(unit.casefold().split())}")


def _in_the_morning(day: date, calendar: BusinessCalendar) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=calendar.zone).astimezone(UTC)
