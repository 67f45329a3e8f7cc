"""Commands, emoji, edited comments, deal events and changed facts, as rules listen for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.change import Change, Comment, Kind
from app.domain.item import Person
from app.rules.deciding.decide import decide
from app.rules.deciding.triage import triage
from tests.rules.deal import BOT, LEADER, NOW, ON_BOARD, READY, SOW, book, change, issue, reason, remembering, said

EDITED = change(Kind.COMMENT_EDITED, comment=Comment(1, "@sowbot approve"))
STAGE_SIX = change(Kind.DEAL, deal="stage_changed", extra={"stage": "6-Awaiting Signature"})


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
        ({"event": "deal event", "deal_stage": "6*"}, STAGE_SIX, True, None),
        ({"event": "deal event", "deal_stage": ["5*", "*awaiting*"], "deal": "stage_changed"}, STAGE_SIX, True, None),
        ({"event": "deal event", "deal_stage": "6*", "deal": "closed_won"}, STAGE_SIX, False, None),
        ({"event": "deal event", "deal_stage": "5*"}, STAGE_SIX, False, None),
        ({"event": "deal event", "deal_stage": "*"}, change(Kind.DEAL, deal="stage_changed"), True, None),
        ({"event": "deal event", "deal_stage": "6*"}, change(Kind.DEAL, deal="closed_won"), False, None),
        ({"event": "comment", "text": "*?*"}, said("How many?"), True, None),
        ({"event": "comment", "text": "*?*"}, said("As many.\n\n> How many?\n\n```\n?\n```"), False,
         "not meant: comment"),
        ({"event": "comment", "text": "*moved to partner*"}, said("It was\nMoved to Partner."), True, None),
        ({"event": "comment", "text": "*moved to partner*"}, said("It was moved."), False, None),
        ({"event": "comment edited", "text": "*approve*"}, EDITED, True, None),
        ({"event": "comment edited", "text": "*refuse*"}, EDITED, False, None),
        ({"event": "label added", "unknown": True}, change(added=("proposal::Blocked",)), False,
         "stood down: label 'proposal::Blocked' is not on the item any more"),
        ({"event": "label removed", "unknown": True}, change(removed=("proposal::Blocked",)), True, None),
        ({"event": "label removed", "unknown": False}, change(removed=("proposal::Blocked",)), False, None),
        ({"event": "label removed", "unknown": True}, change(removed=("TA::Needs-Review",)), False, None),
        ({"event": "label removed", "unknown": False}, change(removed=("ta::needs-review",)), True, None),
        ({"event": "label removed", "unknown": True, "label": "TA::*"}, change(removed=("other",)), False, None),
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


@pytest.mark.parametrize(
    ("actor", "who", "facts", "matched"),
    [
        ("author", "filer", {}, True),
        ("author", "Filer", {}, True),
        ("author", "engagement.manager", {}, False),
        ("assignee", "owner", {}, True),
        ("assignee", "filer", {}, False),
        ("team", "seller", {"team": ["architect", "Seller"]}, True),
        ("team", "seller", {"team": ["architect"]}, False),
        ("team", "seller", {"team": {"unreadable": "the usual ones"}}, False),
        ("team", "seller", {}, False),
        (["ps_leadership", "author"], "filer", {}, True),
        (["ps_leadership", "author"], LEADER.username, {}, True),
        (["ps_leadership", "author"], "stranger", {}, False),
    ],
)
def test_an_actor_may_be_named_by_what_they_are_on_the_issue(
    actor: object, who: str, facts: dict[str, object], matched: bool
) -> None:
    rule = {"name": "r", "why": "w", "when": {"event": "comment", "actor": actor}, "do": [{"close": {}}]}
    rules = book(rules=[rule], facts={"team": {"line": "Account team", "people": True}})
    snapshot = replace(issue(), author=Person("filer"), assignees=(Person("owner"),))
    told = said("Hello.", actor=Person(who))
    assert bool(decide(rules, snapshot, told, facts, NOW).plan) is matched
    assert triage(rules, told).wanted, "who is on the issue is for the API to say"


def test_whoever_is_not_known_is_nobody_in_particular() -> None:
    rule = {"name": "r", "why": "w", "when": {"event": "comment", "actor": "author"}, "do": [{"close": {}}]}
    rules = book(rules=[rule])
    assert decide(rules, issue(), said("Hello.", actor=None), {}, NOW).plan == ()


@pytest.mark.parametrize(
    ("facts", "matched"),
    [
        ({"total": {"unreadable": "a lot"}}, True),
        ({"total": {"unreadable": "a lot"}, "terms": "MSA"}, True),
        ({"terms": "MSA"}, False),
        ({}, False),
    ],
)
def test_a_rule_may_ask_for_what_nobody_understands(facts: dict[str, object], matched: bool) -> None:
    rule = {
        "name": "r",
        "why": "w",
        "when": {"event": "comment", "facts": {"unreadable": ["total", "terms"]}},
        "do": [{"close": {}}],
    }
    rules = book(
        rules=[rule], facts={"total": {"line": "Total", "money": "USD"}, "terms": {"line": "Terms", "one_of": ["MSA"]}}
    )
    assert bool(decide(rules, issue(), said("Hello."), facts, NOW).plan) is matched


def test_a_label_of_the_stages_scope_that_is_no_stage_moves_no_card() -> None:
    stray = replace(issue(), labels=(ON_BOARD, "proposal::Blocked"), memory=remembering(SOW))
    told = change(added=("proposal::Blocked",), removed=(SOW,), labels=stray.labels)
    decision = decide(book(), stray, told, {}, NOW)
    assert (decision.stage, decision.plan, decision.memory.stage) == (SOW, (), SOW)
    moved_on = replace(stray, labels=(ON_BOARD, READY), memory=decision.memory)
    later = change(added=(READY,), removed=("proposal::Blocked",), labels=moved_on.labels)
    judged = decide(book(), moved_on, later, {}, NOW)
    assert any(f"from {SOW} to {READY}" in verdict.reason for verdict in judged.verdicts)
