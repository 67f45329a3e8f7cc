"""Age in a stage and idleness: counted in the calendar, and the bot's own writing ends no quiet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain.change import Change, Kind
from app.domain.decision import Decision
from app.domain.item import Memory, Note, Person, Snapshot
from app.rules.deciding.conditions import check
from app.rules.deciding.decide import decide
from app.rules.deciding.view import View
from app.rules.model import Condition
from app.rules.reading.activity import last_activity
from tests.rules.deal import (
    BOOK,
    BOT,
    DISCOVERY,
    EM,
    NOW,
    OPEN,
    SOW,
    STRAWMAN,
    book,
    change,
    issue,
    moved,
    reason,
    said,
)

FRIDAY = datetime.fromisoformat("2025-02-28T10:00:00+00:00")
"""Two business days before NOW, a Tuesday at the same time."""


def ask(condition: dict[str, Any], item: Snapshot, now: datetime = NOW) -> tuple[bool | None, str]:
    view = View.of_snapshot(BOOK, item, stage=item.memory.stage or "", facts={}, now=now)
    answer = check(Condition.model_validate(condition), view)
    return answer.holds, answer.reason


def in_stage(since: datetime | None) -> Snapshot:
    return issue(stage=SOW, memory=Memory(stage=SOW, stage_entered_at=since))


@pytest.mark.parametrize(
    ("span", "now", "holds"),
    [
        ({"over": "2 business days"}, NOW, False),
        ({"over": "2 business days"}, NOW + timedelta(seconds=1), True),
        ({"over": "2 days"}, NOW, True),
        ({"under": "2 business days"}, NOW - timedelta(seconds=1), True),
        ({"under": "2 business days"}, NOW, False),
        ({"over": "1 day", "under": "2 days"}, NOW, False),
        ({"over": "1 day", "under": "1 week"}, NOW, True),
    ],
)
def test_the_age_in_a_stage_is_counted_in_the_calendar(span: dict[str, str], now: datetime, holds: bool) -> None:
    assert ask({"age": {"in_stage": span}}, in_stage(FRIDAY), now)[0] is holds


def test_the_age_says_by_which_time_it_judged() -> None:
    over = {"age": {"in_stage": {"over": "2 days"}}}
    assert ask(over, in_stage(FRIDAY))[1] == f"it has been in {SOW} since 2025-02-28 10:00 UTC, over 2 days"
    assert ask(over, in_stage(NOW)) == (False, f"it has been in {SOW} since 2025-03-04 10:00 UTC, not over 2 days")
    assert ask(over, in_stage(None)) == (None, f"how long it has been in {SOW} is not known")
    assert ask(over, issue(memory=Memory())) == (False, "the item is not on the board")
    assert check(Condition.model_validate(over), View(BOOK)).holds is None


def test_what_has_just_left_a_stage_is_asked_for_its_age_there() -> None:
    leaving = {"event": "stage left", "stage": DISCOVERY, "age": {"in_stage": {"over": "2 days"}}}
    rules = book(rules=[{"name": "slow", "why": "w", "when": leaving, "do": [{"close": {}}]}])
    for since, slow in ((FRIDAY, True), (NOW - timedelta(hours=1), False)):
        memory = Memory(stage=DISCOVERY, stage_entered_at=since)
        decision = decide(rules, issue(stage=STRAWMAN, memory=memory), moved(DISCOVERY, STRAWMAN), {}, NOW)
        assert bool([step for step in decision.plan if step.rule == "slow"]) is slow


QUIET = {"idle": {"over": "45 days"}}
LONG_AGO = NOW - timedelta(days=46)


def test_an_item_is_idle_since_its_last_update() -> None:
    assert ask(QUIET, issue(updated_at=LONG_AGO)) == (
        True,
        "nobody has done anything to it since 2025-01-17 10:00 UTC, over 45 days",
    )
    assert ask(QUIET, issue(updated_at=NOW - timedelta(days=44)))[0] is False
    assert check(Condition.model_validate(QUIET), View(BOOK)).holds is None


def test_what_the_bot_writes_ends_no_quiet() -> None:
    memory = Memory(stage=OPEN, acted_at=NOW - timedelta(days=1), active_at=LONG_AGO)
    item = issue(memory=memory, created_at=LONG_AGO, updated_at=NOW - timedelta(days=1) + timedelta(seconds=9))
    assert last_activity(item) == LONG_AGO
    assert last_activity(replace(item, updated_at=NOW)) == NOW


def test_a_persons_comment_ends_the_quiet_also_where_the_bot_answered_it() -> None:
    memory = Memory(stage=OPEN, acted_at=NOW, active_at=LONG_AGO)
    notes = (
        Note(1, "x", EM, NOW - timedelta(days=3)),
        Note(2, "y", BOT, NOW),
        Note(3, "z", Person("sowbot"), NOW),
    )
    item = issue(memory=memory, created_at=LONG_AGO, updated_at=NOW, notes=notes)
    assert last_activity(item) == NOW - timedelta(days=3)


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        (said("hello"), NOW),
        (said("hello", at=None), NOW),
        (said("hello", at=LONG_AGO - timedelta(days=1)), LONG_AGO),
        (said("hello", actor=BOT), LONG_AGO),
        (change(Kind.TIMER, timer="x", actor=None), LONG_AGO),
        (change(Kind.SCHEDULE, schedule="Mon 08:00", actor=None), LONG_AGO),
    ],
)
def test_only_what_people_do_counts_as_activity(told: Change, seen: datetime) -> None:
    item = issue(memory=Memory(stage=OPEN, active_at=LONG_AGO))
    assert decide(BOOK, item, told, {}, NOW).memory.active_at == seen


def test_the_bot_remembers_when_it_acted_unless_the_rule_was_on_trial() -> None:
    def memory_of(mode: str) -> Decision:
        rules = book(rules=[{"name": "r", "why": "w", "when": {"event": "comment"}, "do": [{"x": {}}], "mode": mode}])
        return decide(rules, issue(), said("hello"), {}, NOW)

    assert memory_of("live").memory.acted_at == NOW
    assert memory_of("shadow").memory.acted_at is None


def test_a_schedule_finds_the_idle_and_passes_over_the_closed() -> None:
    when = {"event": "schedule", "at": "Mon 08:00", **QUIET}
    rules = book(rules=[{"name": "idle", "why": "w", "when": when, "do": [{"close": {}}]}])
    told = change(Kind.SCHEDULE, schedule="Mon 08:00", actor=None)
    open_one = issue(updated_at=LONG_AGO)
    decision = decide(rules, open_one, told, {}, NOW)
    assert [step.rule for step in decision.plan] == ["idle"]
    assert reason(decision, "idle").startswith("schedule ('Mon 08:00'); nobody has done anything to it since")
    closed = decide(rules, replace(open_one, state="closed"), told, {}, NOW)
    assert reason(closed, "idle") == "stood down: the item is closed"
    assert closed.memory.closed
    off_board = decide(rules, replace(open_one, labels=("bug",)), told, {}, NOW)
    assert reason(off_board, "idle") == "stood down: the item is not on the board"
    other = decide(rules, open_one, replace(told, schedule="Tue 08:00"), {}, NOW)
    assert reason(other, "idle") == "not meant: schedule ('Tue 08:00')"


def test_a_schedule_looks_beside_the_board_for_the_rules_that_say_so() -> None:
    when = {"event": "schedule", "at": "Mon 08:00", "on_board": False}
    rules = book(rules=[{"name": "aside", "why": "w", "when": when, "do": [{"close": {}}]}])
    told = change(Kind.SCHEDULE, schedule="Mon 08:00", actor=None)
    aside = replace(issue(), labels=("bug",))
    assert [step.rule for step in decide(rules, aside, told, {}, NOW).plan] == ["aside"]
    assert reason(decide(rules, issue(), told, {}, NOW), "aside") == "not meant: schedule ('Mon 08:00')"
    closed = decide(rules, replace(aside, state="closed"), told, {}, NOW)
    assert reason(closed, "aside") == "stood down: the item is closed"


def test_who_has_commented_is_asked_of_people_and_never_of_the_bot() -> None:
    by_ems = {"commented": {"by": ["ems"]}}
    members = replace(BOOK, members={**BOOK.members, "ems": frozenset({EM.username})})

    def holds(condition: dict[str, Any], item: Snapshot) -> bool | None:
        view = View.of_snapshot(members, item, stage=item.memory.stage or "", facts={}, now=NOW)
        return check(Condition.model_validate(condition), view).holds

    memory = Memory(stage=OPEN, stage_entered_at=FRIDAY)
    early, late = Note(1, "x", EM, FRIDAY - timedelta(hours=1)), Note(2, "y", EM, FRIDAY)
    stranger = Person("account.executive", 90)
    assert holds(by_ems, issue(memory=memory, notes=(early,))) is True
    assert holds(by_ems, issue(memory=memory, notes=(Note(1, "x", BOT, NOW),))) is False
    assert holds(by_ems, issue(memory=memory, notes=(Note(1, "x", stranger, NOW),))) is False
    since = {"commented": {"by": "ems", "since": "stage entered"}}
    assert holds(since, issue(memory=memory, notes=(early,))) is False
    assert holds(since, issue(memory=memory, notes=(early, late))) is True
    assert holds(since, issue(memory=Memory(stage=OPEN), notes=(late,))) is None
    assigned = issue(memory=memory, notes=(Note(1, "x", stranger, NOW),), assignees=(stranger,))
    assert holds({"commented": {"by": "assignee"}}, assigned) is True
    assert check(Condition.model_validate(by_ems), View(BOOK)).holds is None


def test_a_list_that_cannot_be_read_may_hold_whoever_commented() -> None:
    unread = replace(BOOK, members={})
    item = issue(memory=Memory(stage=OPEN), notes=(Note(1, "x", EM, NOW),))
    view = View.of_snapshot(unread, item, stage=OPEN, facts={}, now=NOW)
    answer = check(Condition.model_validate({"commented": {"by": "ems"}}), view)
    assert (answer.holds, answer.reason) == (None, "nobody of ems has commented")
