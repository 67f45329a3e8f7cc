"""What came of a deed, told: every rule with the value that decided, and what the bot would write as a diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from app.domain.change import Change
from app.domain.decision import Mode, Verdict
from app.domain.item import Snapshot
from app.rules.book import OWN, RuleBook
from app.trying.outcome import Came
from app.trying.world import MOST_ROUNDS, Turn

_ON_ITEM = ("labels", "state", "assignees")
"""Writes that the diff shows as what was and what is."""


def as_data(book: RuleBook, deed: str, came: Came) -> dict[str, Any]:
    """For programs."""
    first = came.turns[0].before if came.turns else came.before
    return {
        "deed": deed,
        "comes_to_rest": came.at_rest,
        "turns": [_turn_data(turn) for turn in came.turns],
        "diff": {
            "stage": {"from": book.stage_of(first.labels), "to": book.stage_of(came.after.labels)},
            "labels": {"added": _more(first, came.after), "removed": _more(came.after, first)},
            "assignees": [person.username for person in came.after.assignees],
            "state": {"from": first.state, "to": came.after.state},
            "written": [
                {"what": one.what, "where": one.where, "sentence": one.sentence, "text": one.text}
                for one in came.written
                if one.what not in _ON_ITEM
            ],
            "told": [{"channel": post.channel, "text": post.text} for post in came.posts],
            "timers": list(came.timer_changes),
        },
    }


def as_text(book: RuleBook, deed: str, came: Came) -> Iterator[str]:
    """For people."""
    yield f"── {deed}"
    for number, turn in enumerate(came.turns, start=1):
        yield ""
        yield f"{number}. {_said(turn.change)}"
        yield f"   {turn.decision.summary}"
        yield from _verdicts(turn.decision.verdicts)
        for step, outcome in turn.ends:
            yield f"   → {step.action} ({step.rule}): {outcome.result.value}. {outcome.sentence}"
    yield ""
    if not came.at_rest:
        yield f"It does not come to rest: after {MOST_ROUNDS} looks the bot still answers itself."
    yield from _diff(book, came)


def _turn_data(turn: Turn) -> dict[str, Any]:
    decision = turn.decision
    return {
        "change": _said(turn.change),
        "summary": decision.summary,
        "stage": decision.stage,
        "facts": decision.facts,
        "rules": [
            {
                "rule": one.rule,
                "source": str(one.source),
                "matched": one.matched,
                "reason": one.reason,
                "mode": one.mode.value,
            }
            for one in decision.verdicts
        ],
        "plan": [
            {
                "action": step.action,
                "params": step.params,
                "rule": step.rule,
                "because": step.because,
                "result": outcome.result.value,
                "sentence": outcome.sentence,
            }
            for step, outcome in turn.ends
        ],
    }


def _verdicts(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Each rule on a line; those that pass over the bot's own changes together on one."""
    passed = 0
    for one in verdicts:
        if not one.matched and one.reason == OWN:
            passed += 1
            continue
        mode = "" if one.mode is Mode.LIVE else f", {one.mode.value}"
        yield f"   {'✓' if one.matched else '·'} {one.rule} (line {one.source.line}{mode}): {one.reason}"
    if passed:
        yield f"   · {passed} rules pass over what the bot itself did"


def _said(change: Change) -> str:
    who = f"@{change.actor.username}" if change.actor else "Nobody"
    parts = [f"+{one}" for one in change.added] + [f"-{one}" for one in change.removed] + sorted(change.edited)
    detail = change.timer or change.schedule or change.deal or change.emoji or ", ".join(parts)
    return f"{who}: {change.kind.value}{f' ({detail})' if detail else ''}"


def _diff(book: RuleBook, came: Came) -> Iterator[str]:
    first = came.turns[0].before if came.turns else came.before
    lines = list(_changes(book, first, came))
    yield "What the bot would write:" if lines else "The bot would write nothing."
    yield from lines


def _changes(book: RuleBook, before: Snapshot, came: Came) -> Iterator[str]:
    after = came.after
    if (was := book.stage_of(before.labels)) != (now := book.stage_of(after.labels)):
        yield f"  stage    - {was}"
        yield f"           + {now}"
    yield from (f"  label    - {one}" for one in _more(after, before))
    yield from (f"  label    + {one}" for one in _more(before, after))
    if before.assignees != after.assignees:
        yield f"  assigned - {_people(before)}"
        yield f"           + {_people(after)}"
    if before.state != after.state:
        yield f"  state    - {before.state}"
        yield f"           + {after.state}"
    for one in came.written:
        if one.what not in _ON_ITEM:
            yield f"  + {one.what} on {one.where}{f': {one.sentence}' if one.sentence else ''}"
            if one.what in ("comment", "status note", "description"):
                yield from _quoted(one.text)
    for post in came.posts:
        yield f"  + message to {post.channel}"
        yield from _quoted(post.text)
    yield from (f"  timer    {one}" for one in came.timer_changes)


def _quoted(text: str) -> Iterator[str]:
    return (f"    | {line}".rstrip() for line in text.strip().splitlines())


def _more(fewer: Snapshot, more: Snapshot) -> list[str]:
    """Labels that the second has and the first has not."""
    return [one for one in more.labels if one not in fewer.labels]


def _people(item: Snapshot) -> str:
    return ", ".join(f"@{person.username}" for person in item.assignees) or "nobody"
