"""Answers of GitLab kept for a while: what changes seldom is asked for seldom."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Values by key, each believed for ``seconds``. Thread-safe; two threads may ask for one value at once."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._values: dict[K, tuple[float, V]] = {}
        self._lock = threading.Lock()

    def get(self, key: K, ask: Callable[[], V]) -> V:
        """The value, asked for when there is none or it is too old."""
        with self._lock:
            found = self._values.get(key)
        if found is not None and self._clock() - found[0] <= self._seconds:
            return found[1]
        return self.put(key, ask())

    def put(self, key: K, value: V) -> V:
        """Remember a value that came with another answer."""
        with self._lock:
            self._values[key] = (self._clock(), value)
        return value

    def forget(self, key: K | None = None) -> None:
        """Ask again next time: for one key, or for all."""
        with self._lock:
            if key is None:
                self._values.clear()
            else:
                self._values.pop(key, None)
