"""Which items beside the board a rule could still want something of, whatever happened to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.change import Change, Kind
from app.domain.item import Memory, Snapshot
from app.rules.book import RuleBook
from app.rules.deciding.concern import may_concern
from app.rules.deciding.decide import decide
from app.rules.reading.facts import read_facts
from tests.rules.deal import BOOK, KEY, NOW, ON_BOARD, book, issue
from tests.rules.random_items import EVERYTHING, scenes

TRACELESS = {
    *(Kind.COMMENT_EDITED, Kind.EMOJI, Kind.EMOJI_TAKEN_BACK, Kind.TIMER, Kind.SCHEDULE, Kind.DEAL),
    *(Kind.REQUEST, Kind.OTHER),
}


def beside(*labels: str, **more: Any) -> Snapshot:
    """An issue that is not on the board."""
    return replace(issue(**more), labels=labels)


def rules(when: dict[str, Any], **more: Any) -> RuleBook:
    """A single rule."""
    return book(rules=[{"name": "one", "why": "Because.", "when": when, "do": [], **more}])


@settings(max_examples=3000, deadline=None)
@given(scenes(), st.sampled_from([BOOK, EVERYTHING]))
def test_of_what_concerns_no_rule_nothing_that_happens_is_answered(
    scene: tuple[Snapshot, Change], known: RuleBook
) -> None:
    item, told = scene
    item = replace(item, memory=Memory())
    silent = not item.notes and told.comment is None
    if told.kind not in TRACELESS and not may_concern(known, item, commented=not silent):
        assert decide(known, item, told, read_facts(known, item), NOW).plan == ()


def test_what_is_on_the_board_always_concerns() -> None:
    assert may_concern(rules({"event": "timer"}), beside(ON_BOARD))
    assert not may_concern(rules({"event": "timer"}), beside("bug"))


@pytest.mark.parametrize(
    ("when", "item", "concerns"),
    [
        ({"event": "label added", "label": "WaR::*"}, beside("WaR::Approved"), True),
        ({"event": "label added", "label": "WaR::*"}, beside("bug"), False),
        ({"event": "label removed", "label": "WaR::*"}, beside("bug"), True),
        ({"event": "issue opened"}, beside(state="closed"), False),
        ({"event": "issue closed"}, beside(), False),
        ({"event": "issue closed"}, beside(state="closed"), True),
        ({"event": "issue opened", "title": "Weekly*"}, beside(title="A question"), False),
        ({"event": "issue opened", "project": "ps-plan"}, beside(project_path="elsewhere/x"), False),
        ({"event": "issue opened", "on_board": True}, beside(), False),
        ({"event": "stage entered"}, beside(), False),
        ({"event": "emoji"}, beside(), False),
        ({"event": "fact changed", "fact": {"name": "terms"}}, beside(), True),
        ({"event": "schedule", "at": "Fri 09:00", "on_board": False, "labels": {"all": ["retro"]}}, beside(), False),
        ({"event": "schedule", "at": "Fri 09:00", "on_board": False}, beside(), True),
        ({"event": "schedule", "at": "Fri 09:00"}, beside(), False),
    ],
)
def test_an_issue_concerns_the_rules_that_it_could_still_satisfy(
    when: dict[str, Any], item: Snapshot, concerns: bool
) -> None:
    assert may_concern(rules(when), item) is concerns


def test_a_command_concerns_what_has_comments_only() -> None:
    known = rules({"event": "command", "command": "help"})
    assert may_concern(known, beside())
    assert not may_concern(known, beside(), commented=False)


def test_without_comments_the_facts_are_those_of_the_description() -> None:
    known = rules({"event": ["issue opened", "fact changed"], "facts": {"present": ["terms"]}})
    assert may_concern(known, beside())
    assert not may_concern(known, beside(), commented=False)
    assert may_concern(known, beside(description="Terms: MSA"), commented=False)


def test_an_exception_that_certainly_holds_and_a_rule_that_is_off_count() -> None:
    item = beside("bug", created_at=NOW - timedelta(days=1))
    assert item.key == KEY
    assert not may_concern(rules({"event": "issue opened"}, unless={"labels": {"any": ["bug"]}}), item)
    assert may_concern(rules({"event": "issue opened"}, unless={"actor": "tas"}), item)
    assert not may_concern(rules({"event": "issue opened"}, mode="off"), item)
