"""Counting windows: deliveries per namespace, tests and resends per person, and hooks that call themselves."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)


class PerMinute:
    """At most ``limit`` calls a minute for each key; None: as many as come."""

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self._calls: dict[Hashable, deque[datetime]] = {}

    def allow(self, key: Hashable, now: datetime) -> bool:
        """Count a call and say whether it may pass; a refused call does not count."""
        if self.limit is None:
            return True
        calls = self._calls.setdefault(key, deque())
        while calls and now - calls[0] >= _MINUTE:
            calls.popleft()
        if len(calls) >= self.limit:
            return False
        calls.append(now)
        return True


class Recursion:
    """Which hooks were called under an ``X-Gitlab-Event-UUID``.

    A request that carries such a UUID fires no hook that is already registered under it, and none at all once 100 are.
    """

    DEPTH = 100
    KEPT = timedelta(minutes=30)

    def __init__(self) -> None:
        self._chains: dict[str, tuple[set[int], datetime]] = {}

    def blocks(self, event_uuid: str, hook_id: int, now: datetime) -> bool:
        """Whether the hook must not be called in this chain."""
        hooks, until = self._chains.get(event_uuid, (set[int](), now))
        return now < until and (hook_id in hooks or len(hooks) >= self.DEPTH)

    def register(self, event_uuid: str, hook_id: int, now: datetime) -> None:
        """Remember that the hook was called in this chain."""
        self._forget(now)
        hooks, _ = self._chains.get(event_uuid, (set[int](), now))
        self._chains[event_uuid] = (hooks | {hook_id}, now + self.KEPT)

    def _forget(self, now: datetime) -> None:
        # Insertion order is age order, near enough: a chain that grows is rewritten in place, and only lives longer.
        while self._chains:
            oldest = next(iter(self._chains))
            if now < self._chains[oldest][1]:
                return
            del self._chains[oldest]
