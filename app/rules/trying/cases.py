"""Cases: a test with several stages, moves or people is one case for each combination."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from app.domain.decision import Mode
from app.rules.book import RuleBook
from app.rules.model import Rule, Test
from app.rules.trying.written import Deed, WrittenTest


@dataclass(frozen=True, slots=True)
class Case:
    """One run of a test."""

    test: WrittenTest
    index: int
    """Of the test in the file."""
    stage: str
    deed: Deed
    by: str
    name: str
    """The test's name, and which combination it is where there are several."""


def written(test: Test) -> WrittenTest:
    """A test of a loaded file, in the words of this package. Loading has checked it, so this can't fail."""
    return WrittenTest.model_validate(test.model_dump(by_alias=True))


def cases_of(test: WrittenTest, index: int) -> Iterator[Case]:
    """Every combination; a card is not moved to where it is."""
    deed = test.when
    moves: list[str | None] = list(deed.move_to) if deed.move_to else [None]
    people = deed.by or [""]
    several = len(test.given.stage) * len(moves) * len(people) > 1
    for stage, move, by in product(test.given.stage, moves, people):
        if move == stage and several:
            continue
        one = deed.model_copy(update={"move_to": [move] if move else None, "by": [by] if by else None})
        detail = f"{stage} to {move}" if move else f"in {stage}"
        name = f"{test.name} ({detail}{f', by {by}' if by else ''})" if several else test.name
        yield Case(test, index, stage, one, by, name)


def as_if_live(book: RuleBook) -> RuleBook:
    """The book with every rule's mode live: a test asks what a rule does, not how far it may go today.

    Otherwise switching a rule off in a hurry would make its test fail, and the file be refused.
    """
    rules = [_live(rule) for rule in book.file.rules]
    digests = [one.model_copy(update={"mode": Mode.LIVE}) for one in book.file.digests]
    defaults = book.file.defaults.model_copy(update={"mode": Mode.LIVE})
    file = book.file.model_copy(update={"rules": rules, "digests": digests, "defaults": defaults})
    return RuleBook(file=file, path=book.path, lines=book.lines, members=book.members)


def _live(rule: Rule) -> Rule:
    return rule.model_copy(update={"mode": Mode.LIVE}) if rule.mode is not None else rule
