"""The board's drawing: well-formed, nothing on top of anything else, every move in it."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

import handlers
from app.rules.book import RuleBook
from app.rules.loading.load import load_or_raise
from app.rules.telling.layout import BOX, GAP, Layout
from app.rules.telling.svg import board_svg
from tests.rules.toy import SOUND, check

SHIPPED = load_or_raise(Path(__file__).parents[3] / "label_rules.yaml", actions=handlers.specs())
SVG = "{http://www.w3.org/2000/svg}"


def _toy(text: str = SOUND) -> RuleBook:
    book = check(text).book
    assert book is not None
    return book


@pytest.fixture(params=["shipped", "toy"])
def book(request: pytest.FixtureRequest) -> RuleBook:
    return SHIPPED if request.param == "shipped" else _toy()


def test_every_move_is_one_arrow(book: RuleBook) -> None:
    drawn = {(book_stage(book, one.origin), book_stage(book, one.target)) for one in Layout.of(book).arrows}
    stages = list(book.stages)
    legal = {(a, b) for a in stages for b in stages if a != b and book.moves_between(a, b)}
    assert drawn == legal


def book_stage(book: RuleBook, index: int) -> str:
    return list(book.stages)[index]


def test_arrows_come_in_side_by_side_and_on_their_box(book: RuleBook) -> None:
    layout = Layout.of(book)
    for right in (True, False):
        places = sorted(layout.enter_x(one) for one in layout.arrows if one.right is right)
        places += sorted(layout.leave_x(origin, right=right) for origin in layout.lanes(right=right))
        assert all(after - before > 7 for before, after in pairwise(sorted(places)))
    for one in layout.arrows:
        assert layout.left(one.target) < layout.enter_x(one) < layout.left(one.target) + BOX


def test_each_lane_has_its_own_height(book: RuleBook) -> None:
    layout = Layout.of(book)
    heights = [layout.lane_y(origin, right=right) for right in (True, False) for origin in layout.lanes(right=right)]
    assert max(Counter(heights).values()) == 1


def test_the_drawing_is_well_formed_and_names_every_stage(book: RuleBook) -> None:
    root = ElementTree.fromstring(board_svg(book))
    titles = {element.text or "" for element in root.iter(f"{SVG}title")}
    for stage in book.stages:
        assert any(title.startswith(f"{stage}.") for title in titles)
    boxes = [float(one.get("x", "0")) for one in root.iter(f"{SVG}rect") if "box" in (one.get("class") or "").split()]
    assert all(after - before == BOX + GAP for before, after in pairwise(boxes))
    assert len(boxes) == len(book.stages)


def test_markup_in_a_name_stays_text() -> None:
    drawing = board_svg(_toy(SOUND.replace("title: SOW approval", 'title: "<script>&"')))
    assert "&lt;script&gt;&amp;" in drawing
    ElementTree.fromstring(drawing)


def test_it_follows_the_readers_choice_of_light_or_dark() -> None:
    assert "prefers-color-scheme: dark" in board_svg(SHIPPED)
