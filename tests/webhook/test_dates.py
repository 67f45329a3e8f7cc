"""Times as GitLab writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.webhook.dates import read_time


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2018-03-23 17:35:53 UTC", datetime(2018, 3, 23, 17, 35, 53, tzinfo=UTC)),
        ("2013-12-03T17:15:43Z", datetime(2013, 12, 3, 17, 15, 43, tzinfo=UTC)),
        ("2026-05-28T05:54:03.097Z", datetime(2026, 5, 28, 5, 54, 3, 97000, tzinfo=UTC)),
        ("2026-05-28", datetime(2026, 5, 28, tzinfo=UTC)),
        ("2026-05-28T05:54:03+02:00", datetime(2026, 5, 28, 3, 54, 3, tzinfo=UTC)),
    ],
)
def test_all_forms_are_read_as_utc(text: str, time: datetime) -> None:
    assert read_time(text) == time


@pytest.mark.parametrize("value", [None, "", "soon", 5, "2026-13-01", "0001-01-01T00:00:00+14:00", "2" * 99, [], {}])
def test_what_is_no_time_is_none(value: object) -> None:
    assert read_time(value) is None


@given(st.one_of(st.text(), st.datetimes(timezones=st.timezones()).map(str)))
def test_nothing_makes_it_fail(value: str) -> None:
    time = read_time(value)
    assert time is None or time.tzinfo is UTC
