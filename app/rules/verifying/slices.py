"""Slices: the rule book with only some of its rules. The others do not change what those decide, and cost time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from app.domain.decision import Mode
from app.rules.actions import ActionSpec, Effects
from app.rules.book import RuleBook
from app.rules.loading.located import Path
from app.rules.loading.problems import Severity
from app.rules.model import Rule
from app.rules.verifying.acting import Theatre
from app.rules.verifying.budget import Budget
from app.rules.verifying.cast import members_of
from app.rules.verifying.chain import Follower
from app.rules.verifying.cone import Cone
from app.rules.verifying.happening import Happening
from app.rules.verifying.occasions import Occasions
from app.rules.verifying.verified import Finding, FindingKind


@dataclass
class Inquiry:
    """One rule book under verification, with what all questions share."""

    given: RuleBook
    actions: Mapping[str, ActionSpec]
    budget: Budget
    findings: list[Finding] = field(default_factory=list)
    looping: set[int] = field(default_factory=set)
    """Rules that are in a loop: what else they do to each other is the same fault once more."""
    _occasions: dict[int, tuple[Happening, ...]] = field(default_factory=dict)

    @cached_property
    def book(self) -> RuleBook:
        """The whole book, with everybody that stories tell of in its people lists."""
        return self.given.with_members(members_of(self.given))

    @cached_property
    def theatre(self) -> Theatre:
        """Where steps are acted out."""
        return Theatre(self.book, self.actions)

    @cached_property
    def whole(self) -> Follower:
        """Decides by all rules."""
        return Follower(self.book, self.theatre)

    @cached_property
    def rules(self) -> tuple[tuple[int, Rule], ...]:
        """Rules that are not off, with their index."""
        return tuple((i, rule) for i, rule in enumerate(self.book.file.rules) if self.book.mode(rule) is not Mode.OFF)

    @cached_property
    def writing(self) -> tuple[tuple[int, Rule], ...]:
        """Rules whose mode lets them change the item."""
        return tuple((i, rule) for i, rule in self.rules if self.book.mode(rule) is Mode.LIVE)

    def slice(self, indices: Iterable[int]) -> Follower:
        """Decides by these rules only."""
        kept = sorted(set(indices))
        file, lines, origins = self.book.file, dict(self.book.lines), dict(self.book.origins)
        for new, old in enumerate(kept):
            lines[f"rules.{new}"] = self.book.source(f"rules.{old}").line
            origins[f"rules.{new}"] = self.book.source(f"rules.{old}").file
        part = file.model_copy(update={"rules": [file.rules[index] for index in kept]})
        book = replace(self.book, file=part, lines=lines, origins=origins)
        return Follower(book, Theatre(book, self.actions, self.theatre.known))

    def occasions(self, index: int) -> tuple[Happening, ...]:
        """The happenings that may concern a rule."""
        if index not in self._occasions:
            self._occasions[index] = self._all.of(self.book.file.rules[index])
        return self._occasions[index]

    @cached_property
    def _all(self) -> Occasions:
        return Occasions(self.book)

    @property
    def timers(self) -> frozenset[str]:
        """The timers that rules set."""
        return self._all.timers

    def cone(self, indices: Iterable[int]) -> Cone:
        """What these rules look at."""
        return Cone.of_rules(self.book, [self.book.file.rules[index] for index in indices])

    def steps(self, index: int) -> list[tuple[int, str, dict[str, object], Effects]]:
        """A rule's actions: number, name, parameters and effects."""
        found = []
        for number, entry in enumerate(self.book.file.rules[index].do):
            action, params = next(iter(entry.items()))
            found.append((number, action, dict(params or {}), self.theatre.effects(action, dict(params or {}))))
        return found

    def rule_words(self, index: int) -> str:
        """``rule 'x' (line 40)``."""
        source = self.book.source(f"rules.{index}")
        elsewhere = f"{source.file}, " if source.file != self.book.path else ""
        return f"rule '{self.book.file.rules[index].name}' ({elsewhere}line {source.line})"

    def find(
        self, kind: FindingKind, path: Path, message: str, story: Iterable[str] = (), *, error: bool = False
    ) -> None:
        """Put something among the findings."""
        source = self.book.source(".".join(map(str, path)))
        severity: Severity = "error" if error else "warning"
        self.findings.append(Finding(severity, kind, path, source, message, tuple(story)))
