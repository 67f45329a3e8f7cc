"""Places: in which projects and groups the rules listen, read off their conditions. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from app.domain.decision import Mode
from app.rules.book import RuleBook
from app.rules.model import Condition, RuleFile

Where = frozenset[str] | None
"""Paths (or numeric ids) of projects and groups; None is anywhere."""


@dataclass(frozen=True, slots=True)
class Listened:
    """Where the rules of a file listen."""

    places: tuple[str, ...]
    """Paths of projects and groups, and numeric ids of projects: those that rules name, and the file's usual one."""
    anywhere: bool
    """Some rule names no place: it also hears of items elsewhere, as far as GitLab tells of them."""


def listened(book: RuleBook) -> Listened:
    """Where the rules that are not off listen. A rule that names no place is at home in the file's usual project."""
    file = book.file
    wheres = [_where(file, rule.when) for rule in file.rules if book.mode(rule) is not Mode.OFF]
    named = {place for where in wheres if where is not None for place in where}
    if file.defaults.project is not None:
        named.add(_place(file, file.defaults.project))
    return Listened(tuple(sorted(named)), anywhere=None in wheres)


def outermost(places: Iterable[str]) -> tuple[str, ...]:
    """Those that lie in no other of them: who lists a group sees its projects, too."""
    different = {place.casefold().strip("/"): place for place in places}.values()
    return tuple(
        sorted(one for one in different if not any(one != other and within(one, other) for other in different))
    )


def within(path: str, place: str) -> bool:
    """Whether it is the place itself, or lies in that group."""
    return (path.casefold().strip("/") + "/").startswith(place.casefold().strip("/") + "/")


def _where(file: RuleFile, condition: Condition) -> Where:
    """Where it can hold, at the most: what is denied and what is an exception narrows nothing down."""
    here: list[Where] = []
    if condition.project is not None:
        here.append(frozenset(_place(file, name) for name in condition.project))
    if condition.any_of is not None:
        here.append(_either([_where(file, inner) for inner in condition.any_of]))
    here += [_where(file, inner) for inner in condition.all_of or ()]
    return reduce(_both, here, None)


def _either(wheres: Iterable[Where]) -> Where:
    found: frozenset[str] = frozenset()
    for where in wheres:
        if where is None:
            return None
        found |= where
    return found


def _both(one: Where, other: Where) -> Where:
    """What lies in both: of a group and a project in it, the project. A path and a number may be the same project."""
    if one is None or other is None:
        return other if one is None else one
    inner = {a for a in one if any(_may_lie_in(a, b) for b in other)}
    return frozenset(inner | {b for b in other if any(_may_lie_in(b, a) for a in one)})


def _may_lie_in(path: str, place: str) -> bool:
    return within(path, place) or path.isdigit() != place.isdigit()


def _place(file: RuleFile, name: str) -> str:
    return str(file.projects.get(name, name)).strip("/")
