"""decide: what one change of one item asks for, by the rule file. Pure: the same input gives the same Decision.

Besides the rules' own ``do`` lists, the board itself asks for four kinds of step. Their handlers take exactly these
parameters (``mention`` is a username without ``@``, or empty when it is not known who it was):

``restore_stage``
    ``{"to": stage, "refused": stage}``: put the card back. ``Open`` is no label.
``comment``
    ``{"template": "move_refused", "with": {"origin", "target", "unmet", "because", "mention"}}`` after a
    ``restore_stage``, and the same with template ``move_warned`` for a move that stands. ``unmet`` is a list of
    ``{"what": what to do, "because": why}``, perhaps empty; ``because`` is one sentence.
    ``{"template": "reminder", "with": {"who", "says", "stage", "since"}}`` when a reminder came due: ``who`` is a list
    of usernames or group paths without ``@``, ``since`` an ISO time or empty.
``remind``
    ``{"name", "after", "who", "says", "then", "then_who"}``: set the timer ``name`` to ``after`` from now and, where
    ``then`` is not None, the timer ``name + "/then"`` to ``then`` from now. ``after`` and ``then`` are lengths of time
    as in the rule file. Or ``{"cancel": "stage/*"}``: forget the timers of the stage that was left.
    ``name`` is ``stage/<stage>/<number>``. A timer of another name, set by a rule, leads to the same ``reminder``
    comment with the ``who`` and ``says`` that came with it, unless a rule listens for that timer.
``label``
    ``{"add": [...], "remove": [...]}``: a label in an old or wrong spelling is swapped for the one of the rule file; a
    second stage label is taken off where GitLab's tier does not do it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.change import Change, Kind
from app.domain.decision import Decision, Mode, Step, Verdict
from app.domain.item import Memory, Person, Snapshot
from app.rules.book import OPEN, RuleBook
from app.rules.deciding.board_steps import BoardCase, step_key
from app.rules.deciding.conditions import Answer, check
from app.rules.deciding.occurrences import Happened, Occurrence, happened, hears
from app.rules.deciding.passage import Passage, current_stage, passage_of
from app.rules.deciding.remember import changed_facts, may_change_facts, remember_sensitivity
from app.rules.deciding.view import View
from app.rules.model import Rule

OWN = "the bot did this itself"


@dataclass(frozen=True, slots=True)
class _Judged:
    """One rule's verdict, and what the summary and the plan need of it."""

    rule: Rule
    verdict: Verdict
    occurrence: Occurrence | None = None
    """What made it match."""
    nearness: int = 0
    """0: none of its events happened; the more of its conditions held, the higher."""


def decide(book: RuleBook, snapshot: Snapshot, change: Change, facts: Mapping[str, object], now: datetime) -> Decision:
    """Decide one change on the item as it is now; ``snapshot.memory`` is what earlier decisions remembered."""
    if change.kind is Kind.OTHER:
        remark = change.remark or "no rule can speak of this kind of event"
        return Decision(change.delivery_id, now, f"Ignored: {remark}.", facts=dict(facts), memory=snapshot.memory)
    own = is_own(change, snapshot)
    stage = current_stage(book, snapshot, change)
    seen = View.of_snapshot(book, snapshot, stage=stage, facts=facts, actor=change.actor)
    passage = passage_of(book, seen, snapshot, change, own=own, now=now)
    view = _settled(seen, passage)
    # The bot's own changes neither tell of facts nor hide them: what a person wrote meanwhile is found at the next one.
    compares_facts = may_change_facts(change) and not own
    changed = changed_facts(snapshot.memory, facts) if compares_facts else ()
    events = happened(book, snapshot, change, passage, changed)
    parts = BoardCase(book, snapshot, change, passage, view, own).parts()
    judged = [_judge(book, index, rule, events, view, own=own) for index, rule in enumerate(book.file.rules)]
    plan = [step for _, steps in parts for step in steps]
    for one in judged:
        plan += _steps(one, change)
    memory = replace(
        passage.memory,
        facts=dict(facts) if compares_facts else snapshot.memory.facts,
        sensitive=remember_sensitivity(book, snapshot, change),
    )
    return Decision(
        delivery_id=change.delivery_id,
        at=now,
        summary=_summary(passage, [verdict for verdict, _ in parts], judged, plan, own=own),
        verdicts=(*(verdict for verdict, _ in parts), *(one.verdict for one in judged)),
        plan=tuple(plan),
        facts=dict(facts),
        stage=passage.stage or None,
        memory=memory,
    )


def decide_burst(
    book: RuleBook, snapshot: Snapshot, changes: Sequence[Change], facts: Mapping[str, object], now: datetime
) -> tuple[Decision, ...]:
    """Decide several changes of one item by one look at it, in order, each with the memory that the last one left."""
    decisions: list[Decision] = []
    memory: Memory = snapshot.memory
    for change in changes:
        decision = decide(book, replace(snapshot, memory=memory), change, facts, now)
        memory = decision.memory
        decisions.append(decision)
    return tuple(decisions)


def is_own(change: Change, snapshot: Snapshot) -> bool:
    """Whether the bot itself made the change; by id, and by name only where a payload has no id."""
    actor, bot = change.actor, snapshot.bot
    if actor is None or bot is None:
        return False
    return _same_person(actor, bot)


def _same_person(one: Person, other: Person) -> bool:
    if one.id is not None and other.id is not None:
        return one.id == other.id
    return one.username.casefold() == other.username.casefold()


def _settled(seen: View, passage: Passage) -> View:
    """The item as it will be once a refused card is back in its stage."""
    if seen.labels is None or seen.stage is None or passage.stage == seen.stage:
        return seen
    back = frozenset() if passage.stage == OPEN else frozenset({passage.stage})
    return replace(seen, stage=passage.stage, labels=(seen.labels - {seen.stage}) | back)


def _judge(book: RuleBook, index: int, rule: Rule, events: Happened, view: View, *, own: bool) -> _Judged:
    mode = book.mode(rule)
    source = book.source(f"rules.{index}")
    if mode is Mode.OFF:
        return _Judged(rule, Verdict(rule.name, source, False, "its mode is off", mode))
    if own and not rule.also_own_changes:
        return _Judged(rule, Verdict(rule.name, source, False, OWN, mode))
    wanted = rule.when.event
    of_kind = [occurrence for occurrence in events.occurrences if occurrence.event in wanted]
    if not of_kind:
        reason = _stood_down(book, rule, events)
        missed = reason or f"no {' or '.join(wanted)}"
        return _Judged(rule, Verdict(rule.name, source, False, missed, mode), nearness=1 if reason else 0)
    meant = [occurrence for occurrence in of_kind if hears(book, rule.when, occurrence)]
    if not meant:
        return _Judged(rule, Verdict(rule.name, source, False, _other(of_kind[0]), mode), nearness=1)
    tried = [(occurrence, _ask(rule, _at(view, occurrence))) for occurrence in meant]
    occurrence, answer = next((pair for pair in tried if pair[1].holds), tried[0])
    if not answer.holds:
        return _Judged(rule, Verdict(rule.name, source, False, answer.reason, mode), nearness=2 + answer.held)
    return _Judged(rule, Verdict(rule.name, source, True, f"{_said(occurrence)}; {answer.reason}", mode), occurrence)


def _stood_down(book: RuleBook, rule: Rule, events: Happened) -> str:
    """Why what the rule listens for counts no more; empty if nothing of it was told."""
    when = rule.when
    told = (pair for pair in events.stood_down if pair[0].event in when.event and hears(book, when, pair[0]))
    return next((reason for _, reason in told), "")


def _ask(rule: Rule, view: View) -> Answer:
    answer = check(rule.when, view)
    if not answer.holds or rule.unless is None:
        return answer
    hindered = check(rule.unless, view)
    if hindered.holds is False:
        return answer
    return Answer(False, f"unless: {hindered.reason}", answer.held + 1)


def _at(view: View, occurrence: Occurrence) -> View:
    """With *stage left*, ``stage`` is the one that was left, as with *stage entered* it is the one entered."""
    return replace(view, stage=occurrence.origin) if occurrence.event == "stage left" else view


def _steps(judged: _Judged, change: Change) -> list[Step]:
    if judged.occurrence is None:
        return []
    rule, verdict = judged.rule, judged.verdict
    once = judged.occurrence.event == "issue opened"
    steps: list[Step] = []
    for index, entry in enumerate(rule.do):
        action, params = next(iter(entry.items()))
        key = step_key(rule.name, index, change, once=once)
        steps.append(Step(key, action, dict(params or {}), rule.name, verdict.source, verdict.mode, rule.why))
    return steps


def _other(occurrence: Occurrence) -> str:
    return f"not meant: {_said(occurrence)}"


def _said(occurrence: Occurrence) -> str:
    """An event in words."""
    if occurrence.event in ("stage entered", "stage left", "move refused", "move warned"):
        return f"{occurrence.event} ({occurrence.origin} to {occurrence.target})"
    detail = occurrence.label or occurrence.fact or occurrence.timer
    return f"{occurrence.event} ('{detail}')" if detail else occurrence.event


def _summary(
    passage: Passage, board: Sequence[Verdict], judged: Sequence[_Judged], plan: Sequence[Step], *, own: bool
) -> str:
    """What was decided, or why nothing was, in a sentence or two."""
    said = [passage.sentence] if passage.sentence else []
    said += [f"{verdict.reason.rstrip('.')}." for verdict in board if verdict.reason != passage.sentence]
    matched = [one.rule.name for one in judged if one.verdict.matched]
    if matched:
        rules = "Rule" if len(matched) == 1 else "Rules"
        said.append(f"{rules} {', '.join(matched)} matched.")
    elif own:
        said.append("The bot did this itself, so no rule looks at it.")
    else:
        nearest = max(judged, key=lambda one: one.nearness, default=None)
        if nearest is None or not nearest.nearness:
            said.append("No rule listens for this.")
        else:
            said.append(f"No rule matched; nearest: {nearest.rule.name}, because {nearest.verdict.reason}.")
    if plan:
        said.append(f"{len(plan)} {'step' if len(plan) == 1 else 'steps'} planned.")
    return " ".join(said)
