"""Imagine: an issue that is only described, and the people around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.domain.item import ItemKey, Memory, Note, Person, Snapshot
from app.rules.book import OPEN, RuleBook
from app.rules.deciding.remember import accept_stage
from app.rules.reading.facts import read_facts, told_internally
from app.rules.trying.written import BOT, Deed, Given

NOW = datetime(2026, 6, 9, 17, 0, tzinfo=UTC)
"""A Tuesday, ten in the morning in California."""
KEY = ItemKey(1, 7)
THE_BOT = Person("sowbot", 1, "sowbot")
A_DAY = timedelta(days=1)
_PEOPLE_FROM = 100


class Cast:
    """Who is who: names become people with ids, and people lists get members."""

    def __init__(self, book: RuleBook, given: Given, deeds: Iterable[Deed]) -> None:
        self._lists = book.file.people
        self._ids: dict[str, int] = {}
        named = [given.author, *(one.by for one in given.comments), *(name for deed in deeds for name in deed.by or ())]
        self.members = _members(book, given.people, [name for name in named if name in self._lists])

    def person(self, name: str) -> Person:
        """Who a name of the test stands for; without one, somebody in no list."""
        if name == BOT:
            return THE_BOT
        username = _stand_in(name) if name in self._lists else name or "somebody"
        return Person(username, self._ids.setdefault(username.casefold(), _PEOPLE_FROM + len(self._ids)))


def _members(
    book: RuleBook, written: Mapping[str, Iterable[str]], stand_ins: Iterable[str]
) -> dict[str, frozenset[str]]:
    """Everybody who is in a list: its own users, those the test names, and one to stand for each list.

    The stand-in is there even when nobody speaks of the list, because an empty list would count as unknown.
    """
    found: dict[str, frozenset[str]] = {}
    for name, people in book.file.people.items():
        members = {*people.users, *written.get(name, ())}
        if name in stand_ins or not members:
            members.add(_stand_in(name))
        found[name] = frozenset(one.casefold() for one in members)
    return found


def _stand_in(people: str) -> str:
    """Username of an imagined member of a people list."""
    return f"one.of.{people.replace('_', '.')}"


def imagine_item(book: RuleBook, given: Given, stage: str, cast: Cast) -> Snapshot:
    """The issue as it is before anything happens, with what the bot would remember of it."""
    now = given.at or NOW
    made = now - 30 * A_DAY
    project = given.project or book.file.defaults.project
    snapshot = Snapshot(
        key=KEY,
        id=1000 + KEY.iid,
        project_path=str(book.file.projects.get(project, project)) if project else "group/project",
        title=given.title,
        description=given.description,
        state="closed" if given.closed else "opened",
        labels=_labels(book, given, stage),
        author=cast.person(given.author),
        assignees=tuple(cast.person(name) for name in given.assignees),
        web_url="https://gitlab.example/imagined/7",
        created_at=made,
        updated_at=now - A_DAY,
        confidential=given.confidential,
        item_type=given.item_type,
        closed_at=now - A_DAY if given.closed else None,
        notes=tuple(
            Note(number, one.text, cast.person(one.by), made + timedelta(minutes=number))
            for number, one in enumerate(given.comments, start=1)
        ),
        bot=THE_BOT,
    )
    return replace(snapshot, memory=settled_memory(book, snapshot, now - A_DAY))


def settled_memory(book: RuleBook, snapshot: Snapshot, since: datetime) -> Memory:
    """What the bot remembers of an issue of which it has seen everything, and which is where it belongs."""
    labels = book.canonical_all(snapshot.labels)
    on_board = book.canonical(book.file.board.only) in labels
    facts, internal = read_facts(book, snapshot), told_internally(book, snapshot)
    memory = replace(snapshot.memory, facts=facts, internal_facts=internal, closed=snapshot.state == "closed")
    return accept_stage(book, memory, None, book.stage_of(snapshot.labels), since) if on_board else memory


def _labels(book: RuleBook, given: Given, stage: str) -> tuple[str, ...]:
    board = (book.file.board.only,) if given.on_board else ()
    return tuple(dict.fromkeys((*board, *given.labels, *(() if stage == OPEN else (stage,)))))
