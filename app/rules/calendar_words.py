"""Reading the words of the ``calendar`` block. Each function raises ValueError with a sentence for the admin."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from app.rules import public_holidays
from app.rules.loading.suggest import did_you_mean

_ROOT = Path(__file__).parents[2]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_HOURS = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*")


def read_timezone(name: str) -> ZoneInfo:
    """``America/Los_Angeles``."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = did_you_mean(name, available_timezones(), else_list=False)
        raise ValueError(f"there is no time zone '{name}'{f'; {hint}' if hint else ''}") from None


def read_workdays(text: str) -> frozenset[int]:
    """``Mon-Fri`` or ``Mon, Tue, Thu-Sat`` as weekday numbers, Monday 0. A range may run over Sunday."""
    days: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        start, end = _weekday(first), _weekday(last or first)
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def _weekday(word: str) -> int:
    short = word.strip().casefold()[:3]
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    if short not in DAYS or not full[DAYS.index(short)].startswith(word.strip().casefold()):
        raise ValueError(f"'{word.strip()}' is not a day of the week; write for example 'Mon-Fri' or 'Mon, Tue, Thu'")
    return DAYS.index(short)


def read_hours(text: str) -> tuple[int, int]:
    """``09:00-17:30`` as minutes since midnight; ``24:00`` is the end of the day."""
    found = _HOURS.fullmatch(text)
    example = "write for example '09:00-17:30'"
    if not found:
        raise ValueError(f"'{text}' are no working hours; {example}")
    hour, minute, end_hour, end_minute = (int(part) for part in found.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if minute > 59 or end_minute > 59 or end > 24 * 60:
        raise ValueError(f"'{text}' names a time that no clock shows; {example}")
    if start >= end:
        raise ValueError(f"'{text}' ends before it begins; {example}")
    return start, end


def read_day(text: str) -> date:
    """``2026-12-24``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a date; write for example 2026-12-24") from None


def check_holidays(code: str) -> None:
    """``US`` or ``DE-BY``: a country, perhaps with a subdivision."""
    holidays_of(code, 2026)


def holidays_of(code: str, year: int) -> frozenset[date]:
    """The public holidays of a country (or ``country-subdivision``) in a year, observed days included."""
    decade = year - year % 10
    return _holidays_of_decade(code, decade)[year - decade]


@lru_cache(maxsize=64)
def _holidays_of_decade(code: str, first: int) -> tuple[frozenset[date], ...]:
    """Year by year. Asked of a process of its own: the library takes 300 modules and 20 MB for a dozen dates a year."""
    years = range(first, first + 10)
    command = [sys.executable, "-m", public_holidays.__name__, code, *map(str, years)]
    found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=_ROOT)  # noqa: S603  # our own module
    if found.returncode == public_holidays.UNKNOWN:
        raise ValueError(found.stdout.strip())
    found.check_returncode()
    days = [date.fromisoformat(line) for line in found.stdout.split()]
    return tuple(frozenset(day for day in days if day.year == year) for year in years)
