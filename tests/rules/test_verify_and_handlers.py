"""What the verifier plays by declared effects is what the real handlers do on an imagined GitLab."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

import handlers
from app.handler import Rendered
from app.rules.book import OPEN, RuleBook
from app.rules.loading.load import load_file
from app.rules.trying.imagine import Cast
from app.rules.trying.written import Deed, Given
from app.rules.verifying.acting import Theatre
from app.rules.verifying.cast import members_of
from app.rules.verifying.chain import Follower
from app.rules.verifying.happening import Happening
from app.rules.verifying.scene import NOBODY_SPECIAL, Setting
from app.rules.verifying.scene import World as Item
from app.templating.folder import TemplateFolder
from app.trying.tests import do, invented_world
from app.trying.world import World

ROOT = Path(__file__).parents[2]
FAULTY = Path(__file__).parent / "corpus" / "faulty"
NEEDS_MORE = {"loop_by_timers", "loop_with_condition_on_fact"}
"""A timer or a fact, which a single deed does not bring."""
LOOPS = [path for path in sorted(FAULTY.glob("loop_*.yaml")) if path.stem not in NEEDS_MORE]
CARRIED = [
    [],
    ["EM_Status::ToDo"],
    ["EM_Status::Waiting", "RDM::approved"],
    ["TA::Needs-Review", "RDM::needs-review", "Public Sector US"],
]


class PlainTemplates:
    """Every template says the same."""

    def render(self, name: str, context: Mapping[str, object]) -> Rendered:
        """A few words."""
        return Rendered("Some words.")

    def blueprint(self, name: str) -> str:
        """None is asked for."""
        raise AssertionError(name)


@dataclass(frozen=True)
class End:
    """How an item ends up."""

    labels: frozenset[str]
    closed: bool
    rests: bool


def _shipped() -> RuleBook:
    book = load_file(ROOT / "label_rules.yaml", actions=handlers.specs()).book
    assert book is not None
    return book


def _world(book: RuleBook, stage: str, labels: list[str], *, plain: bool) -> tuple[World, Cast]:
    given = Given.model_validate({"stage": stage, "labels": labels})
    cast = Cast(book, given, [])
    templates = PlainTemplates() if plain else TemplateFolder(ROOT / "templates")
    book = RuleBook(file=book.file, path=book.path, lines=book.lines, members=cast.members)
    return invented_world(book, given, stage, cast, handlers=handlers.by_name(), templates=templates), cast


def _by_handlers(book: RuleBook, stage: str, labels: list[str], deed: Deed, *, plain: bool = False) -> End:
    world, cast = _world(book, stage, labels, plain=plain)
    do(world, deed, cast)
    known = {label for label in world.item.labels if not label.startswith("close_qtr::")}
    return End(frozenset(known), world.item.state == "closed", world.at_rest)


def _by_effects(book: RuleBook, stage: str, labels: list[str], happening: Happening) -> End:
    known = RuleBook(file=book.file, path=book.path, lines=book.lines, members=members_of(book))
    board = book.file.board.only
    at = {stage} - {OPEN} if happening.what != "moved" else set()
    before = Item(frozenset({board, *labels} | at), accepted=stage)
    after, change = happening.told(before, Setting(), NOBODY_SPECIAL)
    chain = Follower(known, Theatre(known, handlers.specs())).follow(after, Setting(), change)
    return End(chain.world.labels, chain.world.closed, chain.rests)


@pytest.mark.parametrize("stage", list(_shipped().stages))
def test_every_move_of_the_shipped_board_ends_as_with_the_real_handlers(stage: str) -> None:
    book = _shipped()
    for target, labels in product(book.stages, CARRIED):
        if target == stage:
            continue
        played = _by_handlers(book, stage, labels, Deed(move_to=[target]))
        assert _by_effects(book, stage, labels, Happening("moved", target, stage)) == played, (target, labels)


@pytest.mark.parametrize("label", ["TA::Approved", "RDM::approved", "CP::Scaffold", "TA::Needs-Review"])
def test_labels_that_the_shipped_rules_watch_end_as_with_the_real_handlers(label: str) -> None:
    book = _shipped()
    for stage in book.stages:
        played = _by_handlers(book, stage, [], Deed(add_label=[label]))
        assert _by_effects(book, stage, [], Happening("label added", label)) == played, stage


@pytest.mark.parametrize("path", LOOPS, ids=lambda path: path.stem)
def test_a_loop_that_is_told_of_goes_round_with_the_real_handlers_too(path: Path) -> None:
    book = load_file(path, actions=handlers.specs()).book
    assert book is not None
    ends = [
        _by_handlers(book, stage, labels, deed, plain=True)
        for stage in book.stages
        for labels, deed in _deeds(book, stage)
    ]
    assert not all(end.rests for end in ends)


def _deeds(book: RuleBook, stage: str) -> Iterator[tuple[list[str], Deed]]:
    """What somebody may do to a card of this stage."""
    for label in book.file.labels:
        yield [], Deed(add_label=[label])
        yield [label], Deed(remove_label=[label])
    for target in book.stages:
        if target != stage:
            yield [], Deed(move_to=[target])
    yield [], Deed(closed=True)
    yield [], Deed(comment="Some words")
