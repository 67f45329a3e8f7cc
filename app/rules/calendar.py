"""BusinessCalendar: what ``2 business days`` from now comes to.

Minutes and hours are elapsed time. Days, weeks and months keep the local clock time; a month that is too short gives
its last day. Business hours are counted inside the working windows. A business day is the same clock time on the next
working day; from outside working time it counts from the first working moment. A local time that the clock skips in
spring stands for the moment of the skip; of one that comes twice in autumn the first counts.

Besides lengths from a moment there are days: so many days before a date, and the last day of a notice whose own day is
the first (``period``), as in *accepted unless rejected within five business days*.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.rules.calendar_words import holidays_of, read_day, read_hours, read_timezone, read_workdays
from app.rules.duration import Length
from app.rules.model import Calendar
from app.rules.schedule import Schedule

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class BusinessCalendar:
    """When people work. All times that go in and out are aware; results are in UTC."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    workdays: frozenset[int] = frozenset(range(5))
    """Weekday numbers, Monday 0."""
    hours: tuple[int, int] = (0, 24 * 60)
    """Begin and end of a working day in minutes since midnight."""
    holidays: str | None = None
    also_closed: frozenset[date] = frozenset()

    @classmethod
    def from_model(cls, calendar: Calendar) -> BusinessCalendar:
        """The calendar of a rule file. Raises ValueError where a word of it can't be read."""
        return cls(
            zone=read_timezone(calendar.timezone),
            workdays=read_workdays(calendar.workdays),
            hours=read_hours(calendar.hours),
            holidays=calendar.holidays,
            also_closed=frozenset(read_day(day) for day in calendar.also_closed),
        )

    def add(self, start: datetime, length: Length) -> datetime:
        """The moment that is ``length`` after ``start``."""
        start = start.astimezone(UTC)
        if length.unit == "minute":
            return start + timedelta(minutes=length.amount)
        if length.unit == "hour":
            return start + timedelta(hours=length.amount)
        if length.unit == "business hour":
            return self._after_working_time(start, timedelta(hours=length.amount))
        if length.unit == "business day":
            return self._after_working_days(start, length.amount)
        if length.amount == 0:
            return start
        local = start.astimezone(self.zone)
        if length.unit == "month":
            return self._moment(_months_later(local.date(), length.amount), local.time())
        days = length.amount * (7 if length.unit == "week" else 1)
        return self._moment(local.date() + timedelta(days=days), local.time())

    def at(self, day: date, clock: time = time(0)) -> datetime:
        """A date and a local time as a moment, in UTC."""
        return self._moment(day, clock)

    def day_of(self, moment: datetime) -> date:
        """The date of a moment where people work."""
        return moment.astimezone(self.zone).date()

    def before(self, day: date, length: Length | None, clock: time = time(0)) -> datetime:
        """The local time ``clock`` on the day that is ``length`` before ``day``; None: on the day itself.

        A business day before a Monday is the Friday. Raises ValueError for minutes and hours, which are no days.
        """
        if length is None:
            return self._moment(day, clock)
        if length.unit == "month":
            return self._moment(_months_later(day, -length.amount), clock)
        if length.unit in ("day", "week"):
            return self._moment(day - timedelta(days=length.amount * (7 if length.unit == "week" else 1)), clock)
        if length.unit != "business day":
            raise ValueError(f"{length} is not a number of days; write for example '2 weeks' or '5 business days'")
        for _ in range(length.amount):
            day = self._working_day(day - _DAY, -_DAY)
        return self._moment(day, clock)

    def period(self, first: date, days: int) -> date:
        """The last of ``days`` business days of which ``first`` is number 1; a day off begins with the next workday.

        Five business days from a notice on a Monday end on the Friday, and what was not rejected by the end of it is
        accepted (source: GitLab's project management handbook page, *day of notice = day 1*).
        """
        day = self._working_day(first, _DAY)
        for _ in range(days - 1):
            day = self._working_day(day + _DAY, _DAY)
        return day

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from ``start`` to ``end``; nothing if ``end`` is earlier."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        total = timedelta()
        for opens, closes in self._windows(start):
            if opens >= end:
                break
            total += max(min(closes, end) - max(opens, start), timedelta())
        return total

    def next_time(self, schedule: Schedule, after: datetime) -> datetime:
        """The first moment of the schedule that is later than ``after``."""
        clock = time(schedule.minute // 60, schedule.minute % 60)
        day = after.astimezone(self.zone).date() - _DAY
        while True:
            if day.weekday() in schedule.days and (not schedule.workdays_only or self.works_on(day)):
                moment = self._moment(day, clock)
                if moment > after:
                    return moment
            day += _DAY

    def works_on(self, day: date) -> bool:
        """Whether people work on that day."""
        if day.weekday() not in self.workdays or day in self.also_closed:
            return False
        return self.holidays is None or day not in holidays_of(self.holidays, day.year)

    def after(self, start: datetime, left: timedelta) -> datetime:
        """The moment at which ``left`` of working time has passed since ``start``: the inverse of ``between``."""
        return self._after_working_time(start.astimezone(UTC), left)

    def _after_working_time(self, start: datetime, left: timedelta) -> datetime:
        windows = self._windows(start)
        while True:
            opens, closes = next(windows)
            begin = max(opens, start)
            if begin + left <= closes:
                return begin + left
            left -= closes - begin

    def _after_working_days(self, start: datetime, amount: int) -> datetime:
        opens, _ = next(self._windows(start))
        begin = max(opens, start)
        local = begin.astimezone(self.zone)
        if amount == 0:
            return begin
        day = local.date()
        for _ in range(amount):
            day = self._working_day(day + _DAY, _DAY)
        return self._moment(day, local.time())

    def _working_day(self, day: date, step: timedelta) -> date:
        """That day, or the first in the step's direction on which people work."""
        while not self.works_on(day):
            day += step
        return day

    def _windows(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The working windows that end after ``start``, first to last, without end."""
        day = start.astimezone(self.zone).date() - _DAY
        while True:
            if self.works_on(day):
                opens, closes = (self._at_minute(day, minute) for minute in self.hours)
                if closes > start and closes > opens:
                    yield opens, closes
            day += _DAY

    def _at_minute(self, day: date, minute: int) -> datetime:
        days, rest = divmod(minute, 24 * 60)
        return self._moment(day + timedelta(days=days), time(rest // 60, rest % 60))

    def _moment(self, day: date, clock: time) -> datetime:
        """A local date and time as a moment, in UTC."""
        local = datetime.combine(day, clock.replace(fold=0), tzinfo=self.zone)
        moment = local.astimezone(UTC)
        if moment.astimezone(self.zone).replace(tzinfo=None) == local.replace(tzinfo=None):
            return moment
        return self._skip_before(moment)

    def _skip_before(self, after: datetime) -> datetime:
        """The moment of the clock's latest change before ``after``; it is less than a day away."""
        before = after - _DAY
        offset = after.astimezone(self.zone).utcoffset()
        while after - before > timedelta(microseconds=1):
            middle = before + (after - before) / 2
            if middle.astimezone(self.zone).utcoffset() == offset:
                after = middle
            else:
                before = middle
        return after


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
