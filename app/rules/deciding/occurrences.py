"""Occurrences: what happened, in the events of the rule language; and which of it a rule listens for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from app.domain.change import Change, Kind
from app.domain.item import Snapshot
from app.rules.book import RuleBook
from app.rules.deciding.passage import Passage
from app.rules.model import Event, When

STAGE_TIMER = "stage/"
"""Timers that the board sets begin so; no rule hears of them."""
_BY_KIND: dict[Kind, Event] = {
    Kind.OPENED: "issue opened",
    Kind.CLOSED: "issue closed",
    Kind.REOPENED: "issue reopened",
    Kind.COMMENTED: "comment",
    Kind.EMOJI: "emoji",
}
_OF_STAGES: tuple[Event, ...] = ("stage entered", "stage left", "move refused", "move warned")
_STATES = {Kind.OPENED: "opened", Kind.REOPENED: "opened", Kind.CLOSED: "closed"}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event, with what the rule language can ask of it."""

    event: Event
    label: str = ""
    origin: str = ""
    target: str = ""
    timer: str = ""
    fact: str = ""
    """Empty: any fact may have changed (triage knows no better)."""


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened and still holds, and what was told but is no longer so."""

    occurrences: tuple[Occurrence, ...]
    stood_down: tuple[tuple[Occurrence, str], ...]
    """What counts no more, and why."""


def told(book: RuleBook, change: Change) -> Iterator[Occurrence]:
    """The events that a delivery tells by itself; those of stages and facts need the memory."""
    if change.kind is Kind.EDITED:
        if change.edited:
            yield Occurrence("issue edited")
    elif change.kind is Kind.TIMER:
        if not change.timer.startswith(STAGE_TIMER):
            yield Occurrence("timer", timer=change.timer)
    elif change.kind in _BY_KIND:
        yield Occurrence(_BY_KIND[change.kind])
    for label in book.canonical_all(change.added):
        yield Occurrence("label added", label=label)
    for label in book.canonical_all(change.removed):
        yield Occurrence("label removed", label=label)


def happened(
    book: RuleBook, snapshot: Snapshot, change: Change, passage: Passage, facts_changed: Iterable[str]
) -> Happened:
    """All events of a change that still hold on the item as it is now."""
    holding: list[Occurrence] = []
    stood_down: list[tuple[Occurrence, str]] = []
    present = frozenset(book.canonical_all(snapshot.labels))
    for occurrence in told(book, change):
        reason = _overtaken(occurrence, snapshot, change, passage, present)
        if reason:
            stood_down.append((occurrence, f"stood down: {reason}"))
        else:
            holding.append(occurrence)
    holding += _stage_events(change, passage)
    if passage.ending == "moved on":
        reason = f"stood down: since moved to {passage.stage}"
        stood_down += (
            (Occurrence(event, origin=passage.origin, target=passage.target), reason) for event in _OF_STAGES
        )
    holding += (Occurrence("fact changed", fact=name) for name in facts_changed)
    return Happened(tuple(holding), tuple(stood_down))


def _overtaken(
    occurrence: Occurrence, snapshot: Snapshot, change: Change, passage: Passage, present: frozenset[str]
) -> str:
    """Why an event counts no more; empty if it does."""
    label = occurrence.label
    if occurrence.event == "label added":
        if passage.put_back and label == passage.target:
            return f"the move to {label} is put back"
        return "" if label in present else f"label '{label}' is not on the item any more"
    if occurrence.event == "label removed":
        if passage.put_back and label == passage.origin:
            return f"label '{label}' is put back"
        return f"label '{label}' is on the item again" if label in present else ""
    state = _STATES.get(change.kind, snapshot.state)
    return "" if state == snapshot.state else f"the item is {snapshot.state} by now"


def _stage_events(change: Change, passage: Passage) -> Iterator[Occurrence]:
    origin, target = passage.origin, passage.target
    if passage.ending == "entered":
        if change.kind is not Kind.OPENED:
            yield Occurrence("stage left", origin=origin, target=target)
        yield Occurrence("stage entered", origin=origin, target=target)
        if passage.judgement is not None and passage.judgement.verdict == "warn":
            yield Occurrence("move warned", origin=origin, target=target)
    elif passage.ending == "refused":
        yield Occurrence("move refused", origin=origin, target=target)


def hears(book: RuleBook, when: When, occurrence: Occurrence) -> bool:
    """Whether the rule means this very occurrence. That it listens for the event has been seen before."""
    event = occurrence.event
    if event in ("label added", "label removed"):
        return when.label is None or _like(occurrence.label, [book.canonical(name) for name in when.label])
    if event == "timer":
        return when.timer is None or _like(occurrence.timer, when.timer)
    if event == "fact changed":
        names = _facts_named(when)
        return not names or not occurrence.fact or occurrence.fact in names
    if event in _OF_STAGES:
        return _same_stage(book, occurrence.origin, when.from_) and _same_stage(book, occurrence.target, when.to)
    return True


def _same_stage(book: RuleBook, stage: str, wanted: Sequence[str] | None) -> bool:
    return wanted is None or any(book.canonical(name) == stage for name in wanted)


def _facts_named(when: When) -> Sequence[str]:
    """The facts whose change the rule waits for; none: any."""
    if when.fact is not None:
        return (when.fact.name,)
    if when.facts is not None:
        return (*when.facts.present, *when.facts.missing, *when.facts.complete, *when.facts.incomplete)
    return ()


def _like(name: str, patterns: Iterable[str]) -> bool:
    low = name.casefold()
    return any(low == pattern.casefold() or fnmatchcase(low, pattern.casefold()) for pattern in patterns)
