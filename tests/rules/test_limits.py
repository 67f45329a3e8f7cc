"""as_often_as, priority and stop_after: how often a rule acts for an item, and which rules come first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain.decision import Decision
from app.domain.item import Memory, Snapshot
from app.rules.book import RuleBook
from app.rules.deciding.decide import decide, decide_burst
from app.rules.limit import parse_limit
from app.rules.model import Rule
from tests.rules.deal import BOT, DISCOVERY, NOW, OPEN, STRAWMAN, book, issue, moved, reason, remembering, said


def rule(name: str, **settings: Any) -> dict[str, Any]:
    return {"name": name, "why": "w", "when": {"event": "comment"}, "do": [{"close": {}}], **settings}


def comment(rules: RuleBook, item: Snapshot, now: datetime = NOW) -> Decision:
    return decide(rules, item, said("hello", at=now), {}, now)


def firings(rules: RuleBook, item: Snapshot, times: list[datetime]) -> list[bool]:
    """Whether a comment at each of the times made the rule act."""
    found: list[bool] = []
    for now in times:
        decision = comment(rules, item, now)
        found.append(bool(decision.plan))
        item = replace(item, memory=decision.memory)
    return found


def hours(*after: float) -> list[datetime]:
    return [NOW + timedelta(hours=each) for each in after]


@pytest.mark.parametrize(
    ("limit", "after", "acts"),
    [
        ("once per item", hours(0, 1, 1000), [True, False, False]),
        ("once per stage", hours(0, 1, 1000), [True, False, False]),
        ("1 in 24 hours", hours(0, 23.9, 24, 25, 49), [True, False, True, False, True]),
        ("2 in 1 day", hours(0, 1, 2, 24.5, 24.6, 25.1), [True, True, False, True, False, True]),
        ("1 in 2 business days", hours(0, 47, 48), [True, False, True]),
    ],
)
def test_a_limited_rule_acts_so_often_and_no_more(limit: str, after: list[datetime], acts: list[bool]) -> None:
    assert firings(book(rules=[rule("r", as_often_as=limit)]), issue(), after) == acts


def test_the_reason_says_when_it_acted() -> None:
    rules = book(rules=[rule("r", as_often_as="1 in 24 hours")])
    first = comment(rules, issue())
    second = comment(rules, issue(memory=first.memory), NOW + timedelta(hours=1))
    assert reason(second, "r") == "as often as 1 in 24 hours, and it did on 2025-03-04 10:00 UTC"
    assert "nearest: r, because as often as" in second.summary


def test_another_stay_in_the_stage_counts_anew() -> None:
    rules = book(rules=[rule("r", as_often_as="once per stage")])
    memory = comment(rules, issue(stage=DISCOVERY)).memory
    for origin, target, now in zip((DISCOVERY, STRAWMAN), (STRAWMAN, DISCOVERY), hours(1, 2), strict=True):
        memory = decide(rules, issue(stage=target, memory=memory), moved(origin, target, at=now), {}, now).memory
    assert memory.stage == DISCOVERY
    assert firings(rules, issue(stage=DISCOVERY, memory=memory), hours(3, 4)) == [True, False]


def test_learning_later_when_it_came_into_its_stage_is_no_other_stay() -> None:
    rules = book(rules=[rule("r", as_often_as="once per stage")])
    memory = comment(rules, issue(memory=Memory(stage=OPEN))).memory
    told = replace(memory, stage_entered_at=NOW - timedelta(hours=5))
    assert not comment(rules, issue(memory=told), NOW + timedelta(hours=1)).plan


def test_a_limit_holds_within_a_burst_too() -> None:
    rules = book(rules=[rule("r", as_often_as="once per item")])
    decisions = decide_burst(rules, issue(), [said("one"), said("two")], {}, NOW)
    assert [len(one.plan) for one in decisions] == [1, 0]


def test_what_a_rule_without_a_limit_did_is_forgotten() -> None:
    limited, free = book(rules=[rule("r", as_often_as="once per item")]), book(rules=[rule("r")])
    memory = comment(limited, issue()).memory
    assert set(memory.fired) == {"r"}
    assert comment(free, issue(memory=memory)).memory.fired == {}


@pytest.mark.parametrize("text", ["", "once", "often", "0 in 1 day", "101 in 1 day", "1 in 0 days", "1 in a day", 1])
def test_what_does_not_say_how_often_is_told_with_examples(text: object) -> None:
    with pytest.raises(ValueError, match="write for example"):
        parse_limit(text)


@pytest.mark.parametrize("text", ["once per item", "once per stage", "1 in 24 hours", "3 in 2 business days"])
def test_a_limit_is_written_as_it_is_read(text: str) -> None:
    assert str(parse_limit(text)) == text
    assert Rule.model_validate(rule("r", as_often_as=text)).model_dump()["as_often_as"] == text


def test_higher_priority_acts_first_and_the_files_order_breaks_ties() -> None:
    rules = book(rules=[rule("a"), rule("b", priority=5), rule("c", priority=-1), rule("d", priority=5)])
    decision = comment(rules, issue())
    assert [step.rule for step in decision.plan] == ["b", "d", "a", "c"]
    assert [one.rule for one in decision.verdicts if "." not in one.rule] == ["a", "b", "c", "d"]


def test_after_a_rule_that_stops_none_is_tried_and_the_verdicts_say_so() -> None:
    rules = book(
        rules=[rule("low", priority=-1), rule("stops", stop_after=True), rule("after"), rule("off", mode="off")]
    )
    decision = comment(rules, issue())
    assert [step.rule for step in decision.plan] == ["stops"]
    expected = "not tried: stops matched, and no rule after it is tried (stop_after)"
    assert (reason(decision, "low"), reason(decision, "after")) == (expected, expected)
    assert reason(decision, "off") == "its mode is off"


def test_a_rule_that_does_not_match_stops_nothing() -> None:
    rules = book(rules=[rule("stops", stop_after=True, unless={"stage": OPEN}), rule("after")])
    assert [step.rule for step in comment(rules, issue()).plan] == ["after"]


def test_a_rule_on_trial_stops_only_rules_on_trial() -> None:
    trial = rule("trial", stop_after=True, mode="shadow")
    rules = book(rules=[trial, rule("live"), rule("shadow", mode="shadow")])
    decision = comment(rules, issue())
    assert [step.rule for step in decision.plan] == ["trial", "live"]
    assert reason(decision, "shadow").startswith("not tried: trial matched")


def test_a_live_rule_that_stops_counts_after_one_on_trial() -> None:
    trial, live = rule("trial", stop_after=True, mode="shadow"), rule("live", stop_after=True)
    decision = comment(book(rules=[trial, live, rule("last")]), issue())
    assert reason(decision, "last").startswith("not tried: live matched")


def test_limits_of_what_the_bot_does_itself_are_not_used_up() -> None:
    rules = book(rules=[rule("r", as_often_as="once per item")])
    decision = decide(rules, issue(memory=remembering(OPEN)), said("x", actor=BOT), {}, NOW)
    assert decision.memory.fired == {}
