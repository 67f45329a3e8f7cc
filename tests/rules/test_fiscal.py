"""GitLab's fiscal quarters."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.fiscal import close_quarter, quarter_end


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2021, 8, 1), "Q322"),
        (date(2021, 10, 31), "Q322"),
        (date(2021, 11, 1), "Q422"),
        (date(2022, 1, 31), "Q422"),
        (date(2022, 2, 1), "Q123"),
        (date(2026, 5, 1), "Q227"),
        (date(2008, 2, 29), "Q109"),
    ],
)
def test_the_year_begins_in_february_and_is_named_for_its_end(day: date, quarter: str) -> None:
    assert close_quarter(day) == quarter


@given(st.dates(date(2000, 2, 1), date(2090, 1, 31)))
def test_a_quarter_is_three_whole_months_that_begin_in_february_may_august_or_november(day: date) -> None:
    tomorrow = day + timedelta(days=1)
    turns = tomorrow.day == 1 and tomorrow.month in (2, 5, 8, 11)
    assert (close_quarter(day) != close_quarter(tomorrow)) == turns


@given(st.dates(date(2001, 2, 1), date(2090, 1, 31)))
def test_the_same_day_a_year_on_is_the_same_quarter_of_the_next_year(day: date) -> None:
    later = (day.replace(day=1)).replace(year=day.year + 1)
    one, next_one = close_quarter(day), close_quarter(later)
    assert one[:2] == next_one[:2]
    assert int(next_one[2:]) == int(one[2:]) + 1


@given(st.dates(date(2001, 2, 1), date(2090, 1, 31)))
def test_a_quarter_ends_on_its_last_day_and_no_later(day: date) -> None:
    end = quarter_end(day)
    assert day <= end < day + timedelta(days=93)
    assert close_quarter(end) == close_quarter(day)
    assert close_quarter(end + timedelta(days=1)) != close_quarter(day)
