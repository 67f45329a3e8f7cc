"""The background threads that send deliveries: a queue by due time, several workers, no order promised."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable

from app.sandbox.hooks.records import Job


class Deliverer:
    """Calls ``deliver`` for each job in one of ``workers`` threads.

    Deliveries of one hook can overtake one another, as GitLab's do: nothing in GitLab keeps their order.
    """

    def __init__(self, deliver: Callable[[Job], None], *, workers: int = 4) -> None:
        self._deliver = deliver
        self._workers = workers
        self._waiting: list[tuple[float, int, Job]] = []
        self._sequence = itertools.count()
        self._in_flight = 0
        self._stopping = False
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()

    def put(self, job: Job, *, delay: float = 0.0) -> None:
        """Queue a job, to be sent in ``delay`` seconds at the earliest. Never blocks."""
        with self._changed:
            heapq.heappush(self._waiting, (time.monotonic() + delay, next(self._sequence), job))
            self._changed.notify_all()

    def start(self) -> None:
        """Start the threads; a second call does nothing."""
        if self._threads:
            return
        self._stopping = False
        names = (f"sandbox-webhooks-{number}" for number in range(1, self._workers + 1))
        self._threads = [threading.Thread(target=self._work, name=name, daemon=True) for name in names]
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 15.0) -> None:
        """Finish what is in flight and end the threads; what still waits stays queued."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout)
        self._threads = []

    def drain(self, timeout: float = 10.0) -> bool:
        """Wait until nothing waits and nothing is in flight; False if that took longer than ``timeout`` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._in_flight, timeout)

    def _work(self) -> None:
        while (job := self._take()) is not None:
            try:
                self._deliver(job)
            finally:
                with self._changed:
                    self._in_flight -= 1
                    self._changed.notify_all()

    def _take(self) -> Job | None:
        with self._changed:
            while not self._stopping:
                pause = self._waiting[0][0] - time.monotonic() if self._waiting else None
                if pause is not None and pause <= 0:
                    self._in_flight += 1
                    return heapq.heappop(self._waiting)[2]
                self._changed.wait(pause)
            return None
