"""Makes the budgets of several processes one: what GitLab told one is told to all, and notes and issues are lots.

Each process has a lot: so many calls of a kind it may make in any minute, counted by itself, so no note waits for the
database. Lots are written down in one record in the database, and at each look of the keeper a process changes its own:

- it makes its lot **smaller** before that is written down, and never smaller than what it made in the last minute;
- it makes it **larger** only after that was written down, by no more than what nobody has.

So no minute sees more calls than there are lots at its end, and all lots together are never more than the limit,
however looks and calls interleave. One that wants little keeps a few for what may come at once; the rest is for whoever
needs it, and in equal parts when all do.

A process that hears nothing from the database for ``TRUST_S`` makes none. One that is stopped leaves a lot of what it
made in its last minute, one that is killed all of its lot; it is given to others when the last that can have been made
of it is a minute old. Only where a bot is started while none is running is nothing known of the minute before: it
begins with the whole limit, as with SQLite. Processes of a version without lots, or with another token, count as if
they made an equal share, which is what such a version keeps to.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from app.engine.common_budget import Common, Lot, Member, divide
from app.gitlab.budget import Budget, Told, Window, is_one
from app.gitlab.faults import LONGEST_WAIT_S
from app.gitlab.pace import KEPT_FOR_PEOPLE, PERIOD_S, Wish

TRUST_S = 30.0
"""Seconds for which a lot is good after a look: some looks may fail."""
GONE_FOR_S = PERIOD_S + TRUST_S + 5.0
"""After so many seconds nothing that a process made which is gone can count: its lot's time, a minute, and some."""
SAME_S = 2.0
"""Times closer than this are the same, seen through two processes."""
SHORT = 0.5
"""Part of GitLab's limit for all calls that is left when others are told: before that it holds nobody back."""


class Row(Protocol):
    """Where the record is kept. Each call may raise what the database raises."""

    def read(self) -> tuple[float, Common]:
        """The time by the database's clock, and the record."""
        ...

    def change(self, change: Callable[[float, Common], Common]) -> Common:
        """Replace the record by what is made of it and the time, nobody else doing so meanwhile; the new one."""
        ...

    def clear(self) -> None:
        """Remove the record, and those of tokens that are not used any more."""
        ...


class Names(Protocol):
    """What is asked of :class:`app.engine.replica.Replica`."""

    @property
    def name(self) -> str:
        """This process's."""
        ...

    def present(self, names: Collection[str]) -> set[str]:
        """Those of the names that have a process now."""
        ...


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was found out before anything is changed."""

    processes: int
    wishes: Mapping[str, Wish]
    gone: frozenset[str]
    """Members without a process."""
    forgotten: frozenset[str]
    """Those of them that have been gone for long."""


class SharedBudget:
    """One process's end of it. Used by one thread at a time, the keeper's while the bot runs."""

    def __init__(self, budget: Budget, row: Row, names: Names, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` is the budget's."""
        self._budget = budget
        self._row = row
        self._names = names
        self._clock = clock
        self._life = secrets.token_hex(4)
        self._gone_since: dict[str, float] = {}
        self._heard = Common()
        self._until = clock()

    def join(self, processes: int) -> None:
        """The first look, before any work. ``processes``: how many share the database, this one included."""
        self._budget.grant(dict.fromkeys(self._budget.wishes(), 0), self._clock())
        if processes == 1:
            self._row.clear()
        self.look(processes)

    def on_news(self, news: Callable[[], object]) -> None:
        """``news`` is called when a look had better come soon; see the budget's."""
        self._budget.on_news(news)

    def look(self, processes: int) -> None:
        """Hear what others were told, tell what is new, take what is needed. Writes only what differs."""
        began = self._clock()
        now, common = self._row.read()
        after = self._settled(processes, now, common)
        # One that was away for long may be about to be forgotten by another: that is told by nothing but the lock.
        if after != common or began >= self._until:
            after = self._row.change(lambda now, common: self._settled(processes, now, common))
        lots = after.members[self._life].lots
        self._until = began + TRUST_S
        self._budget.grant({call: lot.may for call, lot in lots.items()}, self._until)
        self._hear(now, after)

    def leave(self) -> None:
        """The last: leave to others all but what was made in the last minute. No call is made afterwards."""
        lots = {call: Lot(self._budget.lower(call, 0), 0) for call in self._budget.wishes()}
        mine = {self._life: Member(self._names.name, lots)} if any(lot.may for lot in lots.values()) else {}

        def without_me(_now: float, common: Common) -> Common:
            others = {life: member for life, member in common.members.items() if life != self._life}
            return Common({**others, **mine}, common.closed, common.window)

        self._row.change(without_me)

    def _see(self, processes: int, common: Common) -> _Seen:
        others = {life: member.name for life, member in common.members.items() if life != self._life}
        present = self._names.present(set(others.values())) if others else set()
        # Who has our name besides us is who had it before us.
        gone = {life for life, name in others.items() if name not in present or name == self._names.name}
        now = self._clock()
        self._gone_since = {life: self._gone_since.get(life, now) for life in gone}
        forgotten = frozenset(life for life, since in self._gone_since.items() if now - since >= GONE_FOR_S)
        return _Seen(processes, self._budget.wishes(), frozenset(gone), forgotten)

    def _settled(self, processes: int, now: float, common: Common) -> Common:
        """The record as it should be. Doing it twice does no harm."""
        seen = self._see(processes, common)
        kept = {life: member for life, member in common.members.items() if life not in seen.forgotten}
        before = Common(kept, common.closed, common.window)
        lots = {call: self._lot(call, wish, seen, before) for call, wish in seen.wishes.items()}
        members = {**kept, self._life: Member(self._names.name, lots)}
        told = self._budget.told() if seen.processes > 1 else Told({}, None)
        return Common(members, _closed(common.closed, told.closed, now), _window(common.window, told.window, now))

    def _lot(self, call: str, wish: Wish, seen: _Seen, before: Common) -> Lot:
        present = {life: member for life, member in before.members.items() if life not in seen.gone}
        known = {member.name for life, member in present.items()} | {self._names.name}
        unknown = max(seen.processes - len(known), 0) * max(1, wish.most // max(seen.processes, 1))
        others = {life: lot for life, lot in before.lots(call) if life != self._life}
        left_behind = sum(lot.may for life, lot in others.items() if life in seen.gone)
        rivals = {life: lot.wants for life, lot in others.items() if life not in seen.gone}
        at_hand = max(1, int(wish.most * KEPT_FOR_PEOPLE / max(seen.processes, 1)))
        wants = wish.most if not rivals and not unknown else min(wish.most, wish.needs + at_hand)

        fair = divide(wish.most - left_behind - unknown, {**rivals, self._life: wants})[self._life]
        free = wish.most - unknown - sum(lot.may for lot in others.values())
        target = max(min(fair, free), 0)
        mine = before.members.get(self._life)
        has = mine.lots[call].may if mine and call in mine.lots else 0
        if target > has and mine:
            return Lot(target, wants)
        made = self._budget.lower(call, target if mine else 0)
        return Lot(max(made, target), wants)

    def _hear(self, now: float, common: Common) -> None:
        """Each thing once: heard again later, it would be counted by a clock that may have jumped meanwhile."""
        heard, self._heard = self._heard, common
        closed = {place: until - now for place, until in common.closed.items() if heard.closed.get(place) != until}
        window = common.window if common.window != heard.window else None
        self._budget.hear(Told(closed, window and Window(window.limit, window.left, window.ends - now)))


def _closed(common: Mapping[str, float], told: Mapping[str, float], now: float) -> dict[str, float]:
    # One that is further ahead was written before the clock was set back.
    closed = {place: until for place, until in common.items() if now < until <= now + LONGEST_WAIT_S}
    for place, left_s in told.items():
        if now + left_s > closed.get(place, now) + SAME_S:
            closed[place] = round(now + left_s, 1)
    return closed


def _window(common: Window | None, told: Window | None, now: float) -> Window | None:
    if common is not None and not now < common.ends <= now + LONGEST_WAIT_S:
        common = None
    if told is None or told.left > told.limit * SHORT:
        return common
    ends = round(now + told.ends, 1)
    if common is None or (ends > common.ends and not is_one(ends, common.ends)):
        return Window(told.limit, told.left, ends)
    if is_one(ends, common.ends) and told.left < common.left:
        return Window(told.limit, told.left, common.ends)
    return common
