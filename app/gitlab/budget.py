"""What GitLab lets the bot's token do, shared by all workers: a call that would be one too many is not made.

Two kinds of limits. The one for all calls of a user is told in the headers of every answer, other processes' calls
counted; it is believed, and a 429 holds everybody back for as long as GitLab asks. Those for notes and issues come
without any header, so they are kept to by counting what was made (``app/gitlab/pace.py``). Nothing sleeps here:
``ask`` raises RateLimited, and the engine comes back when it says. What people wait for goes first: bulk work stops
while a part of each budget is left.

Processes that share a database have one budget: what one learns is told to the others, and each has a lot of the notes
and issues (``app/engine/shared_budget.py``). Here is no database: ``told`` and ``wishes`` are read, ``hear``, ``lower``
and ``grant`` are called from there, and no call of GitLab's ever waits for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from app.errors import RateLimited
from app.gitlab.faults import LONGEST_WAIT_S, wait_of
from app.gitlab.pace import KEPT_FOR_PEOPLE, PERIOD_S, Pace, Wish

NOTES = "POST /projects/:id/issues/:id/notes"
ISSUES = "POST /projects/:id/issues"
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


def is_one(ends: float, other: float) -> bool:
    """Whether two windows that end at these times are one: GitLab tells whole seconds, and answers take a while."""
    return abs(ends - other) < PERIOD_S / 2


def usual_pace(url: str) -> tuple[int, int]:
    """Notes and issues a minute that a user may make on this GitLab: GitLab.com's limits, else GitLab's defaults."""
    host = urlsplit(url).hostname or ""
    return (60, 200) if host == "gitlab.com" or host.endswith(".gitlab.com") else (300, 0)


@dataclass(frozen=True, slots=True)
class Window:
    """What the headers told last: so many calls are left until then."""

    limit: int
    left: int
    ends: float
    """By the clock of whoever has it; in ``Told``, seconds from now."""


@dataclass(frozen=True, slots=True)
class Told:
    """What GitLab told, for other processes with the same token. Times are seconds from now."""

    closed: Mapping[str, float]
    """How long which kind of call is not to be made (``POST /projects/:id/issues``); the kind ``""`` is all."""
    window: Window | None


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
        paces = ((NOTES, "comments", notes_per_minute), (ISSUES, "issues", issues_per_minute))
        self._paces = {call: Pace(what, limit) for call, what, limit in paces if limit}
        self._clock = clock
        self._wall = wall
        self._lock = threading.Lock()
        self._news: Callable[[], object] = _nobody
        self._in_flight = 0
        self._window: Window | None = None
        self._closed: dict[str, float] = {}

    def ask(self, method: str, route: str) -> None:
        """Before a call. Raises RateLimited with the seconds until it may be made; otherwise ``tell`` has to follow."""
        call = f"{method} {route}"
        with self._lock:
            now = self._clock()
            self._heed_closed(call, now)
            self._heed_window(now)
            if pace := self._paces.get(call):
                self._heed_pace(pace, now)
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
                self._news()

    def on_news(self, news: Callable[[], object]) -> None:
        """``news`` is called in the middle of a call when others had better hear of something now: a 429, or notes
        and issues that are short here. It must neither wait nor raise."""
        self._news = news

    def told(self) -> Told:
        """What GitLab told, as far as it still holds."""
        with self._lock:
            now = self._clock()
            closed = {place: until - now for place, until in self._closed.items() if until > now}
            window = self._window
            if window is None or window.ends <= now:
                return Told(closed, None)
            return Told(closed, replace(window, ends=window.ends - now))

    def hear(self, told: Told) -> None:
        """What GitLab told another process. A wait that was never asked for so long is not believed."""
        with self._lock:
            now = self._clock()
            for place, left_s in told.closed.items():
                self._closed[place] = max(self._closed.get(place, 0.0), now + min(left_s, LONGEST_WAIT_S))
            if (window := told.window) is not None:
                self._take_in(replace(window, ends=now + min(window.ends, LONGEST_WAIT_S)), now)

    def wishes(self) -> dict[str, Wish]:
        """What is needed of each kind of call that is paced."""
        with self._lock:
            return {call: pace.wish(self._clock()) for call, pace in self._paces.items()}

    def lower(self, call: str, to: int) -> int:
        """Make the lot of a kind of call smaller, as far as its last minute allows; the lot as it is then."""
        with self._lock:
            return self._paces[call].lower(to, self._clock())

    def grant(self, lots: Mapping[str, int], until: float) -> None:
        """So many calls of each kind may be made here in a minute, up to that time of this budget's clock."""
        with self._lock:
            for call, lot in lots.items():
                self._paces[call].grant(lot, until)

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

    def _heed_pace(self, pace: Pace, now: float) -> None:
        try:
            pace.take(now, bulk=_bulk.get())
        except RateLimited:
            if pace.may_get_more(now):
                self._news()
            raise

    def _learn(self, headers: Mapping[str, str], now: float) -> None:
        told = [headers.get(f"ratelimit-{name}", "") for name in ("limit", "remaining", "reset")]
        if not all(value.isdecimal() for value in told):
            return
        limit, left, reset = (int(value) for value in told)
        ends = now + min(max(reset - self._now_there(headers), 0.0), LONGEST_WAIT_S)
        self._take_in(Window(limit, left, ends), now)

    def _take_in(self, window: Window, now: float) -> None:
        before = self._window
        if before is not None and before.ends > now:
            if is_one(before.ends, window.ends):
                window = replace(window, left=min(window.left, before.left))  # answers overtake one another
            elif before.ends > window.ends:
                return  # an answer from the window before
        self._window = window

    def _now_there(self, headers: Mapping[str, str]) -> float:
        """By GitLab's own clock, so that ours may be wrong."""
        try:
            return parsedate_to_datetime(headers["date"]).timestamp()
        except (KeyError, ValueError):
            return self._wall()


def _nobody() -> None:
    return None
