"""How long to wait before the next try: capped, growing, with jitter, never shorter than what the other side asked."""

from __future__ import annotations

from collections.abc import Callable

FIRST_S = 1.0
GROWTH = 2.0
LONGEST_S = 600.0
LONGEST_ASKED_S = 3600.0
"""A longer Retry-After than this is cut: the other side's clock may be wrong, ours tries again."""
LONGEST_WAIT_S = LONGEST_ASKED_S + 60.0
"""No delivery waits longer for its next try: a later time was written before the clock was set back."""
MOST_BUGS = 4
"""Tries of a step that fails by an error of ours before the event is parked."""


def wait_s(attempt: int, *, asked_s: float | None, jitter: Callable[[], float]) -> float:
    """Seconds before try ``attempt + 1``; ``jitter`` gives numbers in [0, 1)."""
    own = min(FIRST_S * GROWTH ** min(attempt, 20), LONGEST_S) * (0.75 + jitter() / 2)
    return max(own, min(asked_s or 0.0, LONGEST_ASKED_S))
