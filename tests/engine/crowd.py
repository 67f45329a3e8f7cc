"""Processes that share a token, without processes: budgets over a record in memory, under a clock that tests set."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Literal

from app.engine.common_budget import Common
from app.engine.shared_budget import SharedBudget
from app.errors import RateLimited
from app.gitlab.budget import NOTES, Budget, bulk

NOTE = ("POST", NOTES.removeprefix("POST "))

Fate = Literal["ends well", "is lost", "is made and its answer lost"]
"""Of a change of the record."""


class DatabaseAwayError(Exception):
    """As SQLAlchemy's."""


def _nothing(_moment: str) -> None:
    return None


@dataclass
class Record:
    """Implements :class:`app.engine.shared_budget.Row`."""

    clock: Callable[[], float]
    common: Common = field(default_factory=Common)
    writes: int = 0
    fate: Fate = "ends well"
    meanwhile: Callable[[str], None] = _nothing
    """Called where something may happen in the middle of a look: ``unlocked``, ``locked``."""

    def read(self) -> tuple[float, Common]:
        return self.clock(), self.common

    def change(self, change: Callable[[float, Common], Common]) -> Common:
        self.meanwhile("unlocked")
        if self.fate == "is lost":
            raise DatabaseAwayError
        after = change(self.clock(), self.common)
        self.meanwhile("locked")
        self.writes += after != self.common
        self.common = after
        if self.fate != "ends well":
            raise DatabaseAwayError
        self.meanwhile("unlocked")
        return after

    def clear(self) -> None:
        self.common = Common()


@dataclass
class One:
    """A process."""

    name: str
    crowd: Crowd
    present: bool = True
    """Whether it holds the lock on its name."""

    def __post_init__(self) -> None:
        self.budget = Budget(notes_per_minute=self.crowd.limit, clock=self.crowd.clock, wall=self.crowd.clock)
        self.shared = SharedBudget(self.budget, self.crowd.record, Names(self.name, self.crowd), clock=self.crowd.clock)

    def look(self) -> None:
        self.present = True
        self.shared.look(self.crowd.count())

    def notes(self, count: int = 1, *, by_the_clock: bool = False) -> int:
        """Make so many if it may; how many it made."""
        made = 0
        for _ in range(count):
            try:
                with bulk(by_the_clock):
                    self.budget.ask(*NOTE)
            except RateLimited:
                continue
            self.budget.tell(*NOTE, 201, {})
            self.crowd.made.append(self.crowd.now)
            made += 1
        return made

    def lot(self) -> int:
        return next(
            lot.may
            for life, lot in self.crowd.record.common.lots(NOTES)
            if life == self.shared._life  # nobody else asks for it
        )


@dataclass
class Names:
    """Implements :class:`app.engine.shared_budget.Names`."""

    name: str
    crowd: Crowd

    def present(self, names: Collection[str]) -> set[str]:
        return {one.name for one in self.crowd.running if one.present} & set(names)


class Crowd:
    """All of them."""

    def __init__(self, limit: int = 60) -> None:
        self.now = 1_000.0
        self.limit = limit
        self.record = Record(self.clock)
        self.running: list[One] = []
        self.made: list[float] = []
        """When notes were made, by all that ever ran."""

    def clock(self) -> float:
        return self.now

    def count(self) -> int:
        return len({one.name for one in self.running if one.present})

    def start(self, *names: str) -> list[One]:
        started = []
        for name in names:
            one = One(name, self)
            self.running.append(one)
            started.append(one)
            one.shared.join(self.count())
        return started

    def go_on(self, seconds: float) -> None:
        """As long as that, with a look of each every three seconds."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(self.now + 3, end)
            for one in self.running:
                one.look()

    def busiest_minute(self) -> int:
        return max((sum(at - 60 < other <= at for other in self.made) for at in self.made), default=0)
