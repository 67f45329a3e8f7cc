"""What people took back of the bot's writes by hand. Pure: what they changed, and what the bot had written before.

Taking back is: a label off that a rule put on, or on again that a rule took off; the card back where a rule had moved
it from; nobody assigned any more whom a rule assigned; an issue opened that a rule closed, or the reverse. It is
not: another label of the same scope, or somebody else assigned instead, which is how work goes on; a label that means
an approval, over which the rules keep watch; anything after a day, when the world has moved on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.change import Change, Kind
from app.domain.decision import Outcome, Step, write_of
from app.domain.item import Person, Snapshot, TakenBack
from app.rules.book import RuleBook
from app.rules.reading.activity import same_person

WITHIN = timedelta(days=1)
"""How long after a write its being taken back says something about the rule."""


@dataclass(frozen=True, slots=True)
class Done:
    """A write of the bot on the item."""

    step: Step
    outcome: Outcome
    at: datetime


def may_take_back(change: Change, bot: Person | None) -> bool:
    """Whether the change can take a write back at all: asked first, since what was written has to be looked up."""
    if change.actor is None or bot is None or same_person(change.actor, bot):
        return False
    moved = change.added or change.removed or "assignees" in change.edited
    return bool(moved and change.kind is not Kind.OPENED) or change.kind in (Kind.CLOSED, Kind.REOPENED)


def taken_back(book: RuleBook, snapshot: Snapshot, change: Change, done: Sequence[Done]) -> list[TakenBack]:
    """What the change took back. ``done``: what the bot wrote to the item in the last day, oldest first."""
    by, at = change.actor.username if change.actor else "", change.at
    found: dict[tuple[str, str], TakenBack] = {}
    before = [one for one in done if _is_told(book, one) and (at is None or one.at <= at)]
    for one, what in _undone(book, snapshot, change, before):
        taken = TakenBack(one.step.rule, write_of(one.step), what, by, at or one.at, told=change.delivery_id)
        found[taken.rule, taken.write] = taken
    return list(found.values())


def given_back(change: Change, done: Sequence[Done], known: Iterable[TakenBack]) -> list[TakenBack]:
    """What the change does again of what was taken back before: whoever does that wants it after all."""
    again = {
        (one.step.rule, write_of(one.step))
        for one in done
        if _texts(one, "added") & {*change.added} or _texts(one, "removed") & {*change.removed}
    }
    return [taken for taken in known if (taken.rule, taken.write) in again]


def _undone(book: RuleBook, snapshot: Snapshot, change: Change, done: Sequence[Done]) -> Iterator[tuple[Done, str]]:
    approvals = {one.label for one in book.file.approvals}
    for label in change.removed:
        if book.canonical(label) in approvals or _replaced(label, change.added):
            continue
        if book.canonical(label) not in book.stages and (one := _last(done, "added", label)):
            yield one, f"the label '{label}'"
    for label in change.added:
        canonical = book.canonical(label)
        if canonical in approvals or canonical in book.stages or _replaced(label, change.removed):
            continue
        if one := _last(done, "removed", label):
            yield one, f"the removal of '{label}'"
    if moved := _moved_back(book, change, done):
        yield moved
    if "assignees" in change.edited and not snapshot.assignees:
        yield from ((one, "the assignment") for one in done if _texts(one, "assigned"))
    state = {Kind.REOPENED: "opened", Kind.CLOSED: "closed"}.get(change.kind)
    for one in done:
        if state is not None and one.outcome.data.get("state_before") == state:
            yield one, "the closing of the issue" if state == "opened" else "the opening of the issue"


def _moved_back(book: RuleBook, change: Change, done: Sequence[Done]) -> tuple[Done, str] | None:
    """The card is where it was before a rule moved it."""
    left = [label for label in change.removed if book.canonical(label) in book.stages]
    came = [label for label in change.added if book.canonical(label) in book.stages]
    for label in left:
        one = _last(done, "added", label)
        if one is not None and _stages(book, _texts(one, "removed")) == _stages(book, came):
            return one, f"the move to {book.canonical(label)}"
    return None


def _last(done: Sequence[Done], key: str, label: str) -> Done | None:
    """Who wrote this label last, if that write was of this kind."""
    wrote = next((one for one in reversed(done) if label in _texts(one, "added") | _texts(one, "removed")), None)
    return wrote if wrote is not None and label in _texts(wrote, key) else None


def _is_told(book: RuleBook, one: Done) -> bool:
    """A rule of the file that does not take an undoing for an answer of its own kind."""
    rule = next((rule for rule in book.file.rules if rule.name == one.step.rule), None)
    return rule is not None and not rule.repeat_after_undo


def _replaced(label: str, others: Iterable[str]) -> bool:
    scope = label.rpartition("::")[0]
    return bool(scope) and any(other.rpartition("::")[0] == scope for other in others)


def _stages(book: RuleBook, labels: Iterable[str]) -> set[str]:
    return {book.canonical(label) for label in labels if book.canonical(label) in book.stages}


def _texts(one: Done, key: str) -> set[str]:
    value = one.outcome.data.get(key)
    return {str(text) for text in value} if isinstance(value, list | tuple) else set()
