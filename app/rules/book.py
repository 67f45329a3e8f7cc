"""RuleBook: a rule file that was checked and may be used, with what deciding looks up in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from app.domain.decision import Mode, Source, Verdict
from app.rules.calendar import BusinessCalendar
from app.rules.model import Digest, Event, Move, Rule, RuleFile, Stage
from app.rules.patterns import like

OPEN = "Open"
"""The stage of an open item without a stage label: GitLab's own leftmost list, never a label."""


OWN = "the bot did this itself"
"""What is said of a rule that does not ask for the bot's own changes."""
OFF = "its mode is off"
"""What is said of a rule that is switched off."""


@dataclass(frozen=True)
class RuleBook:
    """A rule file in use. Pure data: the members of people lists are looked up by the engine and put in here."""

    file: RuleFile
    path: str = "label_rules.yaml"
    lines: Mapping[str, int] = field(default_factory=dict)
    """Line by dotted path: ``rules.3``, ``rules.3.do.1``, ``board.moves.2``, ``board.stages.4``."""
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Usernames (lower case) by people list. A list missing here could not be read: it is *unknown*, not empty."""
    files: tuple[str, ...] = ()
    """Paths of all files that it was read from, included ones too; none where it was read from a text."""
    stood_aside: Mapping[str, str] = field(default_factory=dict)
    """Rules that turned themselves to shadow, each with the reason; put in by the engine, as ``members`` is."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """The file, by dotted path, of what stands in an included one."""

    def with_members(self, members: Mapping[str, frozenset[str]]) -> RuleBook:
        """The same book with these people in its lists. What it looks up is shared: none of it depends on them."""
        known = replace(self, members=members)
        vars(known).update((name, getattr(self, name)) for name in _LOOK_UPS)
        return known

    def source(self, dotted: str) -> Source:
        """Where a part of the file stands; the nearest enclosing part that has a line."""
        parts = dotted.split(".")
        while parts and ".".join(parts) not in self.lines:
            parts.pop()
        found = ".".join(parts)
        return Source(self.origins.get(found, self.path), self.lines.get(found, 1))

    def mode(self, rule: Rule) -> Mode:
        """The rule's mode, or the file's default; no more than shadow for a rule that stood aside."""
        mode = rule.mode or self.file.defaults.mode
        return Mode.SHADOW if rule.name in self.stood_aside and mode is not Mode.OFF else mode

    def digest_mode(self, digest: Digest) -> Mode:
        """The digest's mode, or the file's default."""
        return digest.mode or self.file.defaults.mode

    @cached_property
    def calendar(self) -> BusinessCalendar:
        """When people work."""
        return BusinessCalendar.from_model(self.file.calendar)

    @cached_property
    def rule_sources(self) -> tuple[Source, ...]:
        """Where each rule stands. Every decision names them all."""
        return tuple(self.source(f"rules.{index}") for index in range(len(self.file.rules)))

    @cached_property
    def modes(self) -> tuple[Mode, ...]:
        """The mode of each rule, in file order."""
        return tuple(self.mode(rule) for rule in self.file.rules)

    @cached_property
    def unconcerned(self) -> tuple[Verdict, ...]:
        """What is said of each rule, in file order, when nothing happened that it listens for."""
        return tuple(
            Verdict(rule.name, source, False, OFF if mode is Mode.OFF else f"no {' or '.join(rule.when.event)}", mode)
            for rule, source, mode in zip(self.file.rules, self.rule_sources, self.modes, strict=True)
        )

    @cached_property
    def own_doing(self) -> tuple[Verdict, ...]:
        """The same when the bot did it, which most rules do not ask for."""
        return tuple(
            verdict if rule.also_own_changes or verdict.mode is Mode.OFF else replace(verdict, reason=OWN)
            for rule, verdict in zip(self.file.rules, self.unconcerned, strict=True)
        )

    @cached_property
    def in_order(self) -> tuple[tuple[int, Rule], ...]:
        """Rules with their index in the file, in the order in which they are tried."""
        return tuple(sorted(enumerate(self.file.rules), key=lambda pair: -pair[1].priority))

    @cached_property
    def _places(self) -> Mapping[Event, frozenset[int]]:
        """Places in ``in_order`` of the rules that are not off, by the events that they listen for."""
        found: dict[Event, set[int]] = {}
        for place, (index, rule) in enumerate(self.in_order):
            if self.modes[index] is not Mode.OFF:
                for event in rule.when.event:
                    found.setdefault(event, set()).add(place)
        return {event: frozenset(places) for event, places in found.items()}

    def concerned_by(self, events: Iterable[Event]) -> list[tuple[int, Rule]]:
        """Rules that are not off and listen for one of the events, with their index, in the order in which they are
        tried."""
        places = frozenset().union(*(self._places.get(event, ()) for event in events))
        return [self.in_order[place] for place in sorted(places)]

    @cached_property
    def listening(self) -> Mapping[Event, tuple[Rule, ...]]:
        """Rules that are not off, by the events that they listen for, in file order."""
        found: dict[Event, tuple[Rule, ...]] = {}
        for rule in self.file.rules:
            if self.mode(rule) is not Mode.OFF:
                for event in dict.fromkeys(rule.when.event):
                    found[event] = (*found.get(event, ()), rule)
        return found

    @cached_property
    def _spelling(self) -> Mapping[str, str]:
        """Canonical title by any accepted spelling, case folded."""
        known: dict[str, str] = {}
        for title, label in self.file.labels.items():
            known.update(_spellings(title, label.also_written))
        for stage in self.file.board.stages:
            if stage.stage != OPEN:
                known.update(_spellings(stage.stage, stage.also_written))
        return known

    def canonical(self, title: str) -> str:
        """The label as the rule file writes it, whatever its case or old form; unknown titles come back unchanged."""
        return self._spelling.get(title.casefold(), title)

    def canonical_all(self, titles: Iterable[str]) -> tuple[str, ...]:
        """``canonical`` of each, without repeats, in order."""
        return tuple(dict.fromkeys(self.canonical(title) for title in titles))

    def knows(self, title: str) -> bool:
        """Whether the file speaks of the label, in whatever spelling; a family such as ``close_qtr::*`` counts."""
        known = title.casefold() in self._spelling or self.canonical(title) == self.file.board.only
        return known or any("*" in family and like(title, family) for family in self.file.labels)

    @cached_property
    def stages(self) -> Mapping[str, Stage]:
        """Stages by name, left to right."""
        return {stage.stage: stage for stage in self.file.board.stages}

    def stage_of(self, titles: Iterable[str]) -> str:
        """The stage that a set of labels means. Of several stage labels the last one named counts; none is ``Open``."""
        found = [title for title in self.canonical_all(titles) if title in self.stages]
        return found[-1] if found else OPEN

    def moves_between(self, origin: str, target: str) -> tuple[tuple[int, Move], ...]:
        """The lines of ``board.moves`` that speak of this move, with their index. ``any`` stands for every stage."""
        return tuple(
            (index, move)
            for index, move in enumerate(self.file.board.moves)
            if (origin in move.from_ or "any" in move.from_) and target in move.to
        )


_LOOK_UPS = tuple(name for name, value in vars(RuleBook).items() if isinstance(value, cached_property))


def _spellings(title: str, also: Iterable[str]) -> dict[str, str]:
    return {spelling.casefold(): title for spelling in (title, *also)}
