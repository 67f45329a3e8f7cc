"""Where everything of the board's drawing goes: boxes in a row, moves to the right above them, to the left below.

Each stage has one line of its own (a lane) for its moves to the right and one for those to the left; from the lane an
arrow drops onto each stage that it leads to. So arrows cross only at right angles, and nothing lies on anything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.rules.book import RuleBook
from app.rules.telling.moves import is_hard

Style = Literal["free", "said", "hard"]
"""free: nothing is asked. said: the bot remarks on it. hard: it has needs, or is for certain people."""

BOX, GAP, HEIGHT = 148, 34, 92
MARGIN, LANE, HEAD = 24, 26, 46
"""Pixels: around all, between two lanes, and for the title."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A move as it is drawn."""

    origin: int
    target: int
    style: Style
    people: bool
    """Only certain people may make it."""

    @property
    def right(self) -> bool:
        """Whether it leads to the right, and so runs above the boxes."""
        return self.target > self.origin


@dataclass(frozen=True)
class Layout:
    """Places, in pixels from the upper left corner."""

    stages: tuple[str, ...]
    arrows: tuple[Arrow, ...]

    @classmethod
    def of(cls, book: RuleBook) -> Layout:
        """The board's stages and moves. Of two lines for one move the stricter is drawn."""
        stages = tuple(book.stages)
        found = {(one.origin, one.target): one for one in sorted(_arrows(book, stages), key=_strictness)}
        return cls(stages, tuple(sorted(found.values(), key=lambda one: (one.origin, one.target))))

    def lanes(self, *, right: bool) -> list[int]:
        """Stages that have a lane on that side, the innermost first: those whose lane is short lie inside."""
        reach: dict[int, int] = {}
        for one in self.arrows:
            if one.right is right:
                reach[one.origin] = max(reach.get(one.origin, 0), abs(one.target - one.origin))
        return sorted(reach, key=lambda origin: (reach[origin], origin))

    @property
    def top(self) -> int:
        """Where the boxes begin."""
        return HEAD + MARGIN + LANE * (len(self.lanes(right=True)) + 1)

    @property
    def width(self) -> int:
        """Of the drawing."""
        return 2 * MARGIN + len(self.stages) * (BOX + GAP) - GAP

    @property
    def bottom(self) -> int:
        """Below the lowest lane."""
        return self.top + HEIGHT + LANE * (len(self.lanes(right=False)) + 1)

    def left(self, stage: int) -> int:
        """A box's left edge."""
        return MARGIN + stage * (BOX + GAP)

    def lane_y(self, origin: int, *, right: bool) -> int:
        """How high a lane lies."""
        number = self.lanes(right=right).index(origin) + 1
        return self.top - LANE * number if right else self.top + HEIGHT + LANE * number

    def leave_x(self, origin: int, *, right: bool) -> float:
        """Where a stage's lane leaves its box: beyond every arrow that comes in."""
        return self.left(origin) + (BOX - 10 if right else 10)

    def enter_x(self, arrow: Arrow) -> float:
        """Where an arrow comes in: a place of its own among those of the target's side."""
        coming = [one.origin for one in self.arrows if one.target == arrow.target and one.right is arrow.right]
        room = BOX - 44
        share = room / (len(coming) + 1)
        first = self.left(arrow.target) + (10 if arrow.right else 34)
        return first + share * (sorted(coming).index(arrow.origin) + 1)


def _arrows(book: RuleBook, stages: tuple[str, ...]) -> Iterator[Arrow]:
    for move in book.file.board.moves:
        style: Style = "hard" if is_hard(move) else "said" if move.warn else "free"
        for origin in stages if "any" in move.from_ else move.from_:
            for target in move.to:
                if origin != target:
                    yield Arrow(stages.index(origin), stages.index(target), style, move.by is not None)


def _strictness(arrow: Arrow) -> tuple[int, bool]:
    return ("free", "said", "hard").index(arrow.style), arrow.people
