"""Coverage: which rules and which moves of the board no test tries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from app.rules.book import RuleBook
from app.rules.deciding.board_steps import MOVES
from app.trying.outcome import Came

LISTED = 6
"""As many names as are told in one line."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What one case tried."""

    stage: str
    move_to: str | None
    came: Came
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing that tests should try: how many there are, and which were not tried."""

    what: str
    total: int
    missing: tuple[str, ...]

    def sentence(self) -> str:
        """``Rules: 23 of 25 are tried; not: lost, won.``"""
        head = f"{self.what}: {self.total - len(self.missing)} of {self.total} are tried"
        if not self.missing:
            return f"{head}."
        more = f" and {len(self.missing) - LISTED} more" if len(self.missing) > LISTED else ""
        return f"{head}; not: {', '.join(self.missing[:LISTED])}{more}."


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of rules and digests, of illegal moves, and of the lines of ``board.moves``."""

    rules: Part
    digests: Part
    illegal_moves: Part
    lines_used: Part
    lines_refused: Part
    """Lines with needs or ``by``, which a test should see fail, too."""

    @classmethod
    def of(cls, book: RuleBook, tried: Sequence[Tried]) -> Coverage:
        """What the cases tried of a rule file."""
        matched = frozenset[str]().union(*(one.came.rules for one in tried))
        told = {one.digest for one in tried if one.digest and one.came.posts}
        moved = {(one.stage, one.move_to) for one in tried if one.move_to}
        pairs = [pair for pair in permutations(book.stages, 2) if not book.moves_between(*pair)]
        used, failed = _lines(book, tried)
        moves = list(enumerate(book.file.board.moves))
        guarded = [index for index, move in moves if move.needs or move.by is not None]
        return cls(
            _part("Rules", [(rule.name, rule.name in matched) for rule in book.file.rules]),
            _part("Digests", [(one.name, one.name in told) for one in book.file.digests]),
            _part("Illegal moves", [(f"{origin} to {target}", (origin, target) in moved) for origin, target in pairs]),
            _part("Lines of board.moves", [(_line(book, index), index in used) for index, _ in moves]),
            _part("Their needs and by", [(_line(book, index), index in failed) for index in guarded]),
        )

    @property
    def parts(self) -> tuple[Part, ...]:
        """All of them."""
        return self.rules, self.digests, self.illegal_moves, self.lines_used, self.lines_refused

    def lines(self) -> Iterator[str]:
        """A sentence for each."""
        return (part.sentence() for part in self.parts if part.total or part is not self.digests)


def _part(what: str, things: Iterable[tuple[str, bool]]) -> Part:
    listed = list(things)
    return Part(what, len(listed), tuple(name for name, tried in listed if not tried))


def _line(book: RuleBook, index: int) -> str:
    return f"line {book.source(f'board.moves.{index}').line}"


def _lines(book: RuleBook, tried: Sequence[Tried]) -> tuple[set[int], set[int]]:
    """The lines that judged a move, and those of them whose needs or ``by`` were not met."""
    used: set[int] = set()
    failed: set[int] = set()
    for one in tried:
        if one.move_to is None or not one.came.turns:
            continue
        told = next((verdict for verdict in one.came.turns[0].decision.verdicts if verdict.rule == MOVES), None)
        speaking = [index for index, _ in book.moves_between(one.stage, one.move_to)]
        judged = [index for index in speaking if told and book.source(f"board.moves.{index}") == told.source]
        used.update(judged)
        failed.update(index for index in judged if one.came.refused or one.came.warned)
    return used, failed
