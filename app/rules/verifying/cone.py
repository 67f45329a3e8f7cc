"""Cone: all that some rules, or some moves, look at in an item. What none of them looks at is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.rules.book import OPEN, RuleBook
from app.rules.duration import Length
from app.rules.model import Condition, FactsTest, Need, Rule, SpanTest
from app.rules.patterns import like
from app.rules.verifying.cast import undecided
from app.rules.verifying.fact_values import Wish

Role = Literal["actor", "author", "assignee", "commenter"]

_MOST_OF_A_PATTERN = 3
"""Labels that stand for all that fit a pattern such as ``TA::*``."""


@dataclass
class Cone:
    """What is looked at. The values say what would please whoever looks first: those are tried first."""

    book: RuleBook
    labels: dict[str, bool] = field(default_factory=dict)
    stages: dict[str, bool] = field(default_factory=dict)
    facts: dict[str, list[Wish]] = field(default_factory=dict)
    changed: dict[str, bool] = field(default_factory=dict)
    """Facts of which it is asked whether they changed just now."""
    people: dict[Role, dict[str, bool]] = field(default_factory=dict)
    unassigned: bool | None = None
    confidential: list[bool] = field(default_factory=list)
    item_types: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    projects: list[str] = field(default_factory=list)
    ages: list[Length] = field(default_factory=list)
    quiets: list[Length] = field(default_factory=list)
    stage_labels: bool = False
    """A stage is asked for by its label, too."""
    blurred: bool = False
    """Something is looked at of which not every case can be tried: what never happens here may happen all the same."""

    @classmethod
    def of_rules(cls, book: RuleBook, rules: Iterable[Rule]) -> Cone:
        """What these rules look at."""
        cone = cls(book)
        cone.label(book.canonical(book.file.board.only), wanted=True)
        for rule in rules:
            cone.condition(rule.when, wanted=True)
            if rule.unless is not None:
                cone.condition(rule.unless, wanted=False)
        return cone

    @classmethod
    def of_needs(cls, book: RuleBook, needs: Iterable[Need], by: Sequence[str]) -> Cone:
        """What these needs of a move look at."""
        cone = cls(book)
        cone.label(book.canonical(book.file.board.only), wanted=True)
        cone._whom("actor", by, wanted=True)
        for need in needs:
            cone._need(need)
        return cone

    def condition(self, condition: Condition, *, wanted: bool) -> None:
        """Add what a condition looks at; ``wanted``: whoever looks would like it to hold."""
        self._labels(condition, wanted)
        for name in condition.stage or ():
            self.stages.setdefault(self.book.canonical(name), wanted)
        if condition.fact is not None:
            self.facts.setdefault(condition.fact.name, []).append((condition.fact, wanted))
        if condition.facts is not None:
            self._facts(condition.facts, wanted=wanted)
        roles: tuple[Role, ...] = ("actor", "author")
        for role in roles:
            self._whom(role, getattr(condition, role) or (), wanted=wanted)
        self._roles(condition.actor or ())
        self._assignee(condition, wanted)
        if condition.on_board is not None:
            self.label(self.book.canonical(self.book.file.board.only), wanted=condition.on_board is wanted)
        if condition.confidential is not None:
            self.confidential.append(condition.confidential is wanted)
        self.item_types += condition.item_type or ()
        self.titles += condition.title or ()
        self.projects += condition.project or ()
        # What fits two patterns at once is not made up; a number and a path may mean one project.
        self.blurred = self.blurred or len(set(self.titles)) > 1 or self._numbered_projects()
        if condition.commented is not None:
            by = condition.commented.by
            self._whom("commenter", [name for name in by if name != "assignee"], wanted=wanted)
            # Whether whoever comments is the one who is assigned is not tried.
            self.blurred = self.blurred or "assignee" in by
        if condition.age is not None:
            self._span(self.ages, condition.age.in_stage)
        if condition.idle is not None:
            self._span(self.quiets, condition.idle)
        for inner in (*(condition.any_of or ()), *(condition.all_of or ())):
            self.condition(inner, wanted=wanted)
        if condition.not_ is not None:
            self.condition(condition.not_, wanted=not wanted)

    def label(self, name: str, *, wanted: bool) -> None:
        """Add a label, by its name or a pattern."""
        for title in labels_like(self.book, name):
            if title in self.book.stages:
                self.stages.setdefault(title, wanted)
                self.stage_labels = True
            else:
                self.labels.setdefault(title, wanted)

    def _labels(self, condition: Condition, wanted: bool) -> None:
        if condition.labels is None:
            return
        for name in (*condition.labels.all, *condition.labels.any):
            self.label(name, wanted=wanted)
        for name in condition.labels.none:
            self.label(name, wanted=not wanted)

    def _facts(self, test: FactsTest, *, wanted: bool) -> None:
        for name in dict.fromkeys((*test.present, *test.missing, *test.unreadable, *test.complete, *test.incomplete)):
            self.facts.setdefault(name, []).append((test, wanted))
        for name in test.changed:
            self.facts.setdefault(name, [])
            self.changed.setdefault(name, wanted)

    def _assignee(self, condition: Condition, wanted: bool) -> None:
        if condition.assignee is None:
            return
        if condition.assignee in ("nobody", ["nobody"]):
            self.unassigned = wanted if self.unassigned is None else self.unassigned
        else:
            self.unassigned = False if self.unassigned is None else self.unassigned
            self._whom("assignee", condition.assignee, wanted=wanted)

    def _whom(self, role: Role, lists: Iterable[str], *, wanted: bool) -> None:
        for name in lists:
            self.people.setdefault(role, {}).setdefault(name, wanted)
        everywhere = {name for lists in self.people.values() for name in lists}
        self.blurred = self.blurred or undecided(self.book, everywhere)

    def _roles(self, names: Iterable[str]) -> None:
        """Whom ``actor`` names by what they are on the item."""
        named = [name for name in names if name not in self.book.file.people]
        for name in named:
            if name in self.book.file.facts:
                self.facts.setdefault(name, [])
            elif name == "assignee":
                self.unassigned = False if self.unassigned is None else self.unassigned
        # Somebody may be the author and in a list, or not: not every mixture is tried.
        self.blurred = self.blurred or bool(named)

    def _span(self, lengths: list[Length], test: SpanTest) -> None:
        found = [length for length in (test.over, test.under) if length is not None]
        lengths += found
        # Between two lengths of a calendar there may be room or none; that is not decided here.
        self.blurred = self.blurred or len(set(lengths)) > 1

    def _numbered_projects(self) -> bool:
        places = [str(self.book.file.projects.get(name, name)) for name in self.projects]
        return len(set(places)) > 1 and any(place.isdigit() for place in places)

    def _need(self, need: Need) -> None:
        for name in need.label or ():
            self.label(name, wanted=True)
        if need.without_label is not None:
            self.label(need.without_label, wanted=False)
        if need.fact is not None:
            definition = self.book.file.facts.get(need.fact)
            key = "complete" if definition is not None and definition.table is not None else "present"
            self.facts.setdefault(need.fact, []).append((FactsTest.model_validate({key: [need.fact]}), True))
        if need.if_ is not None:
            self.condition(need.if_, wanted=True)
        for inner in need.any_of or ():
            self._need(inner)

    def merge(self, other: Cone) -> None:
        """Look also at what another looks at; its wishes come second."""
        for name, wish in other.labels.items():
            self.labels.setdefault(name, wish)
        for name, wish in other.stages.items():
            self.stages.setdefault(name, wish)
        for name, wishes in other.facts.items():
            self.facts.setdefault(name, []).extend(wishes)
        for role, lists in other.people.items():
            self._merge_people(role, lists)
        self.unassigned = other.unassigned if self.unassigned is None else self.unassigned
        self.confidential += other.confidential
        self.item_types += other.item_types
        self.titles += other.titles
        self.projects += other.projects
        self.ages += other.ages
        self.quiets += other.quiets
        self.stage_labels = self.stage_labels or other.stage_labels
        self.blurred = self.blurred or other.blurred

    def _merge_people(self, role: Role, lists: dict[str, bool]) -> None:
        for name, wish in lists.items():
            self._whom(role, (name,), wanted=wish)


def labels_like(book: RuleBook, name: str) -> list[str]:
    """The labels that a name or a pattern stands for; one that fits is made up where the file defines none."""
    canonical = book.canonical(name)
    if "*" not in canonical:
        return [] if canonical == OPEN else [canonical]
    known = [*book.file.labels, *(stage for stage in book.stages if stage != OPEN)]
    found = [title for title in known if like(title, canonical) and "*" not in title]
    made_up = canonical.replace("*", "any")
    # A label of the board's scope that is no stage takes cards off the board: nobody means that by a pattern.
    others = [] if made_up.startswith(f"{book.file.board.scope}::") and found else [made_up]
    return [*found[:_MOST_OF_A_PATTERN], *others]
