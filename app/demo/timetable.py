"""Scenes side by side in one world, and one clock for all of them.

Each scene runs in a thread of its own. A scene that waits for time to go by stands still until no other has anything
left to do now; then the clock is put to the earliest time that any of them waits for. So an hour or a quarter takes
a moment, no scene is surprised by another's leap, and each sees time in the right order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.demo.clock import Clock
from app.rules.calendar import BusinessCalendar
from app.rules.duration import parse_length
from app.rules.schedule import parse_schedule

MARGIN = timedelta(minutes=1)
"""So much later than a time that is waited for, the bot must have seen that it has come."""
_TOGETHER = timedelta(minutes=10)
"""Times that are this close are gone to in one leap."""


@dataclass(order=True)
class _Waiting:
    until: datetime
    over: threading.Event = field(compare=False)


class Timetable:
    """Runs scenes, at most so many at once, and lets time go by for them."""

    def __init__(
        self, clock: Clock, calendar: BusinessCalendar, *, at_once: int, rest: Callable[[datetime], None]
    ) -> None:
        """``rest`` waits until the bot is done with all that is due at a time; asked before and after each leap."""
        self.clock = clock
        self._bot_rests = rest
        self._calendar = calendar
        self._free = at_once
        self._busy = 0
        """Scenes that have something to do now, whether they do it or wait for a free place."""
        self._waiting: list[_Waiting] = []
        self._changed = threading.Condition()

    def run(self, scenes: Sequence[Callable[[], None]]) -> None:
        """Run them all; returns when the last has ended. They must not raise."""
        self._busy = len(scenes)
        threads = [threading.Thread(target=self._run, args=(scene,), daemon=True) for scene in scenes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def pass_by(self, time: str) -> None:
        """Let so much time go by: ``25 hours``, ``3 business days``, or until the next ``Mon 08:00``. Called by a scene
        of ``run``."""
        waiting = _Waiting(self.until(time), threading.Event())
        with self._changed:
            self._waiting.append(waiting)
            self._free += 1
            self._rest()
        waiting.over.wait()
        self._bot_rests(waiting.until)
        with self._changed:
            self._take_place()

    def until(self, time: str) -> datetime:
        """When that is, counted from now in the calendar of the rule file, with a margin."""
        now = self.clock.now()
        if time[:1].isdigit():
            return self._calendar.add(now, parse_length(time)) + MARGIN
        return self._calendar.next_time(parse_schedule(time), now) + MARGIN

    def _run(self, scene: Callable[[], None]) -> None:
        with self._changed:
            self._take_place()
        try:
            scene()
        finally:
            with self._changed:
                self._free += 1
                self._rest()

    def _take_place(self) -> None:
        """Wait until fewer than the allowed number of scenes are at work; the lock is held."""
        self._changed.wait_for(lambda: self._free > 0)
        self._free -= 1

    def _rest(self) -> None:
        """One scene has nothing to do any more for now; the lock is held."""
        self._busy -= 1
        if not self._busy and self._waiting:
            self._bot_rests(self.clock.now())
            earliest = min(self._waiting).until
            due = [each for each in self._waiting if each.until <= earliest + _TOGETHER]
            self.clock.go_to(max(due).until)
            self._waiting = [each for each in self._waiting if each not in due]
            self._busy = len(due)
            for each in due:
                each.over.set()
        self._changed.notify_all()
