"""Commands, emoji, edited comments, deal events and changed facts, as rules listen for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.change import Change, Comment, Kind
from app.rules.deciding.decide import decide
from app.rules.deciding.triage import triage
from tests.rules.deal import BOT, NOW, ON_BOARD, book, change, issue, reason, said

EDITED = change(Kind.COMMENT_EDITED, comment=Comment(1, "@sowbot approve"))


def matches(when: dict[str, Any], told: Change, **facts: object) -> tuple[bool, str]:
    rules = book(rules=[{"name": "r", "why": "w", "when": when, "do": [{"close": {}}]}])
    decision = decide(rules, issue(), told, facts, NOW)
    matched = any(step.rule == "r" for step in decision.plan)
    assert triage(rules, told).wanted or not matched
    return matched, reason(decision, "r")


@pytest.mark.parametrize(
    ("when", "told", "matched", "why"),
    [
        ({"event": "command"}, said("@sowbot help"), True, "command ('help'); nothing more is asked"),
        ({"event": "command", "command": "approve"}, said("Yes.\n@sowbot approve it"), True, "command ('approve it'); "
         "nothing more is asked"),
        ({"event": "command", "command": "approve"}, said("@sowbot why"), False, "not meant: command ('why')"),
        ({"event": "command", "command": ["approve", "why"]}, said("@sowbot why"), True, None),
        ({"event": "command"}, said("@somebody help"), False, "no command"),
        ({"event": "command"}, EDITED, False, "no command"),
        ({"event": "comment"}, said("@sowbot help"), True, None),
        ({"event": "comment edited"}, EDITED, True, "comment edited; nothing more is asked"),
        ({"event": "comment"}, EDITED, False, "no comment"),
        ({"event": "emoji", "emoji": ":ThumbsUp:"}, change(Kind.EMOJI, emoji="thumbsup"), True, None),
        ({"event": "emoji", "emoji": "thumbs*"}, change(Kind.EMOJI, emoji="thumbsdown"), True, None),
        ({"event": "emoji", "emoji": "tada"}, change(Kind.EMOJI, emoji="thumbsup"), False,
         "not meant: emoji ('thumbsup')"),
        ({"event": "emoji"}, change(Kind.EMOJI, emoji="tada"), True, None),
        ({"event": "deal event", "deal": "closed_won"}, change(Kind.DEAL, deal="closed_won"), True, None),
        ({"event": "deal event", "deal": ["closed_won"]}, change(Kind.DEAL, deal="closed_lost"), False,
         "not meant: deal event ('closed_lost')"),
        ({"event": "deal event"}, change(Kind.DEAL, deal="legal_stamped"), True, None),
    ],
)  # fmt: skip
def test_a_rule_hears_what_it_listens_for(when: dict[str, Any], told: Change, matched: bool, why: str | None) -> None:
    found = matches(when, told)
    assert found[0] is matched
    if why is not None:
        assert found[1] == why


def test_nobody_commands_a_bot_whose_name_is_not_known() -> None:
    rules = book(rules=[{"name": "r", "why": "w", "when": {"event": "command"}, "do": [{"close": {}}]}])
    told = said("@sowbot help")
    assert decide(rules, replace(issue(), bot=None), told, {}, NOW).plan == ()
    assert triage(rules, told).wanted
    assert not triage(rules, said("hello")).wanted


def test_the_bot_does_not_command_itself() -> None:
    assert matches({"event": "command"}, said("@sowbot help", actor=BOT)) == (False, "the bot did this itself")


def test_a_changed_fact_is_a_condition_of_any_event() -> None:
    when = {"event": "comment", "facts": {"changed": ["terms", "sow_number"]}}
    assert matches(when, said("Terms: MSA"), terms="MSA") == (True, "comment; terms changed")
    assert matches(when, said("hello"), sow_link="x") == (False, "terms or sow_number did not change")


def test_a_changed_fact_may_be_asked_for_with_others() -> None:
    when = {"event": "comment", "facts": {"changed": "terms", "present": "sow_number"}}
    assert matches(when, said("x"), terms="MSA", sow_number=7)[1] == "comment; terms changed; sow_number is 7"
    assert matches(when, said("x"), terms="MSA")[1] == "sow_number is not stated"


def test_an_event_that_tells_of_no_text_changes_no_fact() -> None:
    when = {"event": "emoji", "facts": {"changed": "terms"}}
    rules = book(rules=[{"name": "r", "why": "w", "when": when, "do": [{"close": {}}]}])
    assert not triage(rules, change(Kind.EMOJI, emoji="x", labels=(ON_BOARD,))).wanted


def test_a_schedule_is_looked_at_only_where_a_rule_names_its_time() -> None:
    rules = book(
        rules=[
            {"name": "r", "why": "w", "when": {"event": "schedule", "at": ["mon 8:00"]}, "do": [{"close": {}}]},
        ]
    )
    assert triage(rules, change(Kind.SCHEDULE, schedule="Mon 08:00", actor=None)).wanted
    assert not triage(rules, change(Kind.SCHEDULE, schedule="Tue 08:00", actor=None)).wanted
    assert triage(rules, change(Kind.REOPENED, labels=(ON_BOARD,))).wanted
