"""What holds of every decision, whatever the issue, the memory and the delivery."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.change import Change, Kind
from app.domain.item import Person, Snapshot
from app.rules.book import RuleBook
from app.rules.deciding.decide import decide, decide_burst, is_own
from app.rules.deciding.explain import explain
from app.rules.deciding.triage import triage
from app.rules.reading.facts import read_facts
from tests.rules.deal import APPROVED, BOOK, EM, LEADER, NOW, issue, moved, remembering
from tests.rules.random_items import EVERYTHING, PEOPLE, bursts, scenes, stage_names

Scene = tuple[Snapshot, Change]
BOOKS = st.sampled_from([BOOK, EVERYTHING])
PLENTY = settings(max_examples=400, deadline=None)


@PLENTY
@given(scenes(), BOOKS)
def test_the_same_input_gives_the_same_decision(scene: Scene, rules: RuleBook) -> None:
    item, told = scene
    facts = read_facts(rules, item)
    first = decide(rules, item, told, facts, NOW)
    assert first == decide(rules, item, told, facts, NOW)
    assert explain(first)


@settings(max_examples=3000, deadline=None)
@given(scenes(), BOOKS)
def test_what_triage_does_not_want_plans_nothing(scene: Scene, rules: RuleBook) -> None:
    item, told = scene
    answer = triage(rules, told)
    assert answer.reason
    if not answer.wanted:
        assert decide(rules, item, told, read_facts(rules, item), NOW).plan == ()


@PLENTY
@given(bursts(), BOOKS)
def test_a_burst_is_the_same_as_one_by_one(burst: tuple[Snapshot, list[Change]], rules: RuleBook) -> None:
    item, told = burst
    facts = read_facts(rules, item)
    together = decide_burst(rules, item, told, facts, NOW)
    memory = item.memory
    for one, decision in zip(told, together, strict=True):
        alone = decide(rules, replace(item, memory=memory), one, facts, NOW)
        assert alone == decision
        memory = alone.memory


@PLENTY
@given(scenes())
def test_the_board_never_sets_an_approval_that_nobody_set(scene: Scene) -> None:
    item, told = scene
    decision = decide(BOOK, item, told, read_facts(BOOK, item), NOW)
    carried = set(BOOK.canonical_all(item.labels))
    for step in decision.plan:
        if step.action == "label" and "." in step.rule:
            add = step.params["add"]
            assert isinstance(add, list)
            assert set(add) <= carried
        if step.action == "restore_stage":
            assert step.params["to"] != step.params["refused"]
            assert not is_own(told, item)


@PLENTY
@given(scenes(), BOOKS)
def test_step_keys_are_unique_and_every_rule_has_its_verdict(scene: Scene, rules: RuleBook) -> None:
    item, told = scene
    decision = decide(rules, item, told, read_facts(rules, item), NOW)
    keys = [step.key for step in decision.plan]
    assert len(keys) == len(set(keys))
    judged = [one.rule for one in decision.verdicts if "." not in one.rule]
    assert judged == ([] if told.kind is Kind.OTHER else [rule.name for rule in rules.file.rules])
    assert all(one.reason for one in decision.verdicts)
    assert {step.rule for step in decision.plan} <= {one.rule for one in decision.verdicts if one.matched}
    assert decision.summary


@PLENTY
@given(stage_names, st.sampled_from(PEOPLE))
def test_nobody_but_the_entitled_gets_a_card_into_approved(origin: str, actor: Person) -> None:
    """However often it is tried."""
    item = issue(stage=APPROVED, memory=remembering(origin))
    for _ in range(3):
        told = moved(origin, APPROVED, actor=actor)
        if origin == APPROVED or is_own(told, item) or actor == LEADER:
            return
        decision = decide(BOOK, item, told, {}, NOW)
        assert [step.action for step in decision.plan][:1] == ["restore_stage"]
        assert decision.memory.stage == origin
        item = replace(item, memory=decision.memory)


@PLENTY
@given(stage_names, stage_names)
def test_a_person_who_insists_wins_or_meets_an_approval(origin: str, target: str) -> None:
    """No card is put back twice in a row for the same move unless the rule file says who may make it."""
    if origin == target:
        return
    item = issue(stage=target, memory=remembering(origin))
    first = decide(BOOK, item, moved(origin, target, actor=EM), {}, NOW)
    again = decide(BOOK, replace(item, memory=first.memory), moved(origin, target, actor=EM), {}, NOW)
    guarded = any(move.by for move in BOOK.file.board.moves if target in move.to and origin in move.from_)
    if "restore_stage" in [step.action for step in again.plan]:
        assert guarded or target == APPROVED
