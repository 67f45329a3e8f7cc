"""A book with other members shares what it looks up; with other rules it does not."""

from __future__ import annotations

from dataclasses import replace

from app.domain.decision import Mode
from tests.rules.deal import book

BOOK = book()


def test_other_members_make_the_same_book_but_for_them() -> None:
    known = BOOK.with_members({"ems": frozenset({"dana"})})
    assert known == replace(BOOK, members={"ems": frozenset({"dana"})})
    assert known.unconcerned is BOOK.unconcerned
    assert known.listening is BOOK.listening


def test_a_rule_that_stands_aside_is_in_shadow_though_the_book_was_asked_before() -> None:
    name = BOOK.file.rules[0].name
    assert BOOK.modes[0] is not Mode.SHADOW
    aside = replace(BOOK, stood_aside={name: "undone"}).with_members({})
    assert aside.modes[0] is Mode.SHADOW
    assert aside.unconcerned[0].mode is Mode.SHADOW


def test_rules_are_concerned_in_the_order_in_which_they_are_tried() -> None:
    events = {event for rule in BOOK.file.rules for event in rule.when.event}
    assert BOOK.concerned_by(events) == [pair for pair in BOOK.in_order if BOOK.modes[pair[0]] is not Mode.OFF]
    assert BOOK.concerned_by([]) == []
