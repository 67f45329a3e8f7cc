"""World: one imagined item, and the bot that looks at it until nothing more comes of it.

It does what the engine does, without its database: changes that wait are decided by one look, in order; plans are
performed by the real handlers; what they wrote comes back as deliveries of the bot's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.domain.change import Change, Kind
from app.domain.decision import Decision, Outcome, Result, Step
from app.domain.item import ItemKey, Memory, Snapshot
from app.engine.digests import tell
from app.engine.perform import allowed, carry_out, remembering
from app.errors import NotYet, TryLater
from app.gitlab.imagined import ImaginedGitLab
from app.handler import Context, Earlier, Handler, Templates
from app.rules.book import RuleBook
from app.rules.calendar import BusinessCalendar
from app.rules.deciding.decide import decide_burst
from app.rules.deciding.triage import triage
from app.rules.duration import Length
from app.rules.reading.facts import read_facts
from app.rules.trying.deeds import Happening, came_due, commented, relabelled
from app.trying.doors import ImaginedChannels, ImaginedRecords, ImaginedTimers, OneItemBoard

MOST_ROUNDS = 12
"""Looks after which what has begun is taken to go on for ever."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One change, what was decided, and how each step of the plan ended."""

    change: Change
    decision: Decision
    before: Snapshot
    """The item as it was decided upon."""
    ends: tuple[tuple[Step, Outcome], ...]


@dataclass
class World:
    """The item's surroundings. ``members`` of people lists are in the book."""

    book: RuleBook
    handlers: Mapping[str, Handler]
    templates: Templates
    gitlab: ImaginedGitLab
    key: ItemKey
    memory: Memory
    now: datetime
    set_facts: Mapping[str, object] = field(default_factory=dict)
    """Facts that hold whatever the text says."""
    channels: ImaginedChannels = field(default_factory=ImaginedChannels)
    timers: ImaginedTimers = field(default_factory=ImaginedTimers)
    records: ImaginedRecords = field(default_factory=ImaginedRecords)
    turns: list[Turn] = field(default_factory=list)
    at_rest: bool = True
    """False: the last deed led to more and more changes, and was cut short."""
    _serial: int = 0

    @property
    def item(self) -> Snapshot:
        """The item now, comments and memory included."""
        said, taken = tuple(self.records.said), tuple(self.records.taken)
        memory = replace(self.memory, approvals=said, taken_back=taken)
        return replace(self.gitlab.whole(self.key), bot=self.gitlab.whoami(), memory=memory)

    def name(self) -> str:
        """A name for the next delivery."""
        self._serial += 1
        return f"imagined-{self._serial}"

    def happens(self, happening: Happening) -> None:
        """Something was done to the item: let the bot answer until nothing more comes of it."""
        self.gitlab.put(happening.snapshot)
        self.memory = happening.snapshot.memory
        waiting: Sequence[Change] = [happening.change]
        for _ in range(MOST_ROUNDS):
            waiting = self._look(waiting)
            if not waiting:
                return
        self.at_rest = False

    def goes_off(self, timer: str, when: datetime) -> None:
        """A timer comes due."""
        self.go_to(when)
        found = self.timers.take(timer)
        self.happens(came_due(self.item, timer, dict(found.data) if found else {}, when, self.name()))

    def tells(self, digest: str) -> None:
        """The time of a digest comes. The item is all there is on the board."""
        found = next(one for one in self.book.file.digests if one.name == digest)
        board, memories = OneItemBoard(self.item), {self.key: self.memory}
        tell(self.book, found, board, memories, self.channels, self.templates, moment=self.now, now=self.now)

    def until(self, when: datetime) -> None:
        """Time goes by, and timers go off on the way."""
        while (first := self.timers.next_due(self.key)) and first[1] <= when:
            self.goes_off(*first)
        self.go_to(when)

    def wait(self, length: Length) -> None:
        """This much time goes by, counted in the rule file's calendar."""
        self.until(BusinessCalendar.from_model(self.book.file.calendar).add(self.now, length))

    def go_to(self, when: datetime) -> None:
        """It is ``when`` now, or later if it was later."""
        self.now = self.gitlab.now = max(self.now, when)

    def _look(self, changes: Sequence[Change]) -> list[Change]:
        """Decide the changes by one look, and carry the plans out. What came of it is to be looked at next."""
        seen = self.item
        facts = {**read_facts(self.book, seen), **self.set_facts}
        decisions = decide_burst(self.book, seen, changes, facts, self.now)
        self.memory = decisions[-1].memory
        echoes: list[Change] = []
        for change, decision in zip(changes, decisions, strict=True):
            made: dict[str, object] = {}
            ends: list[tuple[Step, Outcome]] = []
            for step in decision.plan:
                before = self.item
                outcome = self._perform(seen, change, decision, step, made)
                if outcome.data:
                    made[step.action] = outcome.data
                ends.append((step, outcome))
                echoes += self._echoes(before, self.item)
            self.turns.append(Turn(change, decision, seen, tuple(ends)))
            self.records.past.append(Earlier(change, decision, tuple(ends)))
        return [echo for echo in echoes if self._wanted(echo)]

    def _perform(
        self, seen: Snapshot, change: Change, decision: Decision, step: Step, made: Mapping[str, object]
    ) -> Outcome:
        handler = self.handlers.get(step.action)
        if handler is None:
            return Outcome(Result.REFUSED, f"There is no action called {step.action!r}.")
        if not allowed(step.mode, handler):
            return Outcome(Result.SHADOWED, f"Mode {step.mode.value}: {step.action} was not performed.")
        context = Context(
            gitlab=self.gitlab,
            templates=self.templates,
            channels=self.channels,
            timers=self.timers,
            records=self.records,
            book=self.book,
            snapshot=remembering(seen, decision),
            change=change,
            step=step,
            facts=decision.facts,
            stage=decision.stage,
            now=self.now,
            decision_url="",
            made=made,
        )
        try:
            return _in_its_time(handler, context)
        except TryLater as error:
            return Outcome(Result.RETRYING, str(error))

    def _echoes(self, before: Snapshot, after: Snapshot) -> list[Change]:
        """What GitLab would tell of the bot's own step."""
        me = self.gitlab.whoami()
        told: list[Change] = []
        if before.labels != after.labels or before.assignees != after.assignees:
            edited = frozenset({"assignees"}) if before.assignees != after.assignees else frozenset[str]()
            change = relabelled(before, after.labels, me, self.now, self.name()).change
            told.append(replace(change, edited=edited))
        if before.state != after.state:
            kind = Kind.CLOSED if after.state == "closed" else Kind.REOPENED
            change = relabelled(after, after.labels, me, self.now, self.name()).change
            told.append(replace(change, kind=kind))
        old = {note.id for note in before.notes or ()}
        for note in after.notes or ():
            if note.id not in old:
                told.append(commented(before, note.body, me, self.now, self.name()).change)
        return told

    def _wanted(self, echo: Change) -> bool:
        """As the inbox sieves the bot's own deliveries."""
        listening = any(rule.also_own_changes for rule in self.book.file.rules)
        return listening and triage(self.book, echo).wanted


def _in_its_time(handler: Handler, context: Context) -> Outcome:
    """What has to wait is done at the time for which it waits: nothing else happens meanwhile."""
    try:
        return carry_out(handler, context)
    except NotYet as error:
        return carry_out(handler, replace(context, now=context.now + timedelta(seconds=error.after_s or 0)))
