"""What GitLab lets the bot's token do, shared by all workers: a call that would be one too many is not made.

Two kinds of limits. The one for all calls of a user is told in the headers of every answer, other processes' calls
counted; it is believed, and a 429 holds everybody back for as long as GitLab asks. Those for notes and issues come
without any header, so they are kept to by counting what was made, with an equal share for each process. Nothing sleeps
here: ``ask`` raises RateLimited, and the engine comes back when it says. What people wait for goes first: bulk work
stops while a part of each budget is left.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from app.errors import RateLimited
from app.gitlab.faults import LONGEST_WAIT_S, wait_of

NOTES = "POST /projects/:id/issues/:id/notes"
ISSUES = "POST /projects/:id/issues"
PERIOD_S = 60.0
MARGIN = 0.9
"""Of a limit without headers that is used: GitLab counts calls that fail, and so may somebody with the same account."""
KEPT_FOR_PEOPLE = 0.3
"""Part of each budget that bulk work leaves."""
UNTOLD_WAIT_S = 20.0
"""After a 429 that names no time: GitLab counts such limits by the minute."""
_OF_ALL_CALLS = "authenticated_api"

_bulk: ContextVar[bool] = ContextVar("bulk", default=False)


@contextmanager
def bulk(really: bool = True) -> Iterator[None]:
    """Calls of this thread meanwhile are work that nobody waits for: sweeps, schedules."""
    before = _bulk.set(really)
    try:
        yield
    finally:
        _bulk.reset(before)


def usual_pace(url: str) -> tuple[int, int]:
    """Notes and issues a minute that a user may make on this GitLab: GitLab.com's limits, else GitLab's defaults."""
    host = urlsplit(url).hostname or ""
    return (60, 200) if host == "gitlab.com" or host.endswith(".gitlab.com") else (300, 0)


@dataclass(frozen=True, slots=True)
class _Window:
    """What the headers told last: so many calls are left until then."""

    limit: int
    left: int
    ends: float


class Budget:
    """Ask before each call, tell each answer. Thread-safe."""

    def __init__(
        self,
        *,
        notes_per_minute: int = 0,
        issues_per_minute: int = 0,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """A limit of 0 is none."""
        self._pace = {NOTES: notes_per_minute, ISSUES: issues_per_minute}
        self._clock = clock
        self._wall = wall
        self._lock = threading.Lock()
        self._processes = 1
        self._in_flight = 0
        self._window: _Window | None = None
        self._closed: dict[str, float] = {}
        self._made: dict[str, deque[float]] = {NOTES: deque(), ISSUES: deque()}

    def shared_by(self, processes: int) -> None:
        """So many processes use the token; each takes an equal share of what can't be learned from headers."""
        self._processes = max(processes, 1)

    def ask(self, method: str, route: str) -> None:
        """Before a call. Raises RateLimited with the seconds until it may be made; otherwise ``tell`` has to follow."""
        call = f"{method} {route}"
        with self._lock:
            now = self._clock()
            self._heed_closed(call, now)
            self._heed_window(now)
            self._heed_pace(call, now)
            if call in self._made:
                self._made[call].append(now)
            self._in_flight += 1

    def tell(self, method: str, route: str, status: int, headers: Mapping[str, str]) -> None:
        """After a call. ``status`` 0: there was no answer."""
        with self._lock:
            now = self._clock()
            self._in_flight -= 1
            whole = headers.get("ratelimit-name", _OF_ALL_CALLS).endswith(_OF_ALL_CALLS)
            if whole:
                self._learn(headers, now)
            if status == 429:
                after = wait_of(headers, clock=lambda: self._now_there(headers))
                # Without any header it is a limit of this kind of call, not of all.
                place = "" if whole and after is not None else f"{method} {route}"
                self._closed[place] = now + (UNTOLD_WAIT_S if after is None else after)

    def _heed_closed(self, call: str, now: float) -> None:
        until = max(self._closed.get("", 0.0), self._closed.get(call, 0.0))
        if until > now:
            raise RateLimited("GitLab asked the bot to slow down.", after_s=until - now)

    def _heed_window(self, now: float) -> None:
        window = self._window
        if window is None or window.ends <= now:
            return
        kept = window.limit * KEPT_FOR_PEOPLE if _bulk.get() else 0
        if window.left - self._in_flight <= kept:
            raise RateLimited(f"GitLab's {window.limit} calls are used up for now.", after_s=window.ends - now)

    def _heed_pace(self, call: str, now: float) -> None:
        limit = self._pace.get(call, 0)
        if not limit:
            return
        made = self._made[call]
        while made and made[0] <= now - PERIOD_S:
            made.popleft()
        part = MARGIN * (1 - KEPT_FOR_PEOPLE) if _bulk.get() else MARGIN
        allowed = max(1, int(limit * part / self._processes))
        if len(made) >= allowed:
            what = "comments" if call == NOTES else "issues"
            raise RateLimited(
                f"The bot has made {len(made)} {what} in a minute; GitLab's limit is {limit}.",
                after_s=made[-allowed] + PERIOD_S - now,
            )

    def _learn(self, headers: Mapping[str, str], now: float) -> None:
        told = [headers.get(f"ratelimit-{name}", "") for name in ("limit", "remaining", "reset")]
        if not all(value.isdecimal() for value in told):
            return
        limit, left, reset = (int(value) for value in told)
        ends = now + min(max(reset - self._now_there(headers), 0.0), LONGEST_WAIT_S)
        before = self._window
        if before is not None and abs(before.ends - ends) < PERIOD_S / 2 and before.ends > now:
            left = min(left, before.left)  # answers overtake one another
        elif before is not None and before.ends > ends and before.ends > now:
            return  # an answer from the window before
        self._window = _Window(limit, left, ends)

    def _now_there(self, headers: Mapping[str, str]) -> float:
        """By GitLab's own clock, so that ours may be wrong."""
        try:
            return parsedate_to_datetime(headers["date"]).timestamp()
        except (KeyError, ValueError):
            return self._wall()
