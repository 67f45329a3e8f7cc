"""Times of day that come again, as admins write them: Mon 08:00, every workday 09:30.

The next such moment is the calendar's to say: see ``BusinessCalendar.next_time``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from app.rules.calendar_words import DAYS, read_workdays

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_EXAMPLES = "write for example 'Mon 08:00', 'Mon, Thu 16:30', 'every day 08:00' or 'every workday 08:00'"
_EVERY_DAY, _EVERY_WORKDAY = "every day", "every workday"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Some days of the week and a time of day, in the calendar's time zone."""

    days: frozenset[int]
    """Weekday numbers, Monday 0. All of them for ``every workday``: the calendar says which count."""
    minute: int
    """Since midnight."""
    workdays_only: bool = False
    """Not on days off and holidays."""

    def __str__(self) -> str:
        return f"{self._days()} {self.minute // 60:02}:{self.minute % 60:02}"

    def _days(self) -> str:
        if self.workdays_only:
            return _EVERY_WORKDAY
        if len(self.days) == len(DAYS):
            return _EVERY_DAY
        return ", ".join(DAYS[day].capitalize() for day in sorted(self.days))


def parse_schedule(value: object) -> Schedule:
    """Read ``Mon 08:00``. Raises ValueError with examples of what to write."""
    if isinstance(value, Schedule):
        return value
    words = " ".join(value.casefold().split()) if isinstance(value, str) else ""
    days, _, clock = words.rpartition(" ")
    found = _CLOCK.fullmatch(clock)
    if not days or not found:
        raise ValueError(f"{value!r} does not say when; {_EXAMPLES}")
    hour, minute = int(found[1]), int(found[2])
    if hour > 23 or minute > 59:
        raise ValueError(f"{value!r} names a time that no clock shows; {_EXAMPLES}")
    if days in (_EVERY_DAY, _EVERY_WORKDAY):
        return Schedule(frozenset(range(7)), hour * 60 + minute, workdays_only=days == _EVERY_WORKDAY)
    try:
        return Schedule(read_workdays(days), hour * 60 + minute)
    except ValueError:
        raise ValueError(f"{value!r} names no days of the week; {_EXAMPLES}") from None


ScheduleText = Annotated[
    Schedule,
    BeforeValidator(parse_schedule),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "examples": ["Mon 08:00", "Mon, Thu 16:30", "every workday 08:00"]}),
]
"""A schedule in a model."""
