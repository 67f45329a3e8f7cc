"""Budget: how long the verifier may think, and what it had to leave out."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

MOST_CASES = 20_000
"""Cases that one question may try; a rule that looks at more than that is left undecided."""


@dataclass
class Budget:
    """Counts the cases of one verification and knows when the time is up."""

    seconds: float
    cases: int = 0
    left_out: dict[str, None] = field(default_factory=dict)
    """What was not looked at to the end, in words, in order."""
    _steps: int = 0
    _began: float = field(default_factory=time.monotonic)

    def spent(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() - self._began > self.seconds

    def took(self) -> bool:
        """Take a step; True when the time is up (looked at now and then only, the clock costs too)."""
        self._steps += 1
        return self._steps % 64 == 0 and self.spent()

    def leave_out(self, what: str) -> None:
        """Remember that something was not looked at to the end."""
        self.left_out[what] = None
