"""Cast: who may act in a story. One person for every way of being in some of the people lists and not in others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from app.domain.item import Person
from app.rules.book import RuleBook
from app.rules.verifying.scene import NOBODY_SPECIAL

_MOST_LISTS = 3
"""Of more lists than that, not every mixture is tried: somebody of each, of all, and of none."""


def people_of(book: RuleBook, lists: Sequence[str], *, wanted: bool) -> list[Person]:
    """Those whom these lists tell apart; members first if that is ``wanted``, else outsiders."""
    groups = [name for name in lists if _has_group(book, name)]
    sizes = range(len(groups) + 1) if len(groups) <= _MOST_LISTS else (0, 1, len(groups))
    found = [somebody(mixture) for size in sizes for mixture in combinations(groups, size)]
    users = [user for name in lists if name in book.file.people for user in book.file.people[name].users]
    found += [Person(user) for user in dict.fromkeys(users)]
    return found[::-1] if wanted else found


def somebody(lists: Iterable[str]) -> Person:
    """A person who is in these lists and in no other."""
    names = sorted(lists)
    return Person(f"somebody of {' and '.join(names)}") if names else NOBODY_SPECIAL


def members_of(book: RuleBook) -> Mapping[str, frozenset[str]]:
    """The members of every list: those whom it names, and everybody whose name says so."""
    groups = [name for name in book.file.people if _has_group(book, name)]
    found: dict[str, frozenset[str]] = {}
    for name, people in book.file.people.items():
        named = {user.casefold() for user in people.users}
        found[name] = frozenset(named) if name not in groups else _Members(name, named)
    return found


def undecided(book: RuleBook, lists: Iterable[str]) -> bool:
    """Whether some mixture of these lists was left out: users who may also be in a group, or too many groups."""
    named = list(lists)
    groups = [name for name in named if _has_group(book, name)]
    users = [name for name in named if name in book.file.people and book.file.people[name].users]
    return len(groups) > _MOST_LISTS or (bool(groups) and bool(users) and len(set(groups) | set(users)) > 1)


def _has_group(book: RuleBook, name: str) -> bool:
    return name in book.file.people and book.file.people[name].group is not None


class _Members(frozenset[str]):
    """The members of a group, of whom only this is known: the story's own people say of themselves where they belong.

    A set rather than a list of names, because every mixture of every list would be exponentially many names.
    """

    _list: str

    def __new__(cls, name: str, named: Iterable[str]) -> _Members:
        made = super().__new__(cls, {*named, somebody([name]).username.casefold()})
        made._list = name.casefold()
        return made

    def __contains__(self, username: object) -> bool:
        if super().__contains__(username):
            return True
        head, _, lists = str(username).partition("somebody of ")
        return not head and self._list in lists.split(" and ")
