"""Rules that can never fire: no item, no person and no event make their conditions true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from app.domain.decision import Verdict
from app.rules.model import Condition, Rule
from app.rules.verifying.cases import Case, Cases, groups
from app.rules.verifying.chain import Follower
from app.rules.verifying.hope import Hope
from app.rules.verifying.slices import Inquiry

_TRIED = 20
"""Cases among which the nearest miss is looked for."""


def ask(inquiry: Inquiry) -> None:
    """Find a case for every rule, first with the rule alone, then with the rules that may stop it."""
    for index, rule in inquiry.rules:
        if inquiry.budget.spent():
            inquiry.budget.leave_out("rules that never fire")
            return
        _ask_rule(inquiry, index, rule)


def first_firing(inquiry: Inquiry, index: int, *, besides: Sequence[int] = ()) -> tuple[Case | None, bool, str]:
    """A case in which the rule matches, if there is one; whether all cases were tried; and the nearest miss.

    ``besides``: other rules that have a say in whether this one gets its turn.
    """
    rules = inquiry.book.file.rules
    rule = rules[index]
    follower = inquiry.slice([*besides, index])
    complete = True
    looking = [rule, *(rules[other] for other in besides)]
    for cone, happenings in groups(inquiry.book, looking, inquiry.occasions(index)):
        cases = Cases(cone, happenings, inquiry.budget, bot_too=rule.also_own_changes, hope=Hope(inquiry.book, [rule]))
        for case in cases:
            if verdict_of(follower, case, rule).matched:
                return case, True, ""
        complete = complete and cases.complete
    return None, complete, _nearest(inquiry, index, looking, follower) if complete else ""


def _nearest(inquiry: Inquiry, index: int, looking: Sequence[Rule], follower: Follower) -> str:
    """Why the rule does not match even in the cases that please it most."""
    rule = inquiry.book.file.rules[index]
    for cone, happenings in groups(inquiry.book, looking, inquiry.occasions(index)):
        for case in islice(Cases(cone, happenings, inquiry.budget), _TRIED):
            reason = verdict_of(follower, case, rule).reason
            if not reason.startswith(("no ", "not meant")):
                return reason
    return ""


def verdict_of(follower: Follower, case: Case, rule: Rule) -> Verdict:
    """What a rule makes of a case."""
    decision = follower.decide(case.world, case.setting, case.change)
    return next(verdict for verdict in decision.verdicts if verdict.rule == rule.name)


def _ask_rule(inquiry: Inquiry, index: int, rule: Rule) -> None:
    case, complete, nearest = first_firing(inquiry, index)
    if case is None:
        if complete:
            _tell(inquiry, index, rule, nearest)
        else:
            inquiry.budget.leave_out(f"whether rule '{rule.name}' ever fires")
        return
    _ask_stopped(inquiry, index, rule, case)


def _tell(inquiry: Inquiry, index: int, rule: Rule, nearest: str) -> None:
    if rule.when.event == ["timer"] and not inquiry.occasions(index):
        names = " or ".join(f"'{name}'" for name in rule.when.timer or ())
        what = f"a timer called {names}" if names else "a timer"
        message = f"rule '{rule.name}' can never fire: no rule sets {what}"
        inquiry.find("never fires", ("rules", index, "when"), message)
        return
    culprits = [f"'{key}'" for key, without in _without_each(rule) if _fires(inquiry, index, without)]
    message = f"rule '{rule.name}' can never fire"
    message += f": {nearest}" if nearest else ""
    message += f"; it could without {' or '.join(culprits)}" if culprits else ""
    inquiry.find("never fires", ("rules", index, "when"), message)


def _without_each(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """The rule without each of its conditions in turn."""
    for key in Condition.model_fields:
        if getattr(rule.when, key) is not None:
            yield key.rstrip("_"), rule.model_copy(update={"when": rule.when.model_copy(update={key: None})})
    if rule.unless is not None:
        yield "unless", rule.model_copy(update={"unless": None})


def _fires(inquiry: Inquiry, index: int, changed: Rule) -> bool:
    """Whether the rule would fire if it were written so."""
    file = inquiry.book.file
    rules = [changed if place == index else rule for place, rule in enumerate(file.rules)]
    given = inquiry.given.__class__(
        file=file.model_copy(update={"rules": rules}), path=inquiry.book.path, lines=inquiry.book.lines
    )
    return first_firing(Inquiry(given, inquiry.actions, inquiry.budget), index)[0] is not None


def _ask_stopped(inquiry: Inquiry, index: int, rule: Rule, case: Case) -> None:
    """Whether rules that say ``stop_after`` always come first."""
    order = [place for place, _ in inquiry.book.in_order]
    heard = set(inquiry.occasions(index))
    stoppers = [
        place
        for place in order[: order.index(index)]
        if inquiry.book.file.rules[place].stop_after and not heard.isdisjoint(inquiry.occasions(place))
    ]
    if not stoppers or verdict_of(inquiry.whole, case, rule).matched:
        return
    found, complete, nearest = first_firing(inquiry, index, besides=stoppers)
    if found is None and complete:
        inquiry.find("shadowed", ("rules", index), f"rule '{rule.name}' never gets its turn: {nearest}")
