"""Seen: what a decision looked at, kept beside it so that it can be decided again. Texts are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.domain.change import Change
from app.domain.item import Snapshot
from app.rules.book import RuleBook
from app.rules.reading.activity import same_person

OTHERS = "…"
"""Stands for members of a people list who had no part in the change: no username has this character."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The item without description and comments (what they say is in the decision's facts), and who was in what list.

    Of the comments each person's newest is kept, without its text: idleness is counted from it, and who has commented.
    """

    item: Snapshot
    """Its memory is the one that the decision began with."""
    members: dict[str, list[str]] = field(default_factory=dict)
    """By people list: those concerned who were in it, lower case, and ``OTHERS`` where it had more. A list that could
    not be read is missing."""


def seen_of(book: RuleBook, snapshot: Snapshot, change: Change) -> Seen:
    """What is to be kept of one look."""
    bot = snapshot.bot
    of_people = [note for note in snapshot.notes or () if bot is None or not same_person(note.author, bot)]
    newest = {note.author.username.casefold(): replace(note, body="") for note in of_people}
    authors = [note.author for note in newest.values()]
    people = [snapshot.author, *snapshot.assignees, *authors, *([change.actor] if change.actor else [])]
    concerned = {person.username.casefold() for person in people}
    members = {
        name: [*sorted(concerned & known), *([OTHERS] if known - concerned else [])]
        for name, known in book.members.items()
    }
    return Seen(replace(snapshot, description="", notes=tuple(newest.values())), members)


def members_then(book: RuleBook, recorded: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    """The people lists of ``book`` as they were: by group as recorded, by users as the file has them.

    A list with a group that was not recorded stays unknown.
    """
    found: dict[str, frozenset[str]] = {}
    for name, people in book.file.people.items():
        users = frozenset(user.casefold() for user in people.users)
        if people.group is None:
            found[name] = users
        elif name in recorded:
            found[name] = users | frozenset(recorded[name])
    return found
