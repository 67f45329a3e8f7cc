"""The moves table of the board, row by row, in the words of the process."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.item import Approval, Person
from app.rules.book import RuleBook
from app.rules.deciding.moves import AGAIN, MoveJudgement, judge_move
from app.rules.deciding.view import View
from app.rules.reading.facts import read_facts
from tests.rules import deal
from tests.rules.deal import (
    APPROVED,
    BOOK,
    DISCOVERY,
    DOCUMENT,
    EM,
    FEEDBACK,
    HOLD,
    LEADER,
    LOST,
    OPEN,
    READY,
    SHEET,
    SOW,
    STRAWMAN,
    WON,
    issue,
)

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
COMPLETE = f"SOW: {DOCUMENT}\nCost estimate: {SHEET}\nTerms: MSA"
DEAR = "Estimate total: 82,000 USD"
SSOT_OPEN = "## SSOT\n| Q | Customer Response |\n|--|--|\n| **Users** | to-do |"
SSOT_DONE = "## SSOT\n| Q | Customer Response |\n|--|--|\n| **Users** | 100 |\n| Nice | to-do |"


def judge(
    origin: str,
    target: str,
    *labels: str,
    text: str = "",
    actor: Person | None = EM,
    rules: RuleBook = BOOK,
    repeated: bool = False,
) -> MoveJudgement:
    snapshot = issue(*labels, stage=target, description=text)
    view = View.of_snapshot(rules, snapshot, stage=target, facts=read_facts(rules, snapshot), actor=actor)
    return judge_move(rules, view, origin, target, actor, repeated=repeated)


@pytest.mark.parametrize(
    ("origin", "target", "text"),
    [
        (OPEN, DISCOVERY, ""),
        (OPEN, HOLD, ""),
        (OPEN, LOST, ""),
        (OPEN, STRAWMAN, SSOT_DONE),
        (DISCOVERY, STRAWMAN, SSOT_DONE),
        (STRAWMAN, DISCOVERY, ""),
        (STRAWMAN, FEEDBACK, SHEET),
        (FEEDBACK, STRAWMAN, ""),
        (FEEDBACK, SOW, "Estimate total: 50,000 USD"),
        (FEEDBACK, SOW, ""),
        (HOLD, FEEDBACK, ""),
        (SOW, READY, COMPLETE),
        (READY, SOW, ""),
        (APPROVED, READY, ""),
        (APPROVED, WON, ""),
        (LOST, DISCOVERY, ""),
        (LOST, WON, ""),
    ],
)
def test_a_legal_move_is_allowed_without_a_word(origin: str, target: str, text: str) -> None:
    judgement = judge(origin, target, text=text)
    assert (judgement.legal, judgement.verdict, judgement.unmet) == (True, "allow", ())


@pytest.mark.parametrize(
    ("origin", "target"),
    [(OPEN, FEEDBACK), (HOLD, WON), (READY, STRAWMAN), (APPROVED, DISCOVERY), (STRAWMAN, SOW)],
)
def test_an_odd_but_legal_move_stands_with_a_warning(origin: str, target: str) -> None:
    judgement = judge(origin, target)
    assert (judgement.legal, judgement.verdict) == (True, "warn")


@pytest.mark.parametrize(
    ("origin", "target"),
    [
        *((OPEN, to) for to in (SOW, READY, APPROVED, WON)),
        *((DISCOVERY, to) for to in (SOW, READY, APPROVED, WON)),
        *((STRAWMAN, to) for to in (READY, APPROVED, WON)),
        *((FEEDBACK, to) for to in (READY, APPROVED, WON)),
        *((HOLD, to) for to in (READY, APPROVED)),
        *((SOW, to) for to in (APPROVED, WON)),
        (READY, WON),
        *((WON, to) for to in (DISCOVERY, STRAWMAN, FEEDBACK, HOLD, SOW, READY, APPROVED)),
        *((LOST, to) for to in (SOW, READY, APPROVED)),
    ],
)
def test_a_blocked_move_is_put_back_even_for_a_leader(origin: str, target: str) -> None:
    for actor in (EM, LEADER):
        judgement = judge(origin, target, text=COMPLETE, actor=actor)
        assert (judgement.legal, judgement.verdict) == (False, "restore")
        assert f"no move from {origin} to {target}" in judgement.because


def test_the_refusal_names_the_ways_that_are_open() -> None:
    assert "From Approved a card" not in judge(WON, SOW).because
    assert f"From {WON} a card goes to {LOST}." in judge(WON, SOW).because


def test_a_dear_estimate_needs_the_technical_architect() -> None:
    judgement = judge(FEEDBACK, SOW, text=DEAR)
    assert judgement.verdict == "restore"
    assert judgement.because == "The TA reviews first."
    assert [(one.what, one.because) for one in judgement.unmet] == [
        ("It needs the label 'TA::Approved'.", "Estimates above 50,000 USD need a review.")
    ]


@pytest.mark.parametrize("label", ["TA::Approved", "TA:Approved", "ta::approved"])
def test_the_architects_approval_counts_in_any_spelling(label: str) -> None:
    assert judge(FEEDBACK, SOW, label, text=DEAR).legal


def test_exactly_fifty_thousand_needs_no_review() -> None:
    assert judge(FEEDBACK, SOW, text="Estimate total: 50,000.00 USD").legal
    assert not judge(FEEDBACK, SOW, text="Estimate total: 50,000.01 USD").legal


@pytest.mark.parametrize("written", ["82,000 EUR", "dear"])
def test_an_amount_that_nobody_can_read_does_not_slip_through_the_gate(written: str) -> None:
    assert judge(FEEDBACK, SOW, text=f"Estimate total: {written}").verdict == "restore"


def test_the_gate_holds_on_every_way_into_the_sow() -> None:
    for origin in (STRAWMAN, FEEDBACK, HOLD):
        assert judge(origin, SOW, text=DEAR).verdict == "restore"


def test_ready_for_approval_lists_all_that_is_missing() -> None:
    judgement = judge(SOW, READY, "RDM::needs-review", text=f"Terms: ours\n{DEAR}")
    assert judgement.verdict == "restore"
    assert [one.what for one in judgement.unmet] == [
        'Add a line "SOW: <link>".',
        "Add cost estimate link.",
        "Write terms so that it can be understood; 'ours' can't.",
        "The label 'RDM::needs-review' has to be off it.",
        "It needs the label 'TA::Approved'.",
    ]
    assert judgement.because == "The RDM answers for delivery."


def test_open_questions_only_warn_and_only_the_required_ones_count() -> None:
    judgement = judge(DISCOVERY, STRAWMAN, text=SSOT_OPEN)
    assert (judgement.legal, judgement.verdict) == (False, "warn")
    assert [one.what for one in judgement.unmet] == ["Answer 1 row of ssot: Users."]


def test_only_leaders_approve() -> None:
    assert judge(READY, APPROVED, actor=LEADER).legal
    judgement = judge(READY, APPROVED, actor=EM)
    assert (judgement.legal, judgement.verdict, judgement.because) == (False, "restore", "Leaders approve.")
    assert judgement.unmet[0].what == "Only ps leadership may make this move: ask one of them to make it."
    assert judge(READY, APPROVED, actor=None).verdict == "restore"
    assert judge(READY, APPROVED, actor=Person("LEADER.One")).legal


@pytest.mark.parametrize("members", [{}, {"ps_leadership": frozenset[str]()}])
def test_an_empty_or_unreadable_list_of_approvers_only_warns(members: dict[str, frozenset[str]]) -> None:
    judgement = judge(READY, APPROVED, rules=deal.book(members))
    assert (judgement.legal, judgement.verdict) == (False, "warn")
    assert "ps leadership" in judgement.because


def test_what_a_person_repeats_stands_with_a_warning() -> None:
    judgement = judge(FEEDBACK, SOW, text=DEAR, repeated=True)
    assert (judgement.legal, judgement.verdict) == (False, "warn")
    assert judgement.because.endswith(AGAIN)
    assert judgement.unmet


def test_an_approval_is_never_had_by_insisting() -> None:
    assert judge(READY, APPROVED, repeated=True).verdict == "restore"
    assert judge(OPEN, APPROVED, repeated=True).verdict == "restore"
    assert judge(OPEN, APPROVED, actor=LEADER, repeated=True).verdict == "warn"


def test_the_line_that_allows_a_move_outranks_an_earlier_one_that_does_not() -> None:
    moves: list[dict[str, Any]] = [
        {"from": "any", "to": SOW, "by": "ps_leadership", "otherwise": "restore"},
        {"from": OPEN, "to": SOW, "needs": [{"any_of": [{"label": "A"}, "sow_link"]}], "otherwise": "warn"},
    ]
    rules = deal.book(board={"title": "b", "only": deal.ON_BOARD, "stages": [{"stage": OPEN}, {"stage": SOW}],
                             "moves": moves})  # fmt: skip
    assert judge(OPEN, SOW, "A", rules=rules).legal
    first = judge(OPEN, SOW, rules=rules)
    assert (first.verdict, first.legal) == ("restore", False)
    rules = deal.book(board={"title": "b", "only": deal.ON_BOARD, "stages": [{"stage": OPEN}, {"stage": SOW}],
                             "moves": moves[1:]})  # fmt: skip
    assert judge(OPEN, SOW, rules=rules).unmet[0].what == ("It needs the label 'A'. Or: Add a line \"SOW: <link>\".")


def said(by: str, *, verdict: str = "approved", void: str = "", label: str = APPROVED) -> Approval:
    return Approval(label, by, NOW, "command", verdict, void=void)


def approve(
    *records: Approval, quorum: int = 1, not_by_author: bool = False, author: Person | None = None, text: str = ""
) -> MoveJudgement:
    """A leader moves the card to the approved stage, of which the file says so much."""
    rules = deal.book(approvals=[{"label": APPROVED, "quorum": quorum, "not_by_author": not_by_author}])
    snapshot = issue(stage=APPROVED, description=text)
    facts = {**read_facts(rules, snapshot), **({"requested_by": ["leader.one"]} if "leader.one" in text else {})}
    view = View.of_snapshot(rules, snapshot, stage=APPROVED, facts=facts, actor=LEADER)
    view = replace(view, approvals=records, author=author or view.author)
    return judge_move(rules, view, READY, APPROVED, LEADER, repeated=False)


def test_a_quorum_counts_the_mover_and_each_other_person_once() -> None:
    assert approve(quorum=1).legal
    alone = approve(quorum=2)
    assert (alone.legal, alone.verdict) == (False, "restore")
    assert alone.unmet[0].what.startswith("It takes 2 people's approval, and it has 0 besides yours")
    assert approve(said("leader.two"), quorum=2).legal
    assert not approve(said("LEADER.one"), quorum=2).legal
    assert not approve(said("leader.two"), said("Leader.Two"), quorum=3).legal
    assert approve(said("leader.two"), said("leader.three"), quorum=3).legal


def test_what_is_void_wants_changes_or_is_of_another_approval_fills_no_quorum() -> None:
    for other in (said("leader.two", void="the total changed"), said("leader.two", verdict="changes")):
        assert not approve(other, quorum=2).legal
    assert not approve(said("leader.two", label="TA::Approved"), quorum=2).legal


def test_whoever_filed_it_or_asked_for_it_does_not_approve_it_where_that_is_so_set() -> None:
    mine = approve(not_by_author=True, author=Person("Leader.One", 3))
    assert (mine.legal, mine.verdict) == (False, "restore")
    assert mine.unmet[0].what == "Whoever filed the request does not approve it: ask somebody else who may."
    assert approve(not_by_author=True, author=Person("calculator", 9)).legal
    assert not approve(not_by_author=True, author=Person("calculator", 9), text="for leader.one").legal
    assert approve(author=Person("leader.one", 3)).legal
