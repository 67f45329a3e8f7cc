"""The rule file in plain English: every condition, event and action has its words."""

from __future__ import annotations

from typing import Any, get_args

import pytest

import handlers
from app.rules.model import Condition, Event, When
from app.rules.telling.conditions import told
from app.rules.telling.events import happened
from app.rules.telling.mermaid import board_mermaid
from app.rules.telling.moves import moves_markdown, moves_text
from app.rules.telling.sheet import as_markdown, as_text
from app.rules.telling.words import as_code, in_quotes, listed
from tests.rules.toy import ACTIONS, SOUND, check

CONDITIONS: dict[str, tuple[Any, str]] = {
    "labels": ({"all": ["A", "B"], "none": ["C"]}, "it carries “A” and “B” and it carries no label “C”"),
    "stage": (["x::A", "x::B"], "it is in “x::A” or “x::B”"),
    "fact": ({"name": "estimate_total", "over": 50000}, "the estimate total is over 50,000"),
    "facts": ({"missing": ["sow_link"], "complete": ["ssot"]}, "the sow link is not known and the ssot is complete"),
    "author": ("leaders", "somebody of “leaders” filed it"),
    "actor": (["a", "b"], "somebody of “a” or “b” did it"),
    "assignee": ("nobody", "nobody is assigned"),
    "on_board": (False, "it is not on the board"),
    "confidential": (False, "it is not confidential"),
    "item_type": ("Task", "it is of the type “Task”"),
    "title": ("* - Scope", "its title looks like “* - Scope”"),
    "project": ("plan", "it is in the project “plan”"),
    "age": ({"in_stage": {"over": "2 business days"}}, "it has been in its stage for more than 2 business days"),
    "idle": ({"under": "1 day"}, "no person has done anything to it for less than 1 day"),
    "commented": (
        {"by": ["leaders", "assignee"], "since": "stage entered"},
        "somebody of “leaders” or an assignee has commented since the card came into its stage",
    ),
    "any_of": ([{"stage": "A"}, {"confidential": True}], "(it is in “A”; or it is confidential)"),
    "all_of": ([{"stage": "A"}, {"confidential": True}], "(it is in “A”; and it is confidential)"),
    "not": ({"stage": "A"}, "it is not so that it is in “A”"),
}


def test_every_key_of_a_condition_has_its_words() -> None:
    assert {field.alias or name for name, field in Condition.model_fields.items()} == CONDITIONS.keys()


@pytest.mark.parametrize("key", CONDITIONS)
def test_a_condition_in_words(key: str) -> None:
    value, words = CONDITIONS[key]
    assert told(Condition.model_validate({key: value}), in_quotes) == words


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"event": "label added", "label": ["A", "B"]}, "the label “A” or “B” is put on"),
        ({"event": "label removed"}, "a label is taken off"),
        ({"event": "stage entered", "stage": "A", "from": "B"}, "the card enters “A” from “B”"),
        ({"event": "stage left", "to": "B"}, "the card leaves its stage to “B”"),
        ({"event": "fact changed", "fact": {"name": "close_date"}}, "the close date changes"),
        ({"event": ["comment", "issue closed"]}, "somebody comments or the issue is closed"),
        ({"event": "command", "command": "approve"}, "somebody gives the bot the command “approve”"),
        ({"event": "emoji", "emoji": "eyes"}, "somebody reacts with “eyes”"),
        ({"event": "deal event", "deal": "closed_won"}, "the CRM tells “closed_won” of the deal"),
        (
            {"event": "deal event", "deal_stage": "6*"},
            "the CRM tells something of the deal, whose stage is like “6*”",
        ),
        ({"event": "comment", "text": "*?*"}, "somebody comments in words like “*?*”"),
        (
            {"event": "label added", "label": "proposal::*", "unknown": True},
            "the label “proposal::*”, unknown to this file, is put on",
        ),
        ({"event": "timer", "timer": "x"}, "the reminder “x” comes due"),
        ({"event": "schedule", "at": "Mon 08:00"}, "it is Mon 08:00"),
        ({"event": "move refused", "from": "A", "to": "B"}, "a move from “A” to “B” is put back"),
    ],
)
def test_an_event_in_words(when: dict[str, Any], words: str) -> None:
    assert happened(When.model_validate(when), in_quotes) == words


@pytest.mark.parametrize("event", get_args(Event))
def test_every_event_has_words(event: str) -> None:
    assert happened(When.model_validate({"event": event}), in_quotes)


def test_every_shipped_action_says_what_it_does() -> None:
    assert [name for name, spec in handlers.specs().items() if spec.says is None] == []


def _book(text: str = SOUND) -> Any:
    book = check(text).book
    assert book is not None
    return book


def test_the_sheet_says_when_what_and_why() -> None:
    text = " ".join(as_text(_book(), ACTIONS).split())
    assert (
        "normalise When the label “TA::Approved” is put on, unless somebody of “coordinators” did it, the bot does "
        "“label” (Add labels and remove others), then does “assign” (Assign people), then does “close” (Close the "
        "item). Because: Old forms are put right."
    ) in text


def test_what_is_special_about_a_rule_is_told() -> None:
    more = ["mode: shadow", "priority: 5", "stop_after: true", "as_often_as: once per stage", "also_own_changes: true"]
    text = as_markdown(_book(SOUND.replace("why: Old forms", "\n    ".join([*more, "why: Old forms"]))), ACTIONS)
    for said in (
        "For now the bot only records what it would do.",
        "For one issue, at most once per stage.",
        "What the bot itself did counts too.",
        "It goes before the others (priority 5).",
        "No later rule is tried then.",
    ):
        assert said in text


def test_the_table_says_who_may_make_a_move_and_what_it_needs() -> None:
    assert (
        "| `proposal::SOW_WIP` | `proposal::Approved` | `leaders` | the sow link; the label `TA::Approved`, if the "
        "estimate total is over 50,000 | the card is put back |  |"
    ) in moves_markdown(_book())
    assert "any stage → “proposal::closed_won”" in moves_text(_book())


def test_a_stroke_in_a_name_does_not_break_the_table() -> None:
    assert as_code("A|B") == "`A\\|B`"


def test_the_chart_has_the_stages_and_the_moves() -> None:
    chart = board_mermaid(_book()).splitlines()
    assert chart[0] == "flowchart LR"
    assert '  s3(["closed_won"])' in chart
    assert '  s1 == "only leaders, 2 needs" ==> s2' in chart
    assert "  s0 --> s3" in chart


def test_lists_read_well() -> None:
    assert [listed(list("abc")[:count]) for count in range(4)] == ["", "a", "a and b", "a, b and c"]
