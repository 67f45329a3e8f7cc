"""decide: what one change of one item asks for, by the rule file. Pure: the same input gives the same Decision.

Besides the rules' own ``do`` lists, the board itself asks for some kinds of step. Their handlers take exactly these
parameters (``mention`` is a username without ``@``, or empty when it is not known who it was):

``restore_stage``
    ``{"to": stage, "refused": stage}``: put the card back. ``Open`` is no label.
``comment``
    ``{"template": "move_refused", "with": {"origin", "target", "unmet", "because", "mention"}}`` after a
    ``restore_stage``, and the same with template ``move_warned`` for a move that stands. ``unmet`` is a list of
    ``{"what": what to do, "because": why}``, perhaps empty; ``because`` is one sentence.
    ``{"template": "reminder", "with": {"who", "says", "stage", "since"}}`` when a reminder came due: ``who`` is a list
    of usernames or group paths without ``@``, ``since`` an ISO time or empty.
    ``{"template": "command_not_done", "with": {"mention", "said", "problem", …}}`` for a command that no rule answers;
    ``problem`` is ``unknown``, ``not entitled``, ``off the board`` or ``not now``.
    ``{"template": "label_respelt", "with": {"swapped"}, "about": "item"}`` once for an issue, after the ``label`` step
    that swaps spellings: ``swapped`` is a list of ``{"old", "new"}``.
``remind``
    ``{"name", "after", "who", "says", "then", "then_who"}``: set the timer ``name`` to ``after`` from now and, where
    ``then`` is not None, the timer ``name + "/then"`` to ``then`` from now. ``after`` and ``then`` are lengths of time
    as in the rule file. Or ``{"cancel": "stage/*"}``: forget the timers of the stage that was left. Or
    ``{"pause": "*"}`` and ``{"resume": "*"}`` around a stage that pauses reminders.
    ``name`` is ``stage/<stage>/<number>``. A timer of another name, set by a rule, leads to the same ``reminder``
    comment with the ``who`` and ``says`` that came with it, unless a rule listens for that timer.
``label``
    ``{"add": [...], "remove": [...]}``: a label in an old or wrong spelling is swapped for the one of the rule file; a
    second stage label is taken off where GitLab's tier does not do it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.change import Change, Kind
from app.domain.decision import Decision, Mode, Step, Verdict, write_of
from app.domain.item import Memory, Snapshot
from app.rules.book import OPEN, RuleBook
from app.rules.deciding.approvals import voided
from app.rules.deciding.board_steps import BoardCase, Part, step_key
from app.rules.deciding.judge import Case, Judged, judge_rules, verdicts_of
from app.rules.deciding.limits import remember_fired
from app.rules.deciding.occurrences import Happened, happened
from app.rules.deciding.passage import Passage, current_stage, passage_of
from app.rules.deciding.remember import changed_facts, may_change_facts, remember_sensitivity
from app.rules.deciding.unanswered import COMMANDS, unanswered
from app.rules.deciding.view import View
from app.rules.reading.activity import notice, same_person
from app.rules.reading.facts import told_internally


def decide(book: RuleBook, snapshot: Snapshot, change: Change, facts: Mapping[str, object], now: datetime) -> Decision:
    """Decide one change on the item as it is now; ``snapshot.memory`` is what earlier decisions remembered."""
    if change.kind is Kind.OTHER:
        remark = change.remark or "no rule can speak of this kind of event"
        return Decision(change.delivery_id, now, f"Ignored: {remark}.", facts=dict(facts), memory=snapshot.memory)
    own = is_own(change, snapshot)
    snapshot = replace(snapshot, memory=notice(snapshot.memory, change, own=own, now=now))
    # The bot's own changes neither tell of facts nor hide them: what a person wrote meanwhile is found at the next one.
    compares_facts = may_change_facts(change) and not own
    changed = changed_facts(snapshot.memory, facts) if compares_facts else ()
    stage = current_stage(book, snapshot, change)
    seen = View.of_snapshot(
        book, snapshot, stage=stage, facts=facts, actor=change.actor, now=now, changed=frozenset(changed)
    )
    passage = passage_of(book, seen, snapshot, change, own=own, now=now)
    view = _settled(seen, passage)
    void = tuple(voided(book, snapshot.memory, facts, changed, passage))
    events = happened(book, snapshot, change, passage, changed, void)
    board = BoardCase(book, snapshot, change, passage, view, own)
    parts = board.parts()
    case = Case(book, events, view, passage.memory, snapshot.memory.stage_entered_at, now, own)
    judged, of_rules = _without_what_was_taken_back(judge_rules(case), change, snapshot.memory)
    if not own:
        parts += _unanswered(board, events, judged)
    plan = [step for _, steps in parts for step in steps] + of_rules
    matched = [one.rule for one in judged if one.verdict.matched]
    return Decision(
        delivery_id=change.delivery_id,
        at=now,
        summary=_summary(passage, [verdict for verdict, _ in parts], judged, plan, own=own),
        verdicts=(*(verdict for verdict, _ in parts), *verdicts_of(case, judged)),
        plan=tuple(plan),
        facts=dict(facts),
        stage=passage.stage or None,
        memory=replace(
            passage.memory,
            facts=dict(facts) if compares_facts else snapshot.memory.facts,
            internal_facts=told_internally(book, snapshot) if compares_facts else snapshot.memory.internal_facts,
            sensitive=remember_sensitivity(book, snapshot, change),
            closed=snapshot.state == "closed",
            acted_at=now if any(step.mode is not Mode.SHADOW for step in plan) else snapshot.memory.acted_at,
            fired=remember_fired(book, matched, passage.memory, passage.stage, now),
        ),
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
    """Whether the bot itself made the change; by id, and by its mark or by name only where a payload has no id.

    A mark alone is no proof where GitLab names somebody: whoever receives the project's deliveries has seen it.
    """
    actor, bot = change.actor, snapshot.bot
    if change.marked and (actor is None or actor.id is None):
        return True
    return actor is not None and bot is not None and same_person(actor, bot)


def _settled(seen: View, passage: Passage) -> View:
    """The item as it will be once a refused card is back in its stage."""
    since = passage.memory.stage_entered_at if passage.stage and passage.memory.stage == passage.stage else None
    if seen.labels is None or seen.stage is None or passage.stage == seen.stage:
        return replace(seen, stage_since=since)
    back = frozenset() if passage.stage == OPEN else frozenset({passage.stage})
    return replace(seen, stage=passage.stage, labels=(seen.labels - {seen.stage}) | back, stage_since=since)


def _unanswered(board: BoardCase, events: Happened, judged: Sequence[Judged]) -> list[Part]:
    """What the board says to commands that no rule answers."""
    found: list[Part] = []
    for values in unanswered(board.book, events, judged, board.view, board.change.actor):
        params: dict[str, object] = {"template": "command_not_done", "with": values}
        reason = f"No rule answers the command '{values['said']}' ({values['problem']})"
        if part := board.part(COMMANDS, board.book.source("rules"), reason, [("comment", params, reason)]):
            found.append(part)
    return found[:1]  # one note for one comment


def _without_what_was_taken_back(
    judged: Sequence[Judged], change: Change, memory: Memory
) -> tuple[list[Judged], list[Step]]:
    """The rules' steps, but for a write that a person took back from that rule, and what follows it in the rule."""
    kept: list[Judged] = []
    plan: list[Step] = []
    for one in judged:
        steps = _steps(one, change)
        gone = {taken.write: taken for taken in memory.taken_back if taken.rule == one.rule.name}
        cut = next((index for index, step in enumerate(steps) if write_of(step) in gone), None)
        if cut is not None:
            taken = gone[write_of(steps[cut])]
            reason = f"{one.verdict.reason}; but @{taken.by} took {taken.what} back on {taken.at:%Y-%m-%d}, so it is"
            reason += " not done again" + (", nor what follows it" if cut + 1 < len(steps) else "")
            one = replace(one, verdict=replace(one.verdict, reason=reason))
        kept.append(one)
        plan += steps[:cut]
    return kept, plan


def _steps(judged: Judged, change: Change) -> list[Step]:
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


def _summary(
    passage: Passage, board: Sequence[Verdict], judged: Sequence[Judged], plan: Sequence[Step], *, own: bool
) -> str:
    """What was decided, or why nothing was, in a sentence or two."""
    said = [passage.sentence] if passage.sentence else []
    said += [f"{verdict.reason.rstrip('.')}." for verdict in board if verdict.reason != passage.sentence]
    by_file = sorted(judged, key=lambda one: one.index)
    matched = [one.rule.name for one in by_file if one.verdict.matched]
    if matched:
        rules = "Rule" if len(matched) == 1 else "Rules"
        said.append(f"{rules} {', '.join(matched)} matched.")
    elif own:
        said.append("The bot did this itself, so no rule looks at it.")
    else:
        nearest = max(by_file, key=lambda one: one.nearness, default=None)
        if nearest is None or not nearest.nearness:
            said.append("No rule listens for this.")
        else:
            said.append(f"No rule matched; nearest: {nearest.rule.name}, because {nearest.verdict.reason}.")
    if plan:
        said.append(f"{len(plan)} {'step' if len(plan) == 1 else 'steps'} planned.")
    return " ".join(said)
