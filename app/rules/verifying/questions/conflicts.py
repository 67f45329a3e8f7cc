"""Rules that act on one event against each other: one adds what another removes, or both write one scope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from app.rules.book import OPEN
from app.rules.verifying.cases import Case, Cases, groups
from app.rules.verifying.chain import Follower, Round
from app.rules.verifying.exclusion import exclude_each_other
from app.rules.verifying.happening import SOME_LABEL, Happening
from app.rules.verifying.hope import Hope
from app.rules.verifying.scene import scope_of
from app.rules.verifying.slices import Inquiry
from app.rules.verifying.story import opening, told
from app.rules.verifying.verified import FindingKind


@dataclass(frozen=True, slots=True)
class _Write:
    """What an action of a rule writes on the item."""

    adds: frozenset[str]
    removes: frozenset[str]
    state: str
    """``closes``, ``reopens`` or nothing."""


@dataclass(frozen=True, slots=True)
class _Clash:
    """What two rules can't both mean."""

    kind: FindingKind
    words: str


def ask(inquiry: Inquiry) -> None:
    """Look at every two rules (and every rule with itself) whose writes clash."""
    writes = {index: list(_writes(inquiry, index)) for index, _ in inquiry.writing}
    busy = [index for index, found in writes.items() if found]
    for one in busy:
        clash = _within(inquiry, one)
        if clash is not None and one not in inquiry.looping:
            _ask_pair(inquiry, one, one, clash)
    for one, other in combinations(busy, 2):
        clash = _clash(inquiry, writes[one], writes[other])
        if clash is not None and not {one, other} <= inquiry.looping:
            if inquiry.budget.spent():
                inquiry.budget.leave_out("rules that undo each other")
                return
            _ask_pair(inquiry, one, other, clash)


def _writes(inquiry: Inquiry, index: int) -> Iterator[_Write]:
    book = inquiry.book
    for _, _, _, effects in inquiry.steps(index):
        adds = {book.canonical(one) for one in effects.adds | effects.stages if one is not None}
        removes = {book.canonical(one) for one in effects.removes if one is not None}
        state = "closes" if effects.closes else "reopens" if effects.reopens else ""
        if adds or removes or state:
            yield _Write(frozenset(adds), frozenset(removes), state)


def _clash(inquiry: Inquiry, one: list[_Write], other: list[_Write]) -> _Clash | None:
    for first in one:
        for second in other:
            for mine, yours in ((first, second), (second, first)):
                if both := sorted(mine.adds & yours.removes):
                    return _Clash("undo", f"one adds '{both[0]}' and the other removes it")
            if {first.state, second.state} == {"closes", "reopens"}:
                return _Clash("undo", "one closes the item and the other reopens it")
            if pair := _rivals(inquiry, first.adds, second.adds):
                return _Clash(
                    "scope", f"one writes '{pair[0]}' and the other '{pair[1]}', and an item carries only one"
                )
    return None


def _rivals(inquiry: Inquiry, one: frozenset[str], other: frozenset[str]) -> tuple[str, str] | None:
    """Two labels of one scope; ``Open`` is a stage without a label."""
    stages = inquiry.book.stages
    for first in sorted(one):
        for second in sorted(other):
            same_scope = scope_of(first) and scope_of(first) == scope_of(second)
            both_stages = first in stages and second in stages
            if first != second and (same_scope or both_stages):
                return first, second
    return None


def _within(inquiry: Inquiry, index: int) -> _Clash | None:
    """Whether a rule clashes with itself in its own list."""
    writes = list(_writes(inquiry, index))
    for write in writes:
        if both := sorted((write.adds & write.removes) - {OPEN}):
            return _Clash("undo", f"it adds '{both[0]}' and removes it")
        for first, second in combinations(sorted(write.adds), 2):
            if pair := _rivals(inquiry, frozenset({first}), frozenset({second})):
                return _Clash("scope", f"it writes '{pair[0]}' and '{pair[1]}', and an item carries only one of them")
    return next(
        (clash for first, then in combinations(writes, 2) if (clash := _in_turn(inquiry, first, then)) is not None),
        None,
    )


def _in_turn(inquiry: Inquiry, first: _Write, then: _Write) -> _Clash | None:
    """Of one rule's actions the later may well put right what the earlier took off, but not the other way round."""
    if both := sorted(first.adds & then.removes):
        return _Clash("undo", f"it adds '{both[0]}' and then removes it")
    if {first.state, then.state} == {"closes", "reopens"}:
        return _Clash("undo", f"it {first.state} the item and then {then.state} it")
    if pair := _rivals(inquiry, first.adds, then.adds):
        return _Clash("scope", f"it writes '{pair[0]}' and then '{pair[1]}', and an item carries only one of them")
    return None


def _ask_pair(inquiry: Inquiry, one: int, other: int, clash: _Clash) -> None:
    rules = inquiry.book.file.rules
    shared = shared_occasions(inquiry, one, other)
    if not shared or (one != other and exclude_each_other(inquiry.book, rules[one], rules[other])):
        return
    found = _together(inquiry, one, other, shared)
    if found is None:
        return
    case, answer = found
    story = [*opening(inquiry, case), *told(inquiry, answer, naming={rules[one].name, rules[other].name})]
    first, second = sorted((one, other), key=[place for place, _ in inquiry.book.in_order].index)
    if one == other:
        message = f"{inquiry.rule_words(one)} works against itself: {clash.words}"
    else:
        message = f"{inquiry.rule_words(first)} and {inquiry.rule_words(second)} act on one event: {clash.words}"
    inquiry.find(clash.kind, ("rules", second), message, story, error=True)


def shared_occasions(inquiry: Inquiry, one: int, other: int) -> list[Happening]:
    """What both may hear of. One thing happens at a time: two labels that somebody sets at once are two things."""
    first, second = inquiry.occasions(one), inquiry.occasions(other)
    if one == other:
        return list(first)
    wild = {happening.what for happening in (*first, *second) if happening.subject == SOME_LABEL}
    both = set(second)
    shared = [happening for happening in first if happening in both]
    if wild:
        shared += [happening for happening in (*first, *second) if happening.what in wild]
    return list(dict.fromkeys(shared))


def _together(inquiry: Inquiry, one: int, other: int, shared: list[Happening]) -> tuple[Case, Round] | None:
    """A case in which both act, under all the rules."""
    rules = [inquiry.book.file.rules[index] for index in dict.fromkeys((one, other))]
    pair = inquiry.slice([one, other])
    own = all(rule.also_own_changes for rule in rules)
    names = {rule.name for rule in rules}
    for cone, happenings in groups(inquiry.book, rules, shared):
        cases = Cases(cone, happenings, inquiry.budget, bot_too=own, hope=Hope(inquiry.book, rules))
        for case in cases:
            if _both_act(pair, case, names) and _both_act(inquiry.whole, case, names):
                return case, inquiry.whole.answer(case.world, case.setting, (case.change,))[0]
        if not cases.complete and not cone.blurred:
            inquiry.budget.leave_out(f"whether {' and '.join(sorted(names))} ever act on one event")
    return None


def _both_act(follower: Follower, case: Case, names: set[str]) -> bool:
    decision = follower.decide(case.world, case.setting, case.change)
    return names <= {step.rule for step in decision.plan}
