"""Replaying: a recorded decision made again by another rule file, and where the two differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.change import Change, Kind
from app.domain.decision import Decision, Mode, Step
from app.rules.book import RuleBook
from app.rules.deciding.board_steps import MOVES
from app.rules.deciding.decide import decide
from app.rules.deciding.triage import triage
from app.rules.trying.seen import Seen, members_then

EXAMPLES = 3
"""As many as are kept for each rule."""
_MOST_BOOKS = 500


@dataclass(frozen=True, slots=True)
class Then:
    """What is needed of a recorded decision."""

    at: datetime
    plan: tuple[Step, ...] = ()
    facts: dict[str, object] = field(default_factory=dict)
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One delivery of history."""

    change: Change
    decision: Then | None = None
    """None: it was set aside unseen, or is not decided yet."""
    seen: Seen | None = None
    """None: it was not looked at, or decided before this was recorded."""


@dataclass(frozen=True, slots=True)
class Example:
    """One decision that comes out otherwise for a rule."""

    item: str
    delivery_id: str
    at: datetime
    happened: str
    was: tuple[str, ...]
    """What the rule did then."""
    would_be: tuple[str, ...]


@dataclass
class OfRule:
    """Decisions in which one rule does something else."""

    more: int = 0
    """It acts where it did not."""
    less: int = 0
    """It does not act where it did."""
    other: int = 0
    """It acts otherwise."""
    examples: list[Example] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All of them."""
        return self.more + self.less + self.other


@dataclass
class Tally:
    """What came of replaying."""

    same: int = 0
    differ: int = 0
    set_aside: int = 0
    """Not looked at then, and not by the draft."""
    newly_wanted: int = 0
    """Not looked at then; the draft would look at the item, and what it would then do can't be known."""
    unrecorded: int = 0
    """Nobody recorded what was seen: a twin of another delivery, or not decided."""
    rules: dict[str, OfRule] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None

    @property
    def decisions(self) -> int:
        """Decisions that were made again."""
        return self.same + self.differ

    def add(self, other: Tally) -> None:
        """Count another part of history, too."""
        for name in ("same", "differ", "set_aside", "newly_wanted", "unrecorded"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for rule, theirs in other.rules.items():
            mine = self.rules.setdefault(rule, OfRule())
            mine.more, mine.less, mine.other = (
                mine.more + theirs.more,
                mine.less + theirs.less,
                mine.other + theirs.other,
            )
            mine.examples = sorted([*mine.examples, *theirs.examples], key=lambda one: one.at)[:EXAMPLES]
        self.first = min((one for one in (self.first, other.first) if one), default=None)
        self.last = max((one for one in (self.last, other.last) if one), default=None)


class Replayer:
    """Decides recorded deliveries again by a draft and counts. ``against``: compare with this file instead of what
    was recorded, where older rule files made the history."""

    def __init__(self, draft: RuleBook, against: RuleBook | None = None) -> None:
        self._draft = draft
        self._against = against
        self._books: dict[tuple[bool, str], RuleBook] = {}
        self.tally = Tally()

    def take(self, records: Iterable[Record]) -> Tally:
        """Count these; the tally so far."""
        for record in records:
            self._take(record)
        return self.tally

    def _take(self, record: Record) -> None:
        tally, then, seen = self.tally, record.decision, record.seen
        if then is None:
            self._set_aside(record.change)
            return
        if seen is None:
            tally.unrecorded += 1
            return
        tally.first = min(tally.first or then.at, then.at)
        tally.last = max(tally.last or then.at, then.at)
        fresh = self._decide(self._draft, record.change, seen, then)
        before: Then | Decision = then
        if self._against is not None:
            before = self._decide(self._against, record.change, seen, then)
        found = differences(before, fresh)
        if not found:
            tally.same += 1
            return
        tally.differ += 1
        for rule, (was, would_be) in found.items():
            self._note(rule, record.change, then.at, was, would_be)

    def _set_aside(self, change: Change) -> None:
        if change.kind is not Kind.OTHER and triage(self._draft, change).wanted:
            self.tally.newly_wanted += 1
        else:
            self.tally.set_aside += 1

    def _decide(self, book: RuleBook, change: Change, seen: Seen, then: Then) -> Decision:
        return decide(self._as_then(book, seen.members), seen.item, change, then.facts, then.at)

    def _as_then(self, book: RuleBook, members: Mapping[str, list[str]]) -> RuleBook:
        """The book with the people of that day. The few forms that occur are kept: each has tables of its own."""
        key = (book is self._draft, json.dumps(members, sort_keys=True))
        if key not in self._books:
            if len(self._books) >= _MOST_BOOKS:
                self._books.clear()
            self._books[key] = book.with_members(members_then(book, members))
        return self._books[key]

    def _note(self, rule: str, change: Change, at: datetime, was: Sequence[str], would_be: Sequence[str]) -> None:
        count = self.tally.rules.setdefault(rule, OfRule())
        if not was:
            count.more += 1
        elif not would_be:
            count.less += 1
        else:
            count.other += 1
        if len(count.examples) < EXAMPLES:
            item = str(change.item) if change.item else ""
            said = Example(item, change.delivery_id, at, _happened(change), tuple(was), tuple(would_be))
            count.examples.append(said)


def differences(before: Then | Decision, after: Decision) -> dict[str, tuple[list[str], list[str]]]:
    """By rule: what only the first plan has, and what only the second has. Order and places in the file don't count."""
    old, new = _steps(before.plan), _steps(after.plan)
    found: dict[str, tuple[list[str], list[str]]] = {}
    for rule in dict.fromkeys((*old, *new)):
        was, would_be = old.get(rule, Counter()), new.get(rule, Counter())
        if was != would_be:
            found[rule] = sorted((was - would_be).elements()), sorted((would_be - was).elements())
    if not found and (before.stage or None) != (after.stage or None):
        found[MOVES] = [f"in {before.stage}"], [f"in {after.stage}"]
    return found


def changed_facts(draft: RuleBook, against: RuleBook) -> list[str]:
    """Facts that the draft reads otherwise or anew: history holds only what the other file read."""
    return [name for name, definition in draft.file.facts.items() if against.file.facts.get(name) != definition]


def _steps(plan: Iterable[Step]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for step in plan:
        mode = "" if step.mode is Mode.LIVE else f" ({step.mode.value})"
        settings = json.dumps(step.params, sort_keys=True, ensure_ascii=False, default=str)
        found.setdefault(step.rule, Counter())[f"{step.action} {settings}{mode}"] += 1
    return found


def _happened(change: Change) -> str:
    who = f" by @{change.actor.username}" if change.actor else ""
    parts = [*(f"+{one}" for one in change.added), *(f"-{one}" for one in change.removed), *sorted(change.edited)]
    detail = change.timer or change.schedule or change.deal or ", ".join(parts)
    return f"{change.kind.value}{who}{f': {detail}' if detail else ''}"
