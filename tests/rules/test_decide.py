"""Deciding: what one look at an issue and one delivery ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.change import Kind
from app.domain.decision import Mode
from app.domain.item import Memory, Person
from app.rules.deciding.decide import decide
from app.rules.deciding.explain import explain
from app.rules.deciding.remember import private_item
from app.rules.reading.facts import read_facts
from tests.rules import deal
from tests.rules.deal import (
    APPROVED,
    BOOK,
    BOT,
    DISCOVERY,
    FEEDBACK,
    HOLD,
    LEADER,
    NOW,
    ON_BOARD,
    OPEN,
    READY,
    SOW,
    STRAWMAN,
    WON,
    actions,
    change,
    drag,
    issue,
    moved,
    reason,
    remembering,
    said,
    step,
)

DEAR = "Estimate total: 82,000 USD"


def test_a_filed_issue_gets_its_intake_and_its_first_reminder() -> None:
    snapshot = issue(memory=Memory(), created_at=NOW)
    decision = decide(BOOK, snapshot, change(Kind.OPENED, added=(ON_BOARD,), labels=(ON_BOARD,)), {}, NOW)
    assert actions(decision) == ["remind", "create_issue", "comment"]
    assert step(decision, "remind").params == {
        "name": "stage/Open/1",
        "after": "24 hours",
        "who": "assignee",
        "says": "",
        "then": "48 hours",
        "then_who": "ems",
    }
    assert decision.stage == OPEN
    assert (decision.memory.stage, decision.memory.stage_entered_at) == (OPEN, NOW)
    assert decision.summary.endswith("Rule intake-issue matched. 3 steps planned.")


def test_the_steps_of_an_opening_are_named_once_for_the_items_life() -> None:
    opened = change(Kind.OPENED, added=(ON_BOARD,), labels=(ON_BOARD,))
    again = change(Kind.OPENED, added=(ON_BOARD,), labels=(ON_BOARD,))
    keys = [step(decide(BOOK, issue(), one, {}, NOW), "create_issue").key for one in (opened, again)]
    assert keys == ["intake-issue.0.once", "intake-issue.0.once"]


def test_a_legal_move_enters_its_stage() -> None:
    decision = drag(issue(stage=SOW, memory=remembering(FEEDBACK)), FEEDBACK, SOW)
    assert actions(decision) == ["remind", "label"]
    assert step(decision, "label").params == {"add": ["RDM::needs-review"]}
    assert step(decision, "label").because == "The RDM reviews while the SOW is written."
    assert reason(decision, "rdm-gate") == f"stage entered ({FEEDBACK} to {SOW}); the item is in {SOW}"
    assert decision.memory.stage == SOW
    assert decision.memory.stage_entered_at == NOW


def test_a_stage_left_cancels_its_reminders_and_is_heard_by_its_rules() -> None:
    decision = drag(issue(stage=DISCOVERY, memory=remembering(OPEN)), OPEN, DISCOVERY)
    assert [one.params for one in decision.plan] == [{"cancel": "stage/*"}]
    decision = drag(issue(stage=STRAWMAN, memory=remembering(DISCOVERY)), DISCOVERY, STRAWMAN)
    assert reason(decision, "left-discovery").startswith("stage left")
    assert [one.rule for one in decision.plan] == ["board.moves", "board.reminders", "left-discovery"]


def test_a_refused_move_is_put_back_explained_and_answered_by_its_rule() -> None:
    decision = drag(issue(stage=SOW, description=DEAR, memory=remembering(FEEDBACK)), FEEDBACK, SOW)
    assert actions(decision) == ["restore_stage", "comment", "label", "label"]
    assert step(decision, "restore_stage").params == {"to": FEEDBACK, "refused": SOW}
    assert step(decision, "comment").params == {
        "template": "move_refused",
        "with": {
            "origin": FEEDBACK,
            "target": SOW,
            "unmet": [
                {
                    "what": "It needs the label 'TA::Approved'.",
                    "because": "Estimates above 50,000 USD need a review.",
                }
            ],
            "because": "The TA reviews first.",
            "mention": "em.one",
        },
    }
    assert [one.rule for one in decision.plan[2:]] == ["ta-gate", "too-early"]
    assert (decision.memory.stage, decision.memory.refused) == (FEEDBACK, (FEEDBACK, SOW))
    assert decision.memory.stage_entered_at == remembering(FEEDBACK).stage_entered_at
    assert decision.stage == FEEDBACK
    assert "rdm-gate" not in [one.rule for one in decision.plan]
    assert reason(decision, "help-wanted") == "no label added"
    assert decision.summary.startswith(f"The move from {FEEDBACK} to {SOW} is put back: The TA reviews first.")


def test_the_bots_putting_back_starts_nothing_and_leaves_the_refusal_remembered() -> None:
    memory = remembering(FEEDBACK, refused=(FEEDBACK, SOW))
    decision = drag(issue(stage=FEEDBACK, memory=memory), SOW, FEEDBACK, actor=BOT)
    assert decision.plan == ()
    assert decision.memory == memory
    assert "The bot did this itself" in decision.summary


def test_a_move_repeated_after_it_was_put_back_stands_with_a_warning() -> None:
    memory = remembering(FEEDBACK, refused=(FEEDBACK, SOW), facts={})
    decision = drag(issue("TA::Needs-Review", stage=SOW, description=DEAR, memory=memory), FEEDBACK, SOW)
    assert actions(decision) == ["comment", "remind", "label"]
    params = step(decision, "comment").params
    assert params["template"] == "move_warned"
    assert (decision.memory.stage, decision.memory.refused) == (SOW, None)


def test_an_approval_by_somebody_else_is_put_back_however_often_it_is_tried() -> None:
    memory = remembering(READY)
    for _ in range(3):
        decision = drag(issue(stage=APPROVED, memory=memory), READY, APPROVED)
        assert actions(decision)[:2] == ["restore_stage", "comment"]
        memory = decision.memory
    decision = drag(issue(stage=APPROVED, memory=memory), READY, APPROVED, actor=LEADER)
    assert decision.memory == replace(memory, stage=APPROVED, stage_entered_at=NOW, refused=None)


def test_the_bots_own_moves_are_remembered_and_never_judged() -> None:
    decision = drag(issue(stage=APPROVED, memory=remembering(OPEN)), OPEN, APPROVED, actor=Person("sowbot"))
    assert actions(decision) == ["remind"]
    assert decision.memory.stage == APPROVED
    assert reason(decision, "rdm-gate") == "the bot did this itself"


def test_a_rule_may_follow_the_bots_own_changes() -> None:
    own = change(actor=BOT, added=("RDM::needs-review",))
    decision = decide(BOOK, issue("RDM::needs-review", stage=SOW), own, {}, NOW)
    assert [one.rule for one in decision.plan] == ["echo"]


def test_a_refused_move_is_no_stepping_stone() -> None:
    memory = remembering(FEEDBACK, refused=(FEEDBACK, SOW))
    decision = drag(issue(stage=READY, memory=memory), SOW, READY)
    assert step(decision, "restore_stage").params == {"to": FEEDBACK, "refused": READY}


def test_a_move_that_somebody_moved_on_from_is_left_alone() -> None:
    decision = drag(issue(stage=HOLD, memory=remembering(DISCOVERY)), DISCOVERY, STRAWMAN)
    assert decision.plan == ()
    assert decision.summary.startswith(f"Stood down: the item was moved to {STRAWMAN}, and since to {HOLD}.")
    assert reason(decision, "rdm-gate") == f"stood down: since moved to {HOLD}"
    assert decision.memory.stage == STRAWMAN


def test_a_late_delivery_of_an_older_move_changes_nothing() -> None:
    late = moved(DISCOVERY, STRAWMAN, at=NOW - timedelta(days=2))
    decision = decide(BOOK, issue(stage=FEEDBACK), late, {}, NOW)
    assert decision.memory.stage == FEEDBACK
    assert "older than the last one" in decision.summary


def test_a_comment_that_overtakes_its_move_neither_refuses_nor_swallows_it() -> None:
    snapshot = issue(stage=SOW, memory=remembering(FEEDBACK))
    comment = decide(BOOK, snapshot, said("off we go"), {}, NOW)
    assert comment.plan == () or {one.mode for one in comment.plan} == {Mode.SHADOW}
    assert "no delivery has told how" in comment.summary
    move = drag(replace(snapshot, memory=comment.memory), FEEDBACK, SOW)
    assert "rdm-gate" in [one.rule for one in move.plan]
    refused = drag(replace(snapshot, description=DEAR, memory=comment.memory), FEEDBACK, SOW)
    assert actions(refused)[0] == "restore_stage"


def test_an_item_seen_for_the_first_time_is_accepted_where_it_is() -> None:
    decision = decide(BOOK, issue(stage=APPROVED, memory=Memory()), change(edited=frozenset({"weight"})), {}, NOW)
    assert decision.plan == ()
    assert decision.memory.stage == APPROVED
    assert "seen for the first time" in decision.summary


def test_a_first_seen_move_is_judged_from_where_the_delivery_says_it_came() -> None:
    decision = drag(issue(stage=APPROVED, memory=Memory()), SOW, APPROVED)
    assert step(decision, "restore_stage").params == {"to": SOW, "refused": APPROVED}


def test_an_item_filed_straight_into_a_later_stage_goes_to_open() -> None:
    opened = change(Kind.OPENED, added=(ON_BOARD, APPROVED), labels=(ON_BOARD, APPROVED))
    decision = decide(BOOK, issue(stage=APPROVED, memory=Memory(), created_at=NOW), opened, {}, NOW)
    assert step(decision, "restore_stage").params == {"to": OPEN, "refused": APPROVED}


def test_an_item_filed_into_a_stage_that_it_may_have_enters_it() -> None:
    opened = change(Kind.OPENED, added=(ON_BOARD, HOLD), labels=(ON_BOARD, HOLD))
    decision = decide(BOOK, issue(stage=HOLD, memory=Memory(), created_at=NOW), opened, {}, NOW)
    assert decision.memory.stage == HOLD
    assert "restore_stage" not in actions(decision)


def test_gitlabs_test_button_does_not_judge_an_old_issue() -> None:
    opened = change(Kind.OPENED, added=(ON_BOARD, APPROVED), labels=(ON_BOARD, APPROVED))
    decision = decide(BOOK, issue(stage=APPROVED, memory=Memory()), opened, {}, NOW)
    assert "restore_stage" not in actions(decision)


def test_off_the_board_nothing_is_judged() -> None:
    snapshot = replace(issue(memory=Memory()), labels=(APPROVED,))
    decision = decide(BOOK, snapshot, change(added=(APPROVED,), labels=(APPROVED,)), {}, NOW)
    assert (decision.plan, decision.stage, decision.memory.stage) == ((), None, None)


def test_closing_that_strips_the_stage_label_is_no_move() -> None:
    snapshot = issue(stage=OPEN, memory=remembering(APPROVED), state="closed")
    closed = change(Kind.CLOSED, removed=(APPROVED,), labels=(ON_BOARD,))
    decision = decide(BOOK, snapshot, closed, {}, NOW)
    assert (decision.plan, decision.stage, decision.memory.stage) == ((), APPROVED, APPROVED)


def test_where_the_tier_keeps_the_old_stage_label_it_is_taken_off() -> None:
    snapshot = replace(issue(memory=remembering(STRAWMAN)), labels=(ON_BOARD, DISCOVERY, STRAWMAN))
    told = change(added=(DISCOVERY,), labels=(ON_BOARD, DISCOVERY, STRAWMAN))
    decision = decide(BOOK, snapshot, told, {}, NOW)
    assert decision.stage == DISCOVERY
    assert step(decision, "label").params == {"add": [], "remove": [STRAWMAN]}


@pytest.mark.parametrize(("old", "new"), [("proposal::Writing", SOW), ("TA:Approved", "TA::Approved")])
def test_an_old_spelling_is_swapped_for_the_right_one(old: str, new: str) -> None:
    snapshot = replace(issue(stage=SOW), labels=(ON_BOARD, SOW, old) if new != SOW else (ON_BOARD, old))
    decision = decide(BOOK, snapshot, change(added=(old,), labels=snapshot.labels), {}, NOW)
    spelling, told = (one for one in decision.plan if one.rule == "labels.spelling")
    assert told.params["with"] == {"swapped": [{"old": old, "new": new}]}
    assert spelling.params == {"add": [new], "remove": [old]}
    assert reason(decision, "labels.spelling") == f"'{old}' is written '{new}' now"


def test_an_old_spelling_is_read_as_the_stage_it_means() -> None:
    snapshot = issue(stage="proposal::Writing", memory=remembering(FEEDBACK))
    decision = drag(snapshot, FEEDBACK, "proposal::Writing")
    assert decision.memory.stage == SOW
    assert [one.rule for one in decision.plan] == ["board.reminders", "labels.spelling", "labels.spelling", "rdm-gate"]
    told = decision.plan[2]
    assert (told.action, told.params["template"], told.params["about"]) == ("comment", "label_respelt", "item")
    assert told.params["with"] == {"swapped": [{"old": "proposal::Writing", "new": SOW}]}


def test_a_refused_old_spelling_is_taken_off_and_not_set_right() -> None:
    snapshot = issue(stage="proposal::Writing", description=DEAR, memory=remembering(FEEDBACK))
    decision = drag(snapshot, FEEDBACK, "proposal::Writing")
    spelling = next(one for one in decision.plan if one.rule == "labels.spelling")
    assert spelling.params == {"add": [], "remove": ["proposal::Writing"]}


def test_a_fact_that_changed_is_noticed_once() -> None:
    snapshot = issue(stage=STRAWMAN, comments=[DEAR])
    first = decide(BOOK, snapshot, said(DEAR), read_facts(BOOK, snapshot), NOW)
    assert [one.rule for one in first.plan] == ["ta-gate"]
    assert reason(first, "ta-gate") == (
        "fact changed ('estimate_total'); 'Services Calculator' is on the item; "
        "estimate_total is 82,000 USD, over 50,000"
    )
    again = replace(snapshot, memory=first.memory)
    assert decide(BOOK, again, said("thanks"), read_facts(BOOK, again), NOW).plan == ()


def test_the_bots_own_change_does_not_hide_what_a_person_wrote() -> None:
    snapshot = issue(stage=STRAWMAN, comments=[DEAR])
    own = decide(BOOK, snapshot, said("bot speaks", actor=BOT), read_facts(BOOK, snapshot), NOW)
    assert own.memory.facts == {}


def test_a_label_that_is_gone_again_stands_down() -> None:
    decision = decide(BOOK, issue(), change(added=("Scoping::Help",)), {}, NOW)
    assert reason(decision, "help-wanted") == "stood down: label 'Scoping::Help' is not on the item any more"


def test_the_nearest_rule_is_named_when_none_matched() -> None:
    snapshot = issue("TA::Approved", description=DEAR)
    edited = change(edited=frozenset({"description"}))
    decision = decide(BOOK, snapshot, edited, read_facts(BOOK, snapshot), NOW)
    assert decision.summary == ("No rule matched; nearest: ta-gate, because label 'TA::Approved' is on the item.")


def test_a_rule_that_is_off_says_so_and_one_in_shadow_still_plans() -> None:
    decision = decide(BOOK, issue(stage=SOW), said("hello"), {}, NOW)
    assert reason(decision, "switched-off") == "its mode is off"
    assert [(one.rule, one.mode) for one in decision.plan] == [("thanks", Mode.SHADOW)]


def test_unless_outweighs_a_match() -> None:
    text = "SOW number: 77"
    for labels, planned in (((), True), (("Public Sector US",), False)):
        snapshot = issue(*labels, stage=WON, description=text, memory=remembering(APPROVED))
        decision = drag(snapshot, APPROVED, WON)
        assert ("create_collaboration_project" in actions(decision)) is planned
    assert reason(decision, "won") == "unless: 'Public Sector US' is on the item"


def test_hold_remembers_where_the_item_was() -> None:
    decision = drag(issue(stage=HOLD, memory=remembering(STRAWMAN)), STRAWMAN, HOLD)
    assert decision.memory.stage_before_hold == STRAWMAN
    assert [one.params for one in decision.plan] == [{"pause": "*"}]
    decision = drag(issue(stage=STRAWMAN, memory=decision.memory), HOLD, STRAWMAN)
    assert decision.memory.stage_before_hold is None


def test_after_hold_reminders_go_on_where_the_card_was_and_begin_anew_elsewhere() -> None:
    held = drag(issue(stage=HOLD, memory=remembering(SOW)), SOW, HOLD).memory
    back = drag(issue(stage=SOW, memory=held), HOLD, SOW)
    assert [one.params for one in back.plan if one.action == "remind"] == [{"resume": "*"}]
    elsewhere = drag(issue(stage=STRAWMAN, memory=held), HOLD, STRAWMAN)
    again = [one.params for one in elsewhere.plan if one.action == "remind"]
    assert again[:2] == [{"cancel": "stage/*"}, {"resume": "*"}]
    assert again[2]["name"] == f"stage/{STRAWMAN}/1"
    untold = drag(issue(stage=SOW, memory=replace(held, stage_before_hold=None)), HOLD, SOW)
    assert [set(one.params) for one in untold.plan if one.action == "remind"][:2] == [{"cancel"}, {"resume"}]
    assert any(one.params.get("name") == f"stage/{SOW}/1" for one in untold.plan)


def test_a_due_reminder_is_posted_while_the_item_is_in_its_stage() -> None:
    timer = change(Kind.TIMER, actor=None, timer="stage/Open/1/then")
    decision = decide(BOOK, issue(), timer, {}, NOW)
    assert step(decision, "comment").params == {
        "template": "reminder",
        "with": {"who": ["em.one"], "says": "", "stage": OPEN, "since": "2025-03-03T10:00:00+00:00"},
    }


@pytest.mark.parametrize(
    ("timer", "stage", "text", "state", "why"),
    [
        ("stage/Open/1", DISCOVERY, "", "opened", f"the item is in {DISCOVERY} by now"),
        ("stage/Open/1", OPEN, "", "closed", "the item is closed"),
        (f"stage/{SOW}/1", SOW, f"SOW: {deal.DOCUMENT}", "opened", f"sow_link is {deal.DOCUMENT}"),
        (f"stage/{SOW}/2", SOW, "", "opened", f"the rule file has no reminder 'stage/{SOW}/2' any more"),
        ("stage/x", OPEN, "", "opened", "the rule file has no reminder 'stage/x' any more"),
    ],
)
def test_a_reminder_without_a_reason_is_not_posted(timer: str, stage: str, text: str, state: str, why: str) -> None:
    snapshot = issue(stage=stage, description=text, state=state)
    told = change(Kind.TIMER, actor=None, timer=timer)
    decision = decide(BOOK, snapshot, told, read_facts(BOOK, snapshot), NOW)
    assert decision.plan == ()
    assert reason(decision, "board.reminders") == f"No reminder: {why}."


def test_a_timer_that_a_rule_set_says_what_the_rule_said() -> None:
    timer = change(Kind.TIMER, actor=None, timer="review", extra={"who": "author", "says": "Look again."})
    decision = decide(BOOK, issue(), timer, {}, NOW)
    assert step(decision, "comment").params["with"] == {
        "who": ["ae.one"],
        "says": "Look again.",
        "stage": OPEN,
        "since": "2025-03-03T10:00:00+00:00",
    }


def test_in_shadow_a_refused_card_stays_and_its_next_move_starts_there() -> None:
    rules = deal.book(defaults={"mode": "shadow"})
    decision = drag(issue(stage=SOW, description=DEAR, memory=remembering(FEEDBACK)), FEEDBACK, SOW, rules=rules)
    assert {one.mode for one in decision.plan} == {Mode.SHADOW}
    assert actions(decision)[0] == "restore_stage"
    assert (decision.stage, decision.memory.stage, decision.memory.refused) == (SOW, SOW, None)


def test_a_private_label_is_remembered_in_the_event_that_removes_it() -> None:
    gone = change(removed=("Public Sector US",), labels=(ON_BOARD,))
    decision = decide(BOOK, issue(), gone, {}, NOW)
    assert decision.memory.sensitive
    snapshot = issue(memory=decision.memory)
    assert private_item(BOOK, snapshot)
    unsure = decide(BOOK, snapshot, said("hello"), {}, NOW)
    assert unsure.memory.sensitive
    later = decide(BOOK, snapshot, change(labels=(ON_BOARD,)), {}, NOW)
    assert not private_item(BOOK, replace(snapshot, memory=later.memory))


def test_private_is_by_label_or_by_confidentiality() -> None:
    assert private_item(BOOK, issue("public sector us"))
    assert private_item(BOOK, issue(confidential=True))
    assert not private_item(BOOK, issue())


def test_a_decision_can_be_read_by_a_person() -> None:
    text = explain(drag(issue(stage=SOW, description=DEAR, memory=remembering(FEEDBACK)), FEEDBACK, SOW))
    assert "Fact: estimate_total is 82,000 USD" in text
    assert "  board.moves (label_rules.yaml:1): The move from" in text
    assert "  1. restore_stage {to: proposal::Estimate_Feedback, refused: proposal::SOW_WIP} (board.moves)." in text
    assert "thanks (label_rules.yaml:1, shadow): no comment or emoji" in text
    assert explain(decide(BOOK, issue(), change(), {}, NOW)).endswith("Nothing is to be done.")


def test_an_event_of_another_kind_is_ignored_with_its_remark() -> None:
    decision = decide(BOOK, issue(), change(Kind.OTHER, remark="a push"), {}, NOW)
    assert (decision.plan, decision.summary) == ((), "Ignored: a push.")


def test_a_timer_that_a_rule_answers_is_not_answered_twice() -> None:
    answering = {"name": "due", "why": "w", "when": {"event": "timer", "timer": "rev*"}, "do": [{"notify": {}}]}
    rules = deal.book(rules=[answering])
    timer = change(Kind.TIMER, actor=None, timer="review", extra={"who": "author", "says": "Look again."})
    assert actions(decide(rules, issue(), timer, {}, NOW)) == ["notify"]
