"""Judging the rules: which of them match what happened, in their order, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.decision import Mode, Verdict
from app.domain.item import Memory
from app.rules.book import RuleBook
from app.rules.deciding.conditions import Answer, check
from app.rules.deciding.limits import used_up
from app.rules.deciding.occurrences import Happened, Occurrence, hears
from app.rules.deciding.view import View
from app.rules.model import Rule


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule's verdict, and what the summary and the plan need of it."""

    index: int
    """Its place in the file."""
    rule: Rule
    verdict: Verdict
    occurrence: Occurrence | None = None
    """What made it match."""
    nearness: int = 0
    """0: none of its events happened; the more of its conditions held, the higher."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules are asked about."""

    book: RuleBook
    events: Happened
    view: View
    memory: Memory
    """With the stage as this change leaves it."""
    left_since: datetime | None
    """When the item came into the stage that this change took it from."""
    now: datetime
    own: bool
    """The bot did it itself."""


def judge_rules(case: Case) -> list[Judged]:
    """Every rule that what happened concerns, in the order in which they are tried and act."""
    return list(_in_order(case))


def verdicts_of(case: Case, judged: Iterable[Judged]) -> tuple[Verdict, ...]:
    """The verdict on every rule, in file order. On nine in ten it is the same in every decision: none judged them."""
    verdicts = list(case.book.own_doing if case.own else case.book.unconcerned)
    for one in judged:
        verdicts[one.index] = one.verdict
    return tuple(verdicts)


def _in_order(case: Case) -> Iterator[Judged]:
    stopper: Rule | None = None
    tries_only = False
    told = {one.event for one in (*case.events.occurrences, *(one for one, _ in case.events.stood_down))}
    for index, rule in case.book.concerned_by(told):
        if case.own and not rule.also_own_changes:
            continue
        mode = case.book.modes[index]
        # A rule on trial holds up only rules on trial: what it would do must change nothing.
        if stopper is not None and (not tries_only or mode is Mode.SHADOW):
            reason = f"not tried: {stopper.name} matched, and no rule after it is tried (stop_after)"
            yield _no(case, index, rule, reason)
            continue
        judged = _judge(case, index, rule)
        yield judged
        if judged.verdict.matched and rule.stop_after and (stopper is None or tries_only):
            stopper, tries_only = rule, mode is Mode.SHADOW


def _judge(case: Case, index: int, rule: Rule) -> Judged:
    wanted = rule.when.event
    of_kind = [occurrence for occurrence in case.events.occurrences if occurrence.event in wanted]
    if not of_kind:
        if reason := _stood_down(case, rule):
            return _no(case, index, rule, reason, nearness=1)
        return Judged(index, rule, case.book.unconcerned[index])
    meant = [occurrence for occurrence in of_kind if hears(case.book, rule.when, occurrence)]
    if not meant:
        reason = _stood_down(case, rule) or f"not meant: {said(of_kind[0])}"
        return _no(case, index, rule, reason, nearness=1)
    tried = [(occurrence, _ask(rule, _at(case, occurrence))) for occurrence in meant]
    occurrence, answer = next((pair for pair in tried if pair[1].holds), tried[0])
    if not answer.holds:
        return _no(case, index, rule, answer.reason, nearness=2 + answer.held)
    if limit := used_up(case.book, rule, case.memory, case.view.stage or "", case.now):
        return _no(case, index, rule, f"as often as {limit}", nearness=3 + answer.held)
    source, mode = case.book.rule_sources[index], case.book.modes[index]
    reason = f"{said(occurrence)}; {answer.reason}"
    if aside := case.book.stood_aside.get(rule.name):
        reason += f"; but in shadow: {aside}"
    verdict = Verdict(rule.name, source, True, reason, mode)
    return Judged(index, rule, verdict, occurrence)


def _no(case: Case, index: int, rule: Rule, reason: str, *, nearness: int = 0) -> Judged:
    source, mode = case.book.rule_sources[index], case.book.modes[index]
    return Judged(index, rule, Verdict(rule.name, source, False, reason, mode), nearness=nearness)


def _stood_down(case: Case, rule: Rule) -> str:
    """Why what the rule listens for counts no more; empty if nothing of it was told."""
    when = rule.when
    told = (pair for pair in case.events.stood_down if pair[0].event in when.event and hears(case.book, when, pair[0]))
    return next((reason for _, reason in told), "")


def _ask(rule: Rule, view: View) -> Answer:
    answer = check(rule.when, view)
    if not answer.holds or rule.unless is None:
        return answer
    hindered = check(rule.unless, view)
    if hindered.holds is False:
        return answer
    return Answer(False, f"unless: {hindered.reason}", answer.held + 1)


def _at(case: Case, occurrence: Occurrence) -> View:
    """With *stage left*, ``stage`` is the one that was left, as with *stage entered* it is the one entered."""
    if occurrence.event != "stage left":
        return case.view
    return replace(case.view, stage=occurrence.origin, stage_since=case.left_since)


def said(occurrence: Occurrence) -> str:
    """An event in words."""
    if occurrence.event in ("stage entered", "stage left", "move refused", "move warned"):
        return f"{occurrence.event} ({occurrence.origin} to {occurrence.target})"
    return f"{occurrence.event} ('{occurrence.detail}')" if occurrence.detail else occurrence.event
