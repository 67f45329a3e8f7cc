"""What the bot remembers of an item after a decision, and whether the item is private."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from app.domain.change import Change, Kind
from app.domain.item import Memory, Snapshot
from app.rules.book import RuleBook

_TEXT = frozenset({"title", "description"})
_TEXT_KINDS = frozenset({Kind.OPENED, Kind.REOPENED, Kind.COMMENTED, Kind.COMMENT_EDITED})


def private_item(book: RuleBook, snapshot: Snapshot) -> bool:
    """Whether the item must not be named in an open channel, a customer's project or a log."""
    private = book.file.private
    hidden = private.confidential and snapshot.confidential
    return hidden or snapshot.memory.sensitive or carries_private_label(book, snapshot.labels)


def carries_private_label(book: RuleBook, titles: tuple[str, ...]) -> bool:
    """Whether one of the labels makes an item private, in whatever spelling."""
    private = {book.canonical(label).casefold() for label in book.file.private.labels}
    return any(book.canonical(title).casefold() in private for title in titles)


def may_change_facts(change: Change) -> bool:
    """Whether facts are compared and remembered at this change: where text came, or labels moved (then we look anyway).

    An assignment or a timer says nothing about the text, and is not worth reading it.
    """
    return change.kind in _TEXT_KINDS or bool(change.added or change.removed or change.edited & _TEXT)


def changed_facts(memory: Memory, facts: Mapping[str, object]) -> tuple[str, ...]:
    """Names of the facts whose value is not the remembered one, in the rule file's order, then those that went."""
    known = memory.facts
    gone = (name for name in known if name not in facts)
    return (*(name for name, value in facts.items() if known.get(name) != value), *gone)


def remember_sensitivity(book: RuleBook, snapshot: Snapshot, change: Change) -> bool:
    """Whether the item is to be treated as private from now on, because of a label it carries or just carried.

    Removing the label does not lift it in the same event; the next delivery that shows the item without it does.
    """
    if carries_private_label(book, snapshot.labels) or carries_private_label(book, change.removed):
        return True
    told_without = change.labels is not None and not carries_private_label(book, change.labels)
    return snapshot.memory.sensitive and not told_without


def accept_stage(book: RuleBook, memory: Memory, origin: str | None, stage: str, at: datetime | None) -> Memory:
    """The item is in ``stage`` rightfully. ``at`` is None where no delivery has told how it came there."""
    definition = book.stages.get(stage)
    before = None
    if definition is not None and definition.pauses_reminders:
        came_from = book.stages.get(origin or "")
        before = memory.stage_before_hold if came_from is None or came_from.pauses_reminders else origin
    return replace(memory, stage=stage, stage_entered_at=at, stage_before_hold=before, refused=None)
