"""Whether two changes tell the same event, though one was told by GitLab and the other found by healing. Pure.

A found change cannot carry the meaning of the delivery that was lost: the delivery's own hash covers fields that no API
gives back. So the two are recognised by what they say, by whom and when.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.change import Change, Kind
from app.domain.item import Person

FOUND = "sweep:"
"""Delivery ids of found changes begin so."""
CLOSE = timedelta(seconds=2)
"""The label history is written just after the item is saved, and old versions tell whole seconds."""


def is_found(change: Change) -> bool:
    """Whether healing made the change, rather than a delivery."""
    return change.delivery_id.startswith(FOUND)


def own_test(change: Change, bot: Person | None) -> bool:
    """Whether it is the delivery for which the bot had a hook tested: GitLab sends its newest issue as if whoever asked
    had just filed it. So it says nothing of the opening, which may have been missed."""
    if change.kind is not Kind.OPENED or change.actor is None or bot is None or bot.id is None:
        return False
    return change.actor.id == bot.id and change.filed_by not in (None, bot.id)


def same_event(newer: Change, older: Change) -> bool:
    """Whether both tell one event; ``newer`` was stored after ``older``.

    Of two real deliveries only openings are compared: an item opens once.
    """
    if newer.item != older.item or newer.kind is not older.kind:
        return False
    if newer.kind is Kind.OPENED:
        return True
    if is_found(newer) == is_found(older):
        return False
    if newer.comment is not None and older.comment is not None:
        return newer.kind is Kind.COMMENTED and newer.comment.id == older.comment.id
    if newer.kind in (Kind.EDITED, Kind.REOPENED) and not moves(newer) and not moves(older):
        return _late(newer, older)
    return near(newer.at, older.at) and same_person(newer.actor, older.actor) and same_moves(newer, older)


def _late(told: Change, found: Change) -> bool:
    """A delivery came after healing had found that the item was edited or reopened at some time up to ``found.at``."""
    if is_found(told) or later(told.at, found.at):
        return False
    return told.kind is Kind.REOPENED or (bool(told.edited) and told.edited <= found.edited)


def moves(change: Change) -> bool:
    """Whether it moves a label."""
    return bool(change.added or change.removed)


def same_moves(one: Change, other: Change) -> bool:
    """The same labels came and went; as many of them, where one was renamed between the two tellings."""
    titles = set(one.added) == set(other.added) and set(one.removed) == set(other.removed)
    return titles or (len(one.added), len(one.removed)) == (len(other.added), len(other.removed))


def same_person(one: Person | None, other: Person | None) -> bool:
    """Unknown people may be anybody."""
    if one is None or other is None or one.id is None or other.id is None:
        return True
    return one.id == other.id


def near(one: datetime | None, other: datetime | None) -> bool:
    """Both times are known and close."""
    return one is not None and other is not None and abs(one - other) <= CLOSE


def later(one: datetime | None, other: datetime | None) -> bool:
    """``one`` is certainly later."""
    return one is not None and other is not None and one - other > CLOSE
