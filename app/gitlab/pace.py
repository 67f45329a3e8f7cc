"""One kind of call that GitLab limits without telling, notes or issues: how many this process may still make.

Kept to by counting what was made in the last minute. A process that is alone may make all that the limit has; one of
several has a lot, given to it by what knows them all (``app/engine/shared_budget.py``), and none without a word from
there for a while.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from app.errors import RateLimited

PERIOD_S = 60.0
MARGIN = 0.9
"""Of a limit without headers that is used: GitLab counts calls that fail, and so may somebody with the same account."""
KEPT_FOR_PEOPLE = 0.3
"""Part of each budget that bulk work leaves."""
AGAIN_S = 2.0
"""A larger lot may have been given after this."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a process needs of one kind of call."""

    most: int
    """Calls a minute that all processes together may make."""
    needs: int
    """Calls that it made in the last minute, and those that it could not make since it was given its lot."""


class Pace:
    """Counts one kind of call. Not thread-safe: its Budget is."""

    def __init__(self, what: str, limit: int) -> None:
        """``what`` is made, ``limit`` of them a minute by GitLab's count; at least 1."""
        self.most = max(1, int(limit * MARGIN))
        self._what = what
        self._limit = limit
        self._lot = self._aim = self.most
        self._until = math.inf
        self._made: deque[float] = deque()
        self._refused = 0

    def take(self, now: float, *, bulk: bool) -> None:
        """Count one call, made now. Raises RateLimited if it would be one too many."""
        made = self._count(now)
        allowed = self._aim if now < self._until else 0
        if bulk and allowed:
            allowed = max(1, int(allowed * (1 - KEPT_FOR_PEOPLE)))
        if made < allowed:
            self._made.append(now)
            return
        self._refused += 1
        free_s = self._made[-allowed] + PERIOD_S - now if allowed else PERIOD_S
        raise RateLimited(
            f"The bot has made {made} {self._what} in a minute here; GitLab's limit is {self._limit}.",
            after_s=min(free_s, AGAIN_S) if self.may_get_more(now) else free_s,
        )

    def may_get_more(self, now: float) -> bool:
        """Whether others have a part of the limit, or the lot has run out: a word from there may help."""
        return self._aim < self.most or now >= self._until

    def wish(self, now: float) -> Wish:
        """What is needed here."""
        return Wish(self.most, self._count(now) + self._refused)

    def lower(self, to: int, now: float) -> int:
        """Make no more calls a minute than ``to`` from now on; the lot, which shrinks as far as its last minute lets.

        So whatever minute one looks at later, no more calls were made in it than the lot that was held at its end.
        """
        # No call is made above the aim meanwhile, or a busy process would fill up again what has become free.
        self._aim = min(self._lot, to)
        self._lot = min(self._lot, max(to, self._count(now)))
        return self._lot

    def grant(self, lot: int, until: float) -> None:
        """So many calls a minute may be made here, up to that time of the budget's clock."""
        self._aim = lot if lot > self._lot else min(lot, self._aim)
        self._lot, self._until, self._refused = lot, until, 0

    def _count(self, now: float) -> int:
        while self._made and self._made[0] <= now - PERIOD_S:
            self._made.popleft()
        return len(self._made)
