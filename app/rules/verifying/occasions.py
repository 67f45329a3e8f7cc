"""Occasions: the happenings that a rule may be listening for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from app.rules.book import OPEN, RuleBook
from app.rules.model import Event, Rule, When
from app.rules.patterns import like, like_any
from app.rules.verifying.acting import REMIND
from app.rules.verifying.cone import Cone, labels_like
from app.rules.verifying.happening import SOME_LABEL, Happening, What
from app.rules.verifying.scene import scope_of

_PLAIN: Mapping[Event, What] = {
    "issue opened": "opened",
    "issue closed": "closed",
    "issue reopened": "reopened",
    "issue edited": "edited",
    "comment": "comment",
    "comment edited": "comment edited",
}
_DEALS = ("stage_changed", "closed_won", "closed_lost", "legal_stamped")


@dataclass(frozen=True)
class Occasions:
    """Which happenings concern a rule."""

    book: RuleBook

    @cached_property
    def timers(self) -> frozenset[str]:
        """The timers that rules set."""
        return frozenset(name for rule in self.book.file.rules for name in timers_set(rule))

    @cached_property
    def _deal_stages(self) -> tuple[str, ...]:
        """Stages of the opportunity that rules tell apart, and none."""
        named = (stage for rule in self.book.file.rules for stage in rule.when.deal_stage or ())
        return ("", *dict.fromkeys(map(made_up, named)))

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        """Comments that rules tell apart, and one like any other."""
        named = (text for rule in self.book.file.rules for text in rule.when.text or ())
        return ("", *dict.fromkeys(map(made_up, named)))

    @cached_property
    def _stages(self) -> tuple[str, ...]:
        return tuple(self.book.stages)

    def of(self, rule: Rule) -> tuple[Happening, ...]:
        """All of them; those that the board lists first."""
        found: dict[Happening, None] = {}
        for event in rule.when.event:
            found.update(dict.fromkeys(self._of_event(event, rule)))
        return tuple(found)

    def _of_event(self, event: Event, rule: Rule) -> Iterator[Happening]:
        when = rule.when
        if event in ("comment", "comment edited"):
            texts = [made_up(text) for text in when.text] if when.text else self._texts
            yield from (Happening(_PLAIN[event], text=text) for text in texts)
        elif event in _PLAIN:
            yield Happening(_PLAIN[event])
            if event == "issue opened":
                yield from (Happening("opened", stage) for stage in self._stages if stage != OPEN)
        elif event == "label added":
            yield from self._labels("label added", when, rule)
        elif event == "label removed":
            yield from self._labels("label removed", when, rule)
        elif event == "stage entered":
            targets = self._named(when.to) or self._named(when.stage) or self._stages
            yield from self._moves(self._named(when.from_) or self._stages, targets)
            yield from (Happening("opened", target) for target in targets if target != OPEN)
        elif event == "stage left":
            origins = self._named(when.from_) or self._named(when.stage) or self._stages
            yield from self._moves(origins, self._named(when.to) or self._stages)
        elif event in ("move refused", "move warned"):
            named = self._named(when.stage)
            origins = self._named(when.from_) or (named if event == "move refused" else ()) or self._stages
            yield from self._moves(origins, self._named(when.to) or self._stages)
        elif event == "fact changed":
            yield from self._facts(when)
        elif event == "approval void":
            yield from self._voided(when)
        else:
            yield from self._of_times(event, when)

    def _of_times(self, event: Event, when: When) -> Iterator[Happening]:
        if event == "timer":
            wanted = when.timer
            names = (name for name in sorted(self.timers) if wanted is None or any(like(name, one) for one in wanted))
            yield from (Happening("timer", name) for name in names)
        elif event == "command":
            yield from (Happening("comment", words) for words in when.command or ("help",))
        elif event in ("emoji", "emoji taken back"):
            yield from (Happening(event, name.strip(":").replace("*", "x")) for name in when.emoji or ("thumbsup",))
        elif event == "deal event":
            stages = [made_up(stage) for stage in when.deal_stage] if when.deal_stage else self._deal_stages
            yield from (
                Happening("deal event", name, deal_stage=stage) for name in when.deal or _DEALS for stage in stages
            )
        elif event == "schedule":
            yield from (Happening("schedule", str(time)) for time in when.at or ())

    def _labels(self, what: What, when: When, rule: Rule) -> Iterator[Happening]:
        if when.unknown:
            strangers = [made_up(name) for name in when.label or ("*",)]
            yield from (Happening(what, one) for one in strangers if not self.book.knows(one))
            return
        seen = Cone.of_rules(self.book, [rule]).labels
        wanted = (
            [one for name in when.label for one in labels_like(self.book, name)] if when.label else [*seen, SOME_LABEL]
        )
        for label in dict.fromkeys(wanted):
            if label in self.book.stages:
                yield from self._moves_by_label(what, label)
                continue
            yield Happening(what, label)
            if what == "label added" and label == self.book.canonical(self.book.file.board.only):
                yield Happening("opened")
            if what == "label added":
                others = (one for one in seen if one != label and scope_of(label) and scope_of(one) == scope_of(label))
                yield from (Happening(what, label, instead_of=one) for one in others)
            else:
                others = (one for one in self._family(label) if one != label)
                yield from (Happening("label added", one, instead_of=label) for one in others)

    def _moves_by_label(self, what: What, stage: str) -> Iterator[Happening]:
        if what == "label added":
            yield from self._moves(self._stages, (stage,))
            yield Happening("opened", stage)
        else:
            yield from self._moves((stage,), self._stages)

    def _family(self, label: str) -> Sequence[str]:
        """One other label of the same scope, whose coming takes this one off."""
        scope = scope_of(label)
        return [one for one in self.book.file.labels if scope and scope_of(one) == scope and one != label][:1]

    def _moves(self, origins: Sequence[str], targets: Sequence[str]) -> list[Happening]:
        hops = [(origin, target) for origin in origins for target in targets if origin != target]
        listed = {hop: bool(self.book.moves_between(*hop)) for hop in hops}
        hops.sort(key=lambda hop: not listed[hop])
        first = [Happening("moved", target, origin) for origin, target in hops]
        return first + [Happening("moved", target, origin, again=True) for origin, target in hops]

    def _facts(self, when: When) -> Iterator[Happening]:
        named: list[str] = [when.fact.name] if when.fact is not None else []
        if when.facts is not None and not named:
            test = when.facts
            named = [*test.changed, *test.present, *test.missing, *test.unreadable, *test.complete, *test.incomplete]
        for name in dict.fromkeys(named or list(self.book.file.facts)):
            for what in _TELLING:
                yield Happening(what, fact=name)

    def _voided(self, when: When) -> Iterator[Happening]:
        for approval in self.book.file.approvals:
            if when.approval is not None and not like_any(approval.label, self._named(when.approval)):
                continue
            for name in approval.of:
                yield from (Happening(what, fact=name, voids=approval.label) for what in _TELLING)
            order = list(self.book.stages)
            for origin in self._named(approval.void_when_back_from):
                for move in self._moves((origin,), order[: order.index(origin)]):
                    yield replace(move, voids=approval.label)

    def _named(self, names: Iterable[str] | None) -> tuple[str, ...]:
        return tuple(self.book.canonical(name) for name in names or ())


_TELLING: tuple[What, ...] = ("edited", "comment")
"""How a fact comes to be changed."""


def made_up(pattern: str) -> str:
    """Something that fits."""
    return pattern.replace("*", " any " if " " in pattern or "?" in pattern else "any").strip()


def timers_set(rule: Rule) -> Iterator[str]:
    """Names of the reminders that a rule sets, the second ones too."""
    for entry in rule.do:
        params = entry.get(REMIND) or {}
        name = params.get("name")
        if isinstance(name, str):
            yield name
            if params.get("then"):
                yield f"{name}/then"
