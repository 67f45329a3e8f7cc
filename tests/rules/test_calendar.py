"""Business time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.rules.calendar import BusinessCalendar
from app.rules.calendar_words import holidays_of, read_hours, read_timezone, read_workdays
from app.rules.duration import Length, Unit, parse_length
from app.rules.model import Calendar

LA = ZoneInfo("America/Los_Angeles")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")

for _country in ("US", "DE-BY"):  # the first look takes longer than hypothesis lets one example take
    for _year in (2026, 2027):
        holidays_of(_country, _year)

UNITS: tuple[Unit, ...] = ("minute", "hour", "day", "week", "month", "business hour", "business day")

zones = st.sampled_from([LA, BERLIN, ZoneInfo("UTC")])
calendars = st.builds(
    BusinessCalendar,
    zone=zones,
    workdays=st.sampled_from([frozenset(range(5)), frozenset({0, 1, 3}), frozenset({6}), frozenset(range(7))]),
    hours=st.sampled_from([(0, 1440), (540, 1020), (0, 60), (120, 180), (90, 1439)]),
    holidays=st.sampled_from([None, "US", "DE-BY"]),
    also_closed=st.frozensets(st.dates(date(2026, 3, 1), date(2026, 4, 10)), max_size=4),
)
# The weeks around the changes of the clock: 8 March and 1 November in America, 29 March and 25 October in Europe.
spring = st.datetimes(datetime(2026, 3, 1), datetime(2026, 4, 5))  # noqa: DTZ001  (hypothesis wants naive bounds)
autumn = st.datetimes(datetime(2026, 10, 18), datetime(2026, 11, 8))  # noqa: DTZ001  (as above)
moments = st.one_of(spring, autumn).map(lambda naive: naive.replace(tzinfo=UTC))
lengths = st.builds(Length, st.integers(0, 40), st.sampled_from(UNITS))
working_lengths = st.builds(Length, st.integers(0, 40), st.sampled_from(["business hour", "business day"]))


def _comes_twice(moment: datetime, zone: ZoneInfo) -> bool:
    local = moment.astimezone(zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


@given(calendars, moments, moments, lengths)
def test_what_begins_later_is_never_due_earlier(
    calendar: BusinessCalendar, one: datetime, other: datetime, length: Length
) -> None:
    assume(not _comes_twice(one, calendar.zone))
    assume(not _comes_twice(other, calendar.zone))
    first, second = sorted((one, other))
    assert calendar.add(first, length) <= calendar.add(second, length)


@given(calendars, moments, st.integers(0, 30), st.sampled_from(UNITS))
def test_a_longer_time_is_never_due_earlier(
    calendar: BusinessCalendar, start: datetime, amount: int, unit: Unit
) -> None:
    assert start <= calendar.add(start, Length(amount, unit)) <= calendar.add(start, Length(amount + 1, unit))


@given(calendars, moments, working_lengths)
def test_business_time_never_ends_outside_working_time(
    calendar: BusinessCalendar, start: datetime, length: Length
) -> None:
    due = calendar.add(start, length)
    local = due.astimezone(calendar.zone)
    opens, closes = calendar.hours
    minute = local.hour * 60 + local.minute + (local.second + local.microsecond / 1e6) / 60
    in_hours = calendar.works_on(local.date()) and minute >= opens and (minute <= closes)
    at_midnight = local.time() == time(0) and closes == 1440 and calendar.works_on(local.date() - timedelta(days=1))
    skipped = calendar.works_on(local.date()) and _is_after_a_skip(due, calendar.zone)
    assert in_hours or at_midnight or skipped


def _is_after_a_skip(moment: datetime, zone: ZoneInfo) -> bool:
    """Working hours inside the hour that spring skips are no longer than a moment."""
    before = (moment - timedelta(microseconds=1)).astimezone(zone).utcoffset()
    after = moment.astimezone(zone).utcoffset()
    assert before is not None
    assert after is not None
    return after > before


@given(calendars, moments, st.integers(0, 60))
def test_business_hours_are_what_lies_between(calendar: BusinessCalendar, start: datetime, amount: int) -> None:
    due = calendar.add(start, Length(amount, "business hour"))
    assert calendar.between(start, due) == timedelta(hours=amount)


@given(calendars, moments, moments, moments)
def test_working_time_adds_up(calendar: BusinessCalendar, one: datetime, two: datetime, three: datetime) -> None:
    a, b, c = sorted((one, two, three))
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert calendar.between(b, a) == timedelta()


@given(calendars, moments, st.integers(0, 12))
def test_business_days_are_counted_as_by_finger(calendar: BusinessCalendar, start: datetime, amount: int) -> None:
    begin = calendar.add(start, Length(0, "business day")).astimezone(calendar.zone)
    due = calendar.add(start, Length(amount, "business day")).astimezone(calendar.zone)
    passed = [begin.date() + timedelta(days=n) for n in range(1, (due.date() - begin.date()).days + 1)]
    assert sum(calendar.works_on(day) for day in passed) == amount


@given(calendars, moments, st.integers(1, 12))
def test_a_business_day_keeps_the_clock_time(calendar: BusinessCalendar, start: datetime, amount: int) -> None:
    begin = calendar.add(start, Length(0, "business day")).astimezone(calendar.zone)
    due = calendar.add(start, Length(amount, "business day"))
    assert due.astimezone(calendar.zone).time() == begin.time() or _is_after_a_skip(due, calendar.zone)


def test_twenty_four_business_hours_over_thanksgiving() -> None:
    calendar = BusinessCalendar.from_model(
        Calendar(timezone="America/New_York", hours="09:00-17:00", holidays="US", also_closed=[])
    )
    wednesday = datetime(2026, 11, 25, 15, tzinfo=NEW_YORK)
    assert calendar.add(wednesday, parse_length("24 business hours")) == datetime(2026, 12, 1, 15, tzinfo=NEW_YORK)


def test_seventy_two_business_hours_are_three_business_days_by_default() -> None:
    calendar = BusinessCalendar.from_model(Calendar(timezone="America/Los_Angeles"))
    friday = datetime(2026, 6, 5, 16, 30, tzinfo=LA)
    wednesday = datetime(2026, 6, 10, 16, 30, tzinfo=LA)
    assert calendar.add(friday, parse_length("72 business hours")) == wednesday
    assert calendar.add(friday, parse_length("3 business days")) == wednesday


def test_what_begins_on_a_day_off_counts_from_the_first_working_moment() -> None:
    calendar = BusinessCalendar.from_model(Calendar(hours="09:00-17:00", also_closed=["2026-06-08"]))
    saturday = datetime(2026, 6, 6, 11, tzinfo=UTC)
    assert calendar.add(saturday, parse_length("1 business day")) == datetime(2026, 6, 10, 9, tzinfo=UTC)
    assert calendar.add(saturday, parse_length("1 business hour")) == datetime(2026, 6, 9, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "start", "length", "due"),
    [
        (LA, "2026-03-07T10:00", "1 day", "2026-03-08T10:00"),  # 23 hours
        (LA, "2026-03-07T10:00", "24 hours", "2026-03-08T11:00"),
        (LA, "2026-03-07T02:30", "1 day", "2026-03-08T03:00"),  # 02:30 is skipped
        (BERLIN, "2026-10-24T10:00", "1 day", "2026-10-25T10:00"),  # 25 hours
        (BERLIN, "2026-10-24T10:00", "24 hours", "2026-10-25T09:00"),
        (BERLIN, "2026-03-27T15:00", "1 business day", "2026-03-30T15:00"),
        (BERLIN, "2026-03-01T08:00", "1 month", "2026-04-01T08:00"),
        (LA, "2026-12-31T08:00", "2 months", "2027-02-28T08:00"),
        (LA, "2026-02-20T08:00", "3 weeks", "2026-03-13T08:00"),
    ],
)
def test_days_weeks_and_months_keep_the_clock_time(zone: ZoneInfo, start: str, length: str, due: str) -> None:
    calendar = BusinessCalendar(zone=zone)
    begun = datetime.fromisoformat(start).replace(tzinfo=zone)
    expected = datetime.fromisoformat(due).replace(tzinfo=zone)
    assert calendar.add(begun, parse_length(length)) == expected.astimezone(UTC)


def test_a_working_night_has_an_hour_less_in_spring_and_more_in_autumn() -> None:
    calendar = BusinessCalendar(zone=BERLIN, workdays=frozenset(range(7)))
    spring_day = datetime(2026, 3, 29, tzinfo=BERLIN)
    autumn_day = datetime(2026, 10, 25, tzinfo=BERLIN)
    assert calendar.between(spring_day, datetime(2026, 3, 30, tzinfo=BERLIN)) == timedelta(hours=23)
    assert calendar.between(autumn_day, datetime(2026, 10, 26, tzinfo=BERLIN)) == timedelta(hours=25)


@pytest.mark.parametrize(
    ("text", "days"),
    [("Mon-Fri", {0, 1, 2, 3, 4}), ("Mon, Tue,Thu", {0, 1, 3}), ("sun-tuesday", {6, 0, 1}), ("Sat", {5})],
)
def test_workdays_are_ranges_or_lists(text: str, days: set[int]) -> None:
    assert read_workdays(text) == days


@pytest.mark.parametrize("text", ["Mon-Fir", "", "Mon,,Tue", "Monday night", "1-5"])
def test_other_words_are_no_workdays(text: str) -> None:
    with pytest.raises(ValueError, match="is not a day of the week"):
        read_workdays(text)


@pytest.mark.parametrize("text", ["9-17", "17:00-09:00", "09:00-09:00", "09:00-24:30", "09:75-10:00", "all day"])
def test_hours_that_no_clock_shows_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write for example '09:00-17:30'"):
        read_hours(text)


@pytest.mark.parametrize("name", ["America/LosAngeles", "../etc/passwd", "", "a\0b"])
def test_an_unknown_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="there is no time zone"):
        read_timezone(name)


# ── days: before a date, and the last day of a notice ────────────────────────────────────────────────────────────────
days_around = st.dates(date(2026, 2, 20), date(2026, 12, 31))


@given(calendars, moments, moments)
def test_working_time_that_is_left_is_used_up_when_it_goes_on(
    calendar: BusinessCalendar, one: datetime, other: datetime
) -> None:
    start, end = sorted((one, other))
    left = calendar.between(start, end)
    again = calendar.after(start, left)
    assert again <= max(end, calendar.add(start, Length(0, "business day")))
    assert calendar.between(start, again) == left


@given(calendars, days_around, st.integers(0, 12))
def test_so_many_business_days_before_a_day_are_counted_as_by_finger(
    calendar: BusinessCalendar, day: date, amount: int
) -> None:
    found = calendar.day_of(calendar.before(day, Length(amount, "business day"), time(9)))
    passed = [found + timedelta(days=n) for n in range((day - found).days)]
    assert sum(calendar.works_on(one) for one in passed) == amount


@given(calendars, days_around, st.integers(1, 12))
def test_a_period_of_business_days_counts_its_first_day(calendar: BusinessCalendar, first: date, days: int) -> None:
    last = calendar.period(first, days)
    assert calendar.works_on(last)
    assert sum(calendar.works_on(first + timedelta(days=n)) for n in range((last - first).days + 1)) == days


@pytest.mark.parametrize(
    ("sent", "accepted"),
    [
        ("2026-06-01", "2026-06-05"),  # Monday to Friday
        ("2026-06-03", "2026-06-09"),  # over a weekend
        ("2026-06-06", "2026-06-12"),  # sent on a Saturday: Monday is the first day
        ("2026-11-24", "2026-12-01"),  # Thanksgiving is no business day
        ("2026-12-23", "2026-12-30"),  # nor is Christmas
    ],
)
def test_passive_acceptance_is_the_fifth_business_day_of_the_notice(sent: str, accepted: str) -> None:
    calendar = BusinessCalendar.from_model(Calendar(timezone="America/Los_Angeles", holidays="US"))
    assert calendar.period(date.fromisoformat(sent), 5) == date.fromisoformat(accepted)


@pytest.mark.parametrize(
    ("day", "length", "moment"),
    [
        ("2026-06-15", "2 weeks", "2026-06-01T09:00"),
        ("2026-06-15", "1 business day", "2026-06-12T09:00"),
        ("2026-07-31", "5 business days", "2026-07-24T09:00"),  # the end of the second fiscal quarter
        ("2026-03-31", "1 month", "2026-02-28T09:00"),
        ("2026-11-08", "1 week", "2026-11-01T09:00"),  # the clock goes back that night, and nine stays nine
        ("2026-03-15", "7 days", "2026-03-08T09:00"),
    ],
)
def test_before_a_day_the_clock_shows_the_time_that_was_asked_for(day: str, length: str, moment: str) -> None:
    calendar = BusinessCalendar.from_model(Calendar(timezone="America/Los_Angeles", holidays="US"))
    wanted = datetime.fromisoformat(moment).replace(tzinfo=LA)
    assert calendar.before(date.fromisoformat(day), parse_length(length), time(9)) == wanted


def test_hours_before_a_day_are_refused() -> None:
    with pytest.raises(ValueError, match="24 hours is not a number of days"):
        BusinessCalendar().before(date(2026, 6, 1), parse_length("24 hours"))
