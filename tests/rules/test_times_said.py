"""Times in commands: what is read, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.rules.calendar import BusinessCalendar
from app.rules.model import Calendar
from app.rules.reading.times_said import read_day_said, read_time_said

CALENDAR = BusinessCalendar.from_model(Calendar(timezone="America/Los_Angeles", holidays="US"))
NOW = datetime(2026, 5, 21, 17, 0, tzinfo=UTC)
"""A Thursday, ten in the morning; Monday is a holiday."""


@pytest.mark.parametrize(
    ("said", "at", "rest"),
    [
        ("in 3 days to call the customer", datetime(2026, 5, 24, 17, tzinfo=UTC), "to call the customer"),
        ("3 Days", datetime(2026, 5, 24, 17, tzinfo=UTC), ""),
        ("in 2 business days check", datetime(2026, 5, 26, 17, tzinfo=UTC), "check"),
        ("a week, then ask", datetime(2026, 5, 28, 17, tzinfo=UTC), "then ask"),
        ("for  36   hours", datetime(2026, 5, 23, 5, tzinfo=UTC), ""),
        ("on 2026-05-29 to book", datetime(2026, 5, 29, 16, tzinfo=UTC), "to book"),
        ("until 2026-05-29", datetime(2026, 5, 29, 16, tzinfo=UTC), ""),
        ("tomorrow: dates", datetime(2026, 5, 22, 16, tzinfo=UTC), "dates"),
    ],
)
def test_a_time_is_read_with_what_follows_it(said: str, at: datetime, rest: str) -> None:
    found = read_time_said(said, CALENDAR, NOW)
    assert found is not None
    assert (found.at, found.rest) == (at, rest)


@pytest.mark.parametrize(
    "said",
    ["", "soon", "in a bit", "2026-02-30", "on 2026-05-20", "9999 months", "in 0 days", "29.05.2026", "²days"],
)
def test_what_is_no_time_to_come_is_not_read(said: str) -> None:
    assert read_time_said(said, CALENDAR, NOW) is None


def test_a_day_is_read_in_the_calendars_zone() -> None:
    late = datetime(2026, 5, 22, 3, 0, tzinfo=UTC)  # still Thursday in California
    assert str(read_day_said("", CALENDAR, late)) == "2026-05-21"
    assert str(read_day_said("on 2026-05-20.", CALENDAR, late)) == "2026-05-20"
    assert read_day_said("last week", CALENDAR, late) is None
