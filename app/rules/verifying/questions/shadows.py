"""Rules that change nothing, because another does all of it whenever they fire."""

from __future__ import annotations

import json
from collections import defaultdict

from app.rules.verifying.cases import Cases, groups
from app.rules.verifying.happening import SOME_LABEL
from app.rules.verifying.hope import Hope
from app.rules.verifying.slices import Inquiry


def ask(inquiry: Inquiry) -> None:
    """Compare each rule with those that do at least the same."""
    doing = {
        index: {json.dumps(entry, sort_keys=True, default=str) for entry in rule.do} for index, rule in inquiry.writing
    }
    having: dict[str, set[int]] = defaultdict(set)
    for index, entries in doing.items():
        for entry in entries:
            having[entry].add(index)
    order = {index: place for place, (index, _) in enumerate(inquiry.book.in_order)}
    told: set[int] = set()
    for index, entries in doing.items():
        for other in sorted(set.intersection(*(having[entry] for entry in entries)) - {index} - told):
            if inquiry.budget.spent():
                inquiry.budget.leave_out("rules that change nothing")
                return
            equal = doing[other] == entries and order[other] > order[index]
            if _covers(inquiry, other, index) and not (equal and _covers(inquiry, index, other)):
                told.add(index)
                _tell(inquiry, other, index)
                break


def _covers(inquiry: Inquiry, other: int, index: int) -> bool:
    """Whether ``other`` acts in every case in which ``index`` does."""
    rules = inquiry.book.file.rules
    first, second = rules[other], rules[index]
    if first.as_often_as is not None or (second.also_own_changes and not first.also_own_changes):
        return False
    heard = set(inquiry.occasions(other))
    wild = {happening.what for happening in heard if happening.subject == SOME_LABEL}
    mine = inquiry.occasions(index)
    if not all(happening in heard or happening.what in wild for happening in mine):
        return False
    pair, fired = inquiry.slice([index, other]), False
    for cone, happenings in groups(inquiry.book, [second, first], mine):
        cases = Cases(
            cone, happenings, inquiry.budget, bot_too=second.also_own_changes, hope=Hope(inquiry.book, [second])
        )
        for case in cases:
            acting = {step.rule for step in pair.decide(case.world, case.setting, case.change).plan}
            if second.name in acting and first.name not in acting:
                return False
            fired = fired or second.name in acting
        if not cases.complete:
            return False
    return fired


def _tell(inquiry: Inquiry, other: int, index: int) -> None:
    name = inquiry.book.file.rules[index].name
    message = f"rule '{name}' changes nothing: whenever it fires, {inquiry.rule_words(other)} does all of that too"
    inquiry.find("shadowed", ("rules", index), message)
