"""Conditions answer yes, no or not known, and name the value that decided."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.item import Person
from app.rules.deciding.conditions import check
from app.rules.deciding.view import View
from app.rules.model import Condition
from tests.rules.deal import BOOK, EM, LEADER, NOW, ON_BOARD, SOW, change, issue

KNOWN = View.of_snapshot(
    BOOK,
    issue("TA:Approved", stage=SOW),
    stage=SOW,
    facts={
        "estimate_total": {"amount": 82000, "currency": "USD", "text": "82,000 USD"},
        "terms": "MSA",
        "start": {"unreadable": "in April"},
        "sow_number": 1234,
        "team": ["ae.one"],
        "ssot": {"rows": 3, "open": ["b"], "open_required": []},
    },
    actor=LEADER,
)
UNKNOWN = View(BOOK)


def ask(condition: dict[str, Any], view: View = KNOWN) -> tuple[bool | None, str]:
    answer = check(Condition.model_validate(condition), view)
    return answer.holds, answer.reason


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({"labels": {"all": [ON_BOARD]}}, "'Services Calculator' is on the item"),
        ({"labels": {"any": ["x", "ta::approved"]}}, "'TA::Approved' is on the item"),
        ({"labels": {"none": ["RDM::*"]}}, "the item has none of the labels 'RDM::*'"),
        ({"labels": {"all": ["TA::*"]}}, "'TA::Approved' is on the item"),
        ({"stage": "proposal::Writing"}, f"the item is in {SOW}"),
        ({"fact": {"name": "estimate_total", "over": 50000}}, "estimate_total is 82,000 USD, over 50,000"),
        ({"fact": {"name": "estimate_total", "under": 90000}}, "estimate_total is 82,000 USD, under 90,000"),
        ({"fact": {"name": "terms", "is": "msa"}}, "terms is MSA"),
        ({"fact": {"name": "sow_number", "equals": 1234}}, "sow_number is 1234"),
        ({"fact": {"name": "team", "is": "AE.one"}}, "team is ae.one"),
        ({"facts": {"present": "terms", "missing": ["start", "sow_link"]}}, "terms is MSA; start can't be understood: "
         "'in April'; sow_link is not stated"),
        ({"facts": {"incomplete": "ssot"}}, "ssot is 1 of 3 rows open"),
        ({"author": "people"}, None),
        ({"actor": "ps_leadership"}, "whoever did it, leader.one, is in ps_leadership"),
        ({"assignee": "ems"}, "an assignee is in ems"),
        ({"confidential": False}, "the item is not confidential"),
        ({"item_type": "ISSUE"}, "the item's type is Issue"),
        ({"title": "* - scope *"}, "the title is like '* - scope *'"),
        ({"project": "ps-plan"}, "the item is in ps-plan"),
        ({"project": "gitlab-com/ps"}, "the item is in gitlab-com/ps"),
        ({"project": "42"}, "the item is in 42"),
        ({"any_of": [{"stage": "Open"}, {"confidential": False}]}, "the item is not confidential"),
        ({"all_of": [{"stage": SOW}, {"confidential": False}]}, f"the item is in {SOW}; the item is not confidential"),
        ({"not": {"stage": "Open"}}, f"the item is in {SOW}"),
        ({}, "nothing more is asked"),
    ],
)  # fmt: skip
def test_what_holds_says_by_which_value(condition: dict[str, Any], reason: str | None) -> None:
    if reason is None:
        assert ask(condition) == (None, "it is not known who is in people")
    else:
        assert ask(condition) == (True, reason)


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({"labels": {"none": ["TA:Approved"]}}, "label 'TA::Approved' is on the item"),
        ({"labels": {"all": ["x"]}}, "label 'x' is not on the item"),
        ({"labels": {"any": ["x", "y"]}}, "the item has none of the labels 'x', 'y'"),
        ({"stage": "Open"}, f"the item is in {SOW}"),
        ({"fact": {"name": "estimate_total", "over": 82000}}, "estimate_total is 82,000 USD, not over 82,000"),
        ({"fact": {"name": "sow_link", "over": 1}}, "sow_link is not stated"),
        ({"fact": {"name": "terms", "over": 1}}, "terms is MSA, which is no number"),
        ({"fact": {"name": "terms", "is": "Standard"}}, "terms is MSA, not Standard"),
        ({"facts": {"present": "start"}}, "start can't be understood: 'in April'"),
        ({"facts": {"missing": "terms"}}, "terms is MSA"),
        ({"facts": {"complete": "ssot"}}, "ssot has 1 unanswered rows"),
        ({"facts": {"incomplete": "terms"}}, "there is no table for terms"),
        ({"actor": "ems"}, "whoever did it, leader.one, is not in ems"),
        ({"assignee": "nobody"}, "the item is assigned to em.one"),
        ({"assignee": "ps_leadership"}, "no assignee is in ps_leadership"),
        ({"confidential": True}, "the item is not confidential"),
        ({"on_board": False}, "the item is on the board"),
        ({"item_type": ["Task"]}, "the item's type is Issue"),
        ({"title": "Scope"}, "the title is not like 'Scope'"),
        ({"project": "gitlab-com/p"}, "the item is in gitlab-com/ps/ps-plan"),
        (
            {"any_of": [{"stage": "Open"}, {"confidential": True}]},
            f"the item is in {SOW}; the item is not confidential",
        ),
        ({"not": {"stage": SOW}}, f"the item is in {SOW}"),
    ],
)
def test_what_does_not_hold_says_by_which_value(condition: dict[str, Any], reason: str) -> None:
    assert ask(condition) == (False, reason)


@pytest.mark.parametrize(
    "condition",
    [
        {"labels": {"all": ["x"]}},
        {"stage": "Open"},
        {"fact": {"name": "terms", "is": "MSA"}},
        {"facts": {"present": "terms"}},
        {"author": "ems"},
        {"actor": "ems"},
        {"assignee": "nobody"},
        {"confidential": True},
        {"item_type": "Issue"},
        {"title": "*"},
        {"project": "ps-plan"},
        {"not": {"stage": "Open"}},
        {"any_of": [{"stage": "Open"}, {"confidential": True}]},
    ],
)
def test_of_an_unknown_item_nothing_is_known(condition: dict[str, Any]) -> None:
    assert ask(condition, UNKNOWN)[0] is None


def test_an_unreadable_amount_is_not_known_to_be_anything() -> None:
    assert ask({"fact": {"name": "start", "over": 1}}) == (None, "start can't be understood: 'in April'")


def test_one_no_outweighs_what_is_not_known() -> None:
    view = replace(KNOWN, labels=None)
    assert ask({"labels": {"all": ["x"]}, "stage": "Open"}, view) == (False, f"the item is in {SOW}")


def test_a_list_that_cannot_be_read_leaves_the_question_open_unless_another_answers_it() -> None:
    assert ask({"actor": ["tas", "ems"]})[0] is None
    assert ask({"actor": ["tas", "ps_leadership"]})[0] is True


def test_nobody_is_assigned() -> None:
    view = replace(KNOWN, assignees=())
    assert ask({"assignee": "nobody"}, view) == (True, "the item is assigned to nobody")
    assert ask({"assignee": "ems"}, view) == (False, "nobody is assigned")


def test_an_item_off_the_board_is_in_no_stage() -> None:
    view = View.of_change(BOOK, change(labels=("bug",), actor=Person("x")))
    assert ask({"stage": "Open"}, view) == (False, "the item is not on the board")
    assert view.on_board is False


def test_a_delivery_tells_its_labels_and_leaves_the_rest_open() -> None:
    view = View.of_change(BOOK, change(labels=(ON_BOARD, "proposal::Writing"), at=NOW, actor=EM))
    assert (view.stage, view.facts, view.assignees, view.confidential) == (SOW, None, None, None)
    assert View.of_change(BOOK, change(labels=(ON_BOARD,))).stage is None
    assert View.of_change(BOOK, change()).on_board is None
