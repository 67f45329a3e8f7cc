"""Occurrences: what happened, in the events of the rule language; and which of it a rule listens for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.domain.change import Change, Kind
from app.domain.item import Person, Snapshot
from app.rules.book import RuleBook
from app.rules.deciding.passage import Passage
from app.rules.model import Event, When
from app.rules.patterns import like_any
from app.rules.reading.commands import asks_for, commands
from app.rules.reading.visible import visible_lines

STAGE_TIMER = "stage/"
"""Timers that the board sets begin so; no rule hears of them."""
_BY_KIND: dict[Kind, Event] = {
    Kind.OPENED: "issue opened",
    Kind.CLOSED: "issue closed",
    Kind.REOPENED: "issue reopened",
    Kind.COMMENTED: "comment",
    Kind.COMMENT_EDITED: "comment edited",
}
_OF_STAGES: tuple[Event, ...] = ("stage entered", "stage left", "move refused", "move warned")
_STATES = {Kind.OPENED: "opened", Kind.REOPENED: "opened", Kind.CLOSED: "closed"}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event, with what the rule language can ask of it."""

    event: Event
    label: str = ""
    origin: str = ""
    target: str = ""
    timer: str = ""
    fact: str = ""
    """Empty: any fact may have changed (triage knows no better)."""
    command: str = ""
    """The words after the bot's name."""
    emoji: str = ""
    text: str = ""
    """What a comment shows."""
    deal: str = ""
    deal_stage: str = ""
    schedule: str = ""
    elsewhere: bool | None = None
    """With *schedule*: whether the item is off the board; None: it is not known (triage)."""

    @property
    def detail(self) -> str:
        """What tells it from others of its kind; empty if nothing does, and for stages."""
        parts = (self.label, self.fact, self.timer, self.command, self.emoji, self.deal, self.schedule)
        return next(filter(None, parts), "")


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened and still holds, and what was told but is no longer so."""

    occurrences: tuple[Occurrence, ...]
    stood_down: tuple[tuple[Occurrence, str], ...]
    """What counts no more, and why."""


def told(book: RuleBook, change: Change, bot: Person | None = None) -> Iterator[Occurrence]:
    """The events that a delivery tells by itself; those of stages and facts need the memory.

    While it is not known who the bot is (``bot`` None), whatever somebody asks of anybody may be a command.
    """
    if change.kind is Kind.EDITED and change.edited:
        yield Occurrence("issue edited")
    elif change.kind is Kind.TIMER and not change.timer.startswith(STAGE_TIMER):
        yield Occurrence("timer", timer=change.timer)
    elif change.kind is Kind.EMOJI:
        yield Occurrence("emoji", emoji=change.emoji)
    elif change.kind is Kind.EMOJI_TAKEN_BACK:
        yield Occurrence("emoji taken back", emoji=change.emoji)
    elif change.kind is Kind.DEAL:
        yield Occurrence("deal event", deal=change.deal, deal_stage=change.extra.get("stage", ""))
    elif change.kind is Kind.SCHEDULE:
        yield Occurrence("schedule", schedule=change.schedule)
    elif change.kind in _BY_KIND:
        yield Occurrence(_BY_KIND[change.kind], text=_shown(change))
    if change.kind is Kind.COMMENTED and change.comment is not None:
        for words in dict.fromkeys(commands(change.comment.body, bot.username if bot else None)):
            yield Occurrence("command", command=words)
    for label in book.canonical_all(change.added):
        yield Occurrence("label added", label=label)
    for label in book.canonical_all(change.removed):
        yield Occurrence("label removed", label=label)


def _shown(change: Change) -> str:
    """A comment without what it quotes, as one line."""
    lines = visible_lines(change.comment.body) if change.comment is not None else ()
    return " ".join(line.strip() for line in lines if not line.lstrip().startswith(">"))


def happened(
    book: RuleBook,
    snapshot: Snapshot,
    change: Change,
    passage: Passage,
    facts_changed: Iterable[str],
    voided: Iterable[str] = (),
) -> Happened:
    """All events of a change that still hold on the item as it is now. ``voided``: approvals that count no more."""
    holding: list[Occurrence] = []
    stood_down: list[tuple[Occurrence, str]] = []
    present = frozenset(book.canonical_all(snapshot.labels))
    for occurrence in _told_to(book, snapshot, change, passage):
        if occurrence.elsewhere:
            # For the rules that pass over what is not on the board.
            stood_down.append((replace(occurrence, elsewhere=False), "stood down: the item is not on the board"))
        reason = _overtaken(occurrence, snapshot, change, passage, present)
        if reason:
            stood_down.append((occurrence, f"stood down: {reason}"))
        else:
            holding.append(occurrence)
    holding += _stage_events(change, passage)
    if passage.ending == "moved on":
        reason = f"stood down: since moved to {passage.stage}"
        stood_down += (
            (Occurrence(event, origin=passage.origin, target=passage.target), reason) for event in _OF_STAGES
        )
    holding += (Occurrence("fact changed", fact=name) for name in facts_changed)
    holding += (Occurrence("approval void", label=label) for label in voided)
    return Happened(tuple(holding), tuple(stood_down))


def _told_to(book: RuleBook, snapshot: Snapshot, change: Change, passage: Passage) -> Iterator[Occurrence]:
    """What was told, without commands if nobody knows the bot's name; of schedules also where the item is."""
    for occurrence in told(book, change, snapshot.bot):
        if occurrence.event == "schedule":
            yield replace(occurrence, elsewhere=not passage.stage)
        elif occurrence.event != "command" or snapshot.bot is not None:
            yield occurrence


def _overtaken(
    occurrence: Occurrence, snapshot: Snapshot, change: Change, passage: Passage, present: frozenset[str]
) -> str:
    """Why an event counts no more; empty if it does."""
    label = occurrence.label
    if occurrence.event == "label added":
        if passage.put_back and label == passage.target:
            return f"the move to {label} is put back"
        return "" if label in present else f"label '{label}' is not on the item any more"
    if occurrence.event == "label removed":
        if passage.put_back and label == passage.origin:
            return f"label '{label}' is put back"
        return f"label '{label}' is on the item again" if label in present else ""
    if occurrence.event == "schedule":
        return "the item is closed" if snapshot.state == "closed" else ""
    state = _STATES.get(change.kind, snapshot.state)
    return "" if state == snapshot.state else f"the item is {snapshot.state} by now"


def _stage_events(change: Change, passage: Passage) -> Iterator[Occurrence]:
    origin, target = passage.origin, passage.target
    if passage.ending == "entered":
        if change.kind is not Kind.OPENED:
            yield Occurrence("stage left", origin=origin, target=target)
        yield Occurrence("stage entered", origin=origin, target=target)
        if passage.judgement is not None and passage.judgement.verdict == "warn":
            yield Occurrence("move warned", origin=origin, target=target)
    elif passage.ending == "refused":
        yield Occurrence("move refused", origin=origin, target=target)


def hears(book: RuleBook, when: When, occurrence: Occurrence) -> bool:
    """Whether the rule means this very occurrence. That it listens for the event has been seen before."""
    event = occurrence.event
    if event == "approval void":
        wanted = when.approval
        return wanted is None or not occurrence.label or like_any(occurrence.label, map(book.canonical, wanted))
    if event in ("label added", "label removed"):
        if when.unknown is not None and when.unknown is book.knows(occurrence.label):
            return False
        return when.label is None or like_any(occurrence.label, map(book.canonical, when.label))
    if event in ("comment", "comment edited"):
        return when.text is None or like_any(occurrence.text, when.text)
    if event == "timer":
        return when.timer is None or like_any(occurrence.timer, when.timer)
    if event == "command":
        return when.command is None or asks_for(occurrence.command, when.command)
    if event in ("emoji", "emoji taken back"):
        return when.emoji is None or like_any(occurrence.emoji, (name.strip(":") for name in when.emoji))
    if event == "deal event":
        meant = when.deal_stage is None or like_any(occurrence.deal_stage, when.deal_stage)
        return meant and (when.deal is None or occurrence.deal in when.deal)
    if event == "schedule":
        here = occurrence.elsewhere is None or occurrence.elsewhere is (when.on_board is False)
        return here and any(str(time) == occurrence.schedule for time in when.at or ())
    if event == "fact changed":
        names = _facts_named(when)
        return not names or not occurrence.fact or occurrence.fact in names
    if event in _OF_STAGES:
        return _same_stage(book, occurrence.origin, when.from_) and _same_stage(book, occurrence.target, when.to)
    return True


def _same_stage(book: RuleBook, stage: str, wanted: Sequence[str] | None) -> bool:
    return wanted is None or any(book.canonical(name) == stage for name in wanted)


def _facts_named(when: When) -> Sequence[str]:
    """The facts whose change the rule waits for; none: any."""
    if when.fact is not None:
        return (when.fact.name,)
    if when.facts is not None:
        test = when.facts
        return (*test.changed, *test.present, *test.missing, *test.unreadable, *test.complete, *test.incomplete)
    return ()
