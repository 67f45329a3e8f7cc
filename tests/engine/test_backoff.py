"""Back-off: grows, is capped, and never comes sooner than the other side asked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.engine.backoff import LONGEST_ASKED_S, LONGEST_S, wait_s


@given(st.integers(0, 10_000), st.none() | st.floats(0, 1e9), st.floats(0, 0.999))
def test_waits_stay_in_bounds_and_respect_what_was_asked(attempt: int, asked: float | None, jitter: float) -> None:
    waited = wait_s(attempt, asked_s=asked, jitter=lambda: jitter)
    assert 0.7 <= waited <= max(LONGEST_S * 1.25, LONGEST_ASKED_S)
    assert waited >= min(asked or 0, LONGEST_ASKED_S)


@given(st.integers(0, 50))
def test_waits_do_not_shrink_with_more_attempts(attempt: int) -> None:
    def middle() -> float:
        return 0.5

    assert wait_s(attempt + 1, asked_s=None, jitter=middle) >= wait_s(attempt, asked_s=None, jitter=middle)
