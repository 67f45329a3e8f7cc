"""Cases: every item and every person that some rules can tell apart, each with one thing that happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise, product

from app.domain.change import Change
from app.domain.item import Person
from app.rules.book import OPEN, RuleBook
from app.rules.deciding.view import View
from app.rules.duration import Length
from app.rules.model import FactDef, Rule
from app.rules.verifying.budget import MOST_CASES, Budget
from app.rules.verifying.cast import people_of
from app.rules.verifying.cone import Cone, Role
from app.rules.verifying.fact_values import values_of
from app.rules.verifying.happening import BY_TIME, KEEPS_QUIET, Happening
from app.rules.verifying.hope import Hope
from app.rules.verifying.scene import BOT, ELSEWHERE, NOBODY_SPECIAL, NOW, Setting, World, scope_of

_LONG_AGO = timedelta(days=4000)
_DAYS = {
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1,
    "week": 7,
    "month": 31,
    "business hour": 1 / 6,
    "business day": 2,
}
"""At most so many days is one of a unit, roughly."""


@dataclass(frozen=True, slots=True)
class Case:
    """An item, and what happens to it."""

    before: World
    world: World
    setting: Setting
    happening: Happening
    actor: Person | None
    change: Change


@dataclass
class Cases:
    """All cases of a cone, those first that please whoever looks; ``complete`` says at the end whether it was all."""

    cone: Cone
    happenings: Sequence[Happening]
    budget: Budget
    bot_too: bool = False
    """The bot itself may be who does it."""
    without: frozenset[str] = frozenset()
    """Labels that no item carries."""
    hope: Hope | None = None
    """Leaves out the cases in which its rules can't fire."""
    complete: bool = field(default=False, init=False)

    def __iter__(self) -> Iterator[Case]:
        count = 0
        by_labels = None if self.hope is None or self.cone.stage_labels else self.hope
        for world, setting, stage, actor, known in self._items():
            for happening in self.happenings:
                if self.budget.took() or count > MOST_CASES:
                    return
                case = _case(world, setting, stage, happening, None if happening.what in BY_TIME else actor)
                if case is None or (by_labels and known and not by_labels.left(known, case.world.labels)):
                    continue
                count += 1
                self.budget.cases += 1
                yield case
        self.complete = not self.cone.blurred

    def _items(self) -> Iterator[tuple[World, Setting, str, Person, View | None]]:
        cone, book = self.cone, self.cone.book
        labels = _label_choices({one: wish for one, wish in cone.labels.items() if one not in self.without})
        facts = [values_of(name, book.file.facts.get(name, _TEXT), wishes) for name, wishes in cone.facts.items()]
        stale = [frozenset(cone.changed), frozenset[str]()] if cone.changed else [frozenset[str]()]
        scenery = product(
            stale,
            _since(cone.ages),
            _since(cone.quiets),
            _titles(cone),
            _projects(cone),
            list(dict.fromkeys([*cone.item_types, "Issue", "Task"])) if cone.item_types else ["Issue"],
            list(dict.fromkeys([*cone.confidential, False, True])) if cone.confidential else [False],
            self._assignees(),
            list(product(self._people("author"), self._commenters(), self._actors())),
        )
        places = list(product(self._stages(), *labels))
        for old, age, quiet, title, project, kind, secret, assignees, (author, commenters, actor) in scenery:
            for told in product(*facts):
                setting = Setting(told, author, assignees, commenters, secret, kind, title, project)
                known = self.hope.view(setting, actor) if self.hope is not None else None
                if self.hope is not None and known is not None and not self.hope.left(known):
                    if self.budget.took():
                        return
                    continue
                for stage, *chosen in places:
                    carried = frozenset(label for label in chosen if label is not None)
                    yield World(carried, since=NOW - age, quiet=quiet, stale=old), setting, stage or OPEN, actor, known

    def _stages(self) -> list[str | None]:
        """Stages that conditions name, and one that they do not."""
        wished = sorted(self.cone.stages, key=lambda one: not self.cone.stages[one])
        others = [one for one in self.cone.book.stages if one not in self.cone.stages]
        first = [*wished, *others[:1]] if any(self.cone.stages.values()) else [*others[:1], *wished]
        return [*first]

    def _people(self, role: Role) -> list[Person]:
        lists = self.cone.people.get(role, {})
        if not lists:
            return [NOBODY_SPECIAL]
        found = people_of(self.cone.book, list(lists), wanted=any(lists.values()))
        by_role = any(name not in self.cone.book.file.people for name in lists)
        return [*found, STRANGER] if by_role else found

    def _actors(self) -> list[Person]:
        return self._people("actor") + ([BOT] if self.bot_too else [])

    def _commenters(self) -> list[tuple[Person, ...]]:
        lists = self.cone.people.get("commenter", {})
        somebody: list[tuple[Person, ...]] = [(person,) for person in self._people("commenter")] if lists else []
        return [*somebody, ()] if any(lists.values()) else [(), *somebody]

    def _assignees(self) -> list[tuple[Person, ...]]:
        if self.cone.unassigned is None:
            return [()]
        somebody: list[tuple[Person, ...]] = [(person,) for person in self._people("assignee")]
        return [(), *somebody] if self.cone.unassigned else [*somebody, ()]


STRANGER = Person("somebody else")
"""Neither the author nor an assignee, and named nowhere."""
_TEXT = FactDef(line="a line")
"""What a fact is that the file does not define; loading has told of it."""


def groups(
    book: RuleBook, rules: Iterable[Rule], happenings: Iterable[Happening]
) -> list[tuple[Cone, list[Happening]]]:
    """The happenings with what has to be known for them: of a move also what its line on the board asks for."""
    looking = list(rules)
    found: dict[tuple[str, str], list[Happening]] = {}
    for one in happenings:
        hop = (
            (one.origin or OPEN, one.subject)
            if one.what == "moved" or (one.what == "opened" and one.subject)
            else ("", "")
        )
        found.setdefault(hop, []).append(one)
    made: list[tuple[Cone, list[Happening]]] = []
    for (origin, target), members in found.items():
        cone = Cone.of_rules(book, looking)
        if target:
            add_move(cone, book, origin, target)
        made.append((cone, members))
    return made


def add_move(cone: Cone, book: RuleBook, origin: str, target: str) -> None:
    """Look also at what the board asks for on a move."""
    for _, move in book.moves_between(origin, target):
        cone.merge(Cone.of_needs(book, move.needs, move.by or ()))
    guards = [name for move in book.file.board.moves if target in move.to for name in move.by or ()]
    cone.merge(Cone.of_needs(book, (), guards))


def _case(world: World, setting: Setting, stage: str, happening: Happening, actor: Person | None) -> Case | None:
    labels = world.labels
    label = happening.subject
    if happening.what == "label added":
        if label in labels or any(scope_of(label) and scope_of(one) == scope_of(label) for one in labels):
            return None
        labels |= {happening.instead_of} - {""}
    elif happening.what == "label removed":
        if any(one != label and scope_of(label) and scope_of(one) == scope_of(label) for one in labels):
            return None
        labels |= {label}
    if happening.what not in ("moved", "opened"):
        labels |= {stage} - {OPEN}
    quiet = world.quiet if happening.what in KEEPS_QUIET else timedelta()
    closed = happening.what == "reopened"
    item = replace(world, labels=labels, accepted=stage, quiet=quiet, closed=closed)
    after, change = happening.told(item, setting, actor)
    if happening.what == "moved":
        item = replace(item, labels=labels | ({happening.origin} - {OPEN}), accepted=happening.origin)
    return Case(item, after, setting, happening, actor, change)


def _label_choices(wishes: dict[str, bool]) -> list[list[str | None]]:
    """For each scope the label that is carried, for each label without a scope whether it is."""
    scopes: dict[str, list[str]] = {}
    for label in wishes:
        scopes.setdefault(scope_of(label) or f" {label}", []).append(label)
    choices: list[list[str | None]] = []
    for labels in scopes.values():
        wanted: list[str | None] = [label for label in labels if wishes[label]]
        choices.append([*wanted, None, *(label for label in labels if not wishes[label])])
    return choices


def _since(lengths: Sequence[Length]) -> list[timedelta]:
    """Times ago that the lengths tell apart: before and after all of them, at each, and between two neighbours."""
    at = sorted({timedelta(days=length.amount * _DAYS[length.unit]) for length in lengths})
    between = [(one + other) / 2 for one, other in pairwise(at)]
    return [_LONG_AGO, timedelta(), *at, *between] if lengths else [timedelta()]


def _titles(cone: Cone) -> list[str]:
    fitting = [pattern.replace("*", "Some words") for pattern in cone.titles]
    return list(dict.fromkeys([*fitting, "A title"]))


def _projects(cone: Cone) -> list[tuple[int, str]]:
    places = [cone.book.file.projects.get(name, name) for name in cone.projects]
    found = [
        (int(place), "by/its-number") if isinstance(place, int) or place.isdigit() else (ELSEWHERE[0], place)
        for place in places
    ]
    return list(dict.fromkeys([*found, ELSEWHERE]))
