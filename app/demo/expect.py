"""Expectations: a sentence, and a test of what the sandbox holds. They are polled until they hold or time is up."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.demo.scene import Moment

LIMIT_S = 15.0
_POLL_S = 0.1

Test = Callable[[Moment], str | None]
"""None if it holds, else what was found instead."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must come true after an act."""

    says: str
    test: Test


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of an expectation."""

    says: str
    found: str | None
    """None: it held; else what was found instead."""

    @property
    def held(self) -> bool:
        """Whether it came true."""
        return self.found is None


def look(expectations: Sequence[Expectation], moment: Moment) -> list[Finding]:
    """Test them all against one moment."""
    return [Finding(each.says, each.test(moment)) for each in expectations]


def wait_for(
    expectations: Sequence[Expectation], now: Callable[[], Moment], *, limit_s: float = LIMIT_S
) -> list[Finding]:
    """Look again and again until all hold at the same moment, or time is up."""
    until = time.monotonic() + limit_s
    while True:
        findings = look(expectations, now())
        if all(finding.held for finding in findings) or time.monotonic() > until:
            return findings
        time.sleep(_POLL_S)
