"""Times that come again: how they are read, and when the next one is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.rules.calendar import BusinessCalendar
from app.rules.model import Calendar
from app.rules.schedule import parse_schedule

LOS_ANGELES = BusinessCalendar.from_model(
    Calendar(timezone="America/Los_Angeles", workdays="Mon-Fri", also_closed=["2026-03-10"])
)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Mon 08:00", "Mon 08:00"),
        ("  thu,MON   8:05", "Mon, Thu 08:05"),
        ("Mon-Wed 16:30", "Mon, Tue, Wed 16:30"),
        ("every day 00:00", "every day 00:00"),
        ("Mon-Sun 23:59", "every day 23:59"),
        ("Every Workday 9:00", "every workday 09:00"),
    ],
)
def test_a_time_is_read_in_plain_words(text: str, read: str) -> None:
    schedule = parse_schedule(text)
    assert str(schedule) == read
    assert parse_schedule(read) == schedule


@pytest.mark.parametrize("text", ["", "Mon", "08:00", "Mon 8", "Mon 24:00", "Mon 08:60", "Mno 08:00", "0 8 * * 1", 5])
def test_what_is_no_time_is_told_with_examples(text: object) -> None:
    with pytest.raises(ValueError, match="write for example 'Mon 08:00'"):
        parse_schedule(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "after", "next_time"),
    [
        ("Mon 08:00", "2026-03-04 12:00", "2026-03-09 15:00"),
        ("Mon 08:00", "2026-03-09 15:00", "2026-03-16 15:00"),
        ("Mon 08:00", "2026-03-02 15:59", "2026-03-02 16:00"),
        ("every workday 08:00", "2026-03-06 17:00", "2026-03-09 15:00"),
        ("every workday 08:00", "2026-03-09 15:00", "2026-03-11 15:00"),
        ("every day 02:30", "2026-03-08 00:00", "2026-03-08 10:00"),
        ("every day 01:30", "2026-11-01 00:00", "2026-11-01 08:30"),
    ],
)
def test_the_next_time_is_in_the_calendars_zone(schedule: str, after: str, next_time: str) -> None:
    """The clock is put forward on 8 March (02:30 is skipped) and back on 1 November (01:30 comes twice) 2026."""
    assert LOS_ANGELES.next_time(parse_schedule(schedule), utc(after)) == utc(next_time)
