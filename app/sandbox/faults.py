"""Faults on demand: what the sandbox does wrong, to whose requests and how often. The decisions; no I/O.

Two families. API faults hit requests to ``/api/…``: an error answer, a rate limit with or without its headers, a late
answer, a dropped connection (the last two after the write took effect, which is what makes retries dangerous). Delivery
faults hit webhooks: lost, sent twice, sent out of order, sent late.
"""

from __future__ import annotations

import random
import threading
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["error", "rate_limit", "rate_limit_bare", "latency", "late_answer", "drop_after"]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ApiFault(_Closed):
    """One thing that goes wrong with matching requests; the first that matches and strikes is taken."""

    kind: Kind
    """``latency`` waits before the work; ``late_answer`` and ``drop_after`` do the work and then hold back the answer,
    or cut the connection in the middle of it."""
    method: str = "*"
    path: str = "*"
    """A glob over the address as sent, without the query: ``/api/v4/projects/*/issues``. ``*`` crosses slashes too."""
    status: int = Field(default=502, ge=400, le=599)
    """Of ``error``."""
    seconds: float = Field(default=1.0, ge=0)
    """Of ``latency`` and ``late_answer``; ``Retry-After`` of ``rate_limit``."""
    probability: float = Field(default=1.0, ge=0, le=1)
    times: int | None = Field(default=None, ge=1)
    """Strikes so often and then no more; None: always."""

    def matches(self, method: str, path: str) -> bool:
        """Whether the fault concerns this request."""
        return self.method in ("*", method) and fnmatchcase(path, self.path)


class DeliveryFaults(_Closed):
    """Shares (0 to 1) of webhook deliveries that go wrong."""

    drop: float = Field(default=0.0, ge=0, le=1)
    """Never sent and never logged, as when GitLab's rate limit for hooks strikes."""
    duplicate: float = Field(default=0.0, ge=0, le=1)
    """Sent twice under the same ``webhook-id``."""
    reorder: float = Field(default=0.0, ge=0, le=1)
    """Held back for up to ``reorder_seconds``, so that later ones overtake it."""
    reorder_seconds: float = Field(default=0.5, ge=0)
    delay: float = Field(default=0.0, ge=0, le=1)
    """Sent ``delay_seconds`` late."""
    delay_seconds: float = Field(default=2.0, ge=0)


class FaultPlan(_Closed):
    """All faults; an empty one is a GitLab in good health."""

    api: tuple[ApiFault, ...] = ()
    deliveries: DeliveryFaults = DeliveryFaults()
    seed: int = 0
    """The same plan, seed and order of requests strike the same requests."""


class Faults:
    """The plan in force, with its dice and counters."""

    def __init__(self, plan: FaultPlan | None = None) -> None:
        self._lock = threading.Lock()
        self.set(plan or FaultPlan())

    def set(self, plan: FaultPlan) -> None:
        """Put a plan in force; counters and dice start afresh."""
        with self._lock:
            self.plan = plan
            self._struck = [0] * len(plan.api)
            # Two dice: how many webhooks a request causes must not change which request is struck next.
            self._api_dice = random.Random(plan.seed)  # noqa: S311 - faults must be repeatable, not secret
            self._delivery_dice = random.Random(plan.seed + 1)  # noqa: S311 - as above

    def struck(self) -> list[int]:
        """How often each API fault of the plan has struck."""
        with self._lock:
            return list(self._struck)

    def strike(self, method: str, path: str) -> ApiFault | None:
        """The fault that this request suffers, if any; counts it."""
        with self._lock:
            for number, fault in enumerate(self.plan.api):
                spent = fault.times is not None and self._struck[number] >= fault.times
                if not spent and fault.matches(method, path) and self._api_dice.random() < fault.probability:
                    self._struck[number] += 1
                    return fault
            return None

    def plan_delivery(self) -> tuple[float, ...]:
        """After how many seconds each copy of a delivery is sent: ``(0,)`` in good health, ``()`` if it is lost."""
        with self._lock:
            rates, dice = self.plan.deliveries, self._delivery_dice
            dropped, doubled, moved, late = (dice.random() for _ in range(4))
            if dropped < rates.drop:
                return ()
            wait = dice.uniform(0, rates.reorder_seconds) if moved < rates.reorder else 0.0
            wait += rates.delay_seconds if late < rates.delay else 0.0
            return (wait, wait) if doubled < rates.duplicate else (wait,)
