"""Activity: when a person last did something to an item. What the bot wrote there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.change import Change, Kind
from app.domain.item import Memory, Person, Snapshot

_OF_PEOPLE = frozenset(
    {
        *(Kind.OPENED, Kind.EDITED, Kind.CLOSED, Kind.REOPENED),
        *(Kind.COMMENTED, Kind.COMMENT_EDITED, Kind.EMOJI, Kind.EMOJI_TAKEN_BACK),
    }
)
_BUSY = timedelta(minutes=10)
"""How long after a decision the bot may still be writing; an update in that time tells of no person."""


def notice(memory: Memory, change: Change, *, own: bool, now: datetime) -> Memory:
    """The memory with the change's time, if a person made it."""
    if own or change.kind not in _OF_PEOPLE:
        return memory
    at = change.at or now
    return memory if memory.active_at is not None and at <= memory.active_at else replace(memory, active_at=at)


def last_activity(snapshot: Snapshot) -> datetime:
    """When somebody last did something to the item.

    GitLab's ``updated_at`` counts everything, the bot's own notes too. It is believed unless the bot was just writing;
    then what is known of people counts: their newest comment, the last change of theirs that was looked at.
    """
    acted = snapshot.memory.acted_at
    if acted is None or snapshot.updated_at > acted + _BUSY:
        return snapshot.updated_at
    return max(_known(snapshot))


def _known(snapshot: Snapshot) -> Iterator[datetime]:
    yield snapshot.created_at
    if snapshot.memory.active_at is not None:
        yield snapshot.memory.active_at
    bot = snapshot.bot
    yield from (note.created_at for note in snapshot.notes or () if bot is None or not same_person(note.author, bot))


def comments_of_people(snapshot: Snapshot) -> Iterator[tuple[str, datetime]]:
    """Username and time of each comment that the bot did not write, oldest first."""
    bot = snapshot.bot
    for note in snapshot.notes or ():
        if bot is None or not same_person(note.author, bot):
            yield note.author.username, note.created_at


def same_person(one: Person, other: Person) -> bool:
    """By id, and by name only where an id is not known."""
    if one.id is not None and other.id is not None:
        return one.id == other.id
    return one.username.casefold() == other.username.casefold()
