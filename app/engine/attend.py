"""``attend(item)``: take the item's undecided deliveries in order, look once, decide, perform, record.

It may be stopped at any instant and run again from the start: what was decided is in the ledger, steps with an outcome
are not performed again, and a step that had its effect but not its record finds what it made (see the port).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import sqlalchemy as sa
import structlog

from app.domain.change import Change, Kind
from app.domain.decision import Decision, Outcome, Result, Step
from app.domain.item import ItemKey, Snapshot
from app.engine import backoff, ledger, remembered
from app.engine.clock import utc_now
from app.engine.discreet import for_the_log, where_it_broke
from app.engine.fights import FIGHT, WINDOW
from app.engine.healing.same import is_found
from app.engine.ledger import Entry, PendingStep
from app.engine.people import Directory
from app.engine.perform import Scene, Tools, gather, mover, moves_the_stage, perform, resumed
from app.engine.remembered import with_what_people_said
from app.engine.rulebook import Rules
from app.engine.standing_aside import StandingAside
from app.engine.trouble import passes
from app.engine.undone import WITHIN as WITHIN_A_DAY
from app.engine.undone import given_back, may_take_back, taken_back
from app.errors import Forbidden, NotFound, NotYet, RateLimited, TryLater
from app.gitlab.budget import bulk
from app.gitlab.port import GitLab
from app.rules.book import RuleBook
from app.rules.deciding.decide import decide_burst
from app.rules.reading.facts import read_facts
from app.rules.trying.seen import Seen, seen_of

log = structlog.get_logger(__name__)

NO_RIGHT_AGAIN_S = 300.0
"""Wait before asking again for an item that the bot's token may not read."""


class Later(Protocol):
    """Schedules another ``attend`` of the item after a time, and keeps the item until then."""

    def __call__(self, item: str, *, delay_s: float, reason: str) -> None: ...


class OnOutcome(Protocol):
    """Told of every step's end, for the metrics."""

    def __call__(self, action: str, result: Result) -> None: ...


class FillGap(Protocol):
    """See ``app/engine/healing/gaps.py``."""

    def __call__(self, book: RuleBook, snapshot: Snapshot, changes: Sequence[Change]) -> bool: ...


@dataclass(frozen=True, slots=True)
class Attend:
    """The workflow's body with what it needs."""

    tools: Tools
    rules: Rules
    directory: Directory
    fresh_gitlab: Callable[[], GitLab]
    """A door to GitLab with an item cache of its own; called once for each look."""
    later: Later
    settle_s: float = 0.2
    believed_s: float = 0.5
    """A look this young is believed when labels are written; an older one is taken again, and costs a call."""
    fill_gap: FillGap = lambda book, snapshot, changes: False  # noqa: ARG005  # a default that looks for none
    """Puts moves that no delivery told into the inbox; True if there were any."""
    aside: StandingAside | None = None
    """Which rules turned themselves to shadow."""
    on_outcome: OnOutcome = lambda action, result: None  # noqa: ARG005  # a default that listens to nobody

    @property
    def _database(self) -> sa.Engine:
        return self.tools.database

    def __call__(self, item: str) -> None:
        """Attend to one item until nothing of it is undecided, or it has to wait."""
        if not ledger.open_entries(self._database, item):
            return
        # A burst (drag, description edit, assign) settles first, so that it is answered by one look; not all that began
        # at one poll of the queue wake at one instant.
        time.sleep(self.settle_s * random.uniform(0.75, 1.25))  # noqa: S311  # it guards nothing
        entries = ledger.open_entries(self._database, item)
        if not entries:
            return
        try:
            with bulk(all(_nobody_waits(entry.change) for entry in entries)):
                self._attend(item, entries)
        except TryLater as error:
            self._try_later(item, entries, error)
        except Exception as error:
            if isinstance(error, sa.exc.SQLAlchemyError) and passes(error):
                raise  # the database is away: whoever called waits for it
            log.error("item.bug", item=item, error=type(error).__name__, where=where_it_broke(error))  # no message
            sentence = f"An error in sowbot ({type(error).__name__}); an operator finds it in the log."
            if max(entry.attempts for entry in entries) + 1 < backoff.MOST_BUGS:
                self._try_later(item, entries, TryLater(sentence))
            else:
                ledger.finish(self._database, [entry.seq for entry in entries], state="parked", summary=sentence)

    def _try_later(self, item: str, entries: Sequence[Entry], error: TryLater) -> None:
        attempts = max(entry.attempts for entry in entries)
        if isinstance(error, RateLimited | NotYet) and error.after_s is not None:
            attempts = 0  # nothing failed: there is a queue, or a time, and it is known
        delay_s = backoff.wait_s(attempts, asked_s=error.after_s, jitter=random.random)
        log.info("item.later", item=item, delay_s=round(delay_s, 1), reason=str(error))
        self.later(item, delay_s=delay_s, reason=str(error))

    def _attend(self, item: str, entries: list[Entry]) -> None:
        gitlab = self.fresh_gitlab()
        looked_at = time.monotonic()
        try:
            snapshot = self._look(gitlab, ItemKey.parse(item))
        except NotFound:
            gone = "The item is gone, or hidden from the bot: nothing can be done for it."
            ledger.finish(self._database, [entry.seq for entry in entries], summary=gone)
            return
        except Forbidden as error:
            raise TryLater(str(error), after_s=NO_RIGHT_AGAIN_S) from error
        book = self._book()
        snapshot = self._heed(book, snapshot, entries)
        if self.fill_gap(book, snapshot, [entry.change for entry in _in_time_order(entries)]):
            entries = ledger.open_entries(self._database, item)
        decided = self._decide(book, snapshot, entries)
        newest = max(entry.seq for entry, _ in decided)
        for entry, decision in decided:
            look = partial(self._look_again, gitlab, snapshot.key, looked_at)
            self._carry_out(Scene(gitlab, book, snapshot, entry.change, decision, newest, look), entry)

    def _look_again(self, gitlab: GitLab, key: ItemKey, looked_at: float) -> Snapshot:
        young = time.monotonic() - looked_at < self.believed_s
        return (gitlab if young else self.fresh_gitlab()).read_item(key)

    def _book(self) -> RuleBook:
        book = self.rules.book
        aside = self.aside.of(book) if self.aside else {}
        if aside:
            book = replace(book, stood_aside=aside)
        return book.with_members(self.directory.members(book.file.people))

    def _heed(self, book: RuleBook, snapshot: Snapshot, entries: Sequence[Entry]) -> Snapshot:
        """The item with what people have just taken back of the bot's writes in its memory: it is not done again."""
        changes = [one.change for one in entries if one.decision is None and may_take_back(one.change, snapshot.bot)]
        if not changes:
            return snapshot
        item, known = str(snapshot.key), list(snapshot.memory.taken_back)
        done = ledger.applied_since(self._database, item, utc_now() - WITHIN_A_DAY)
        for change in changes if done else ():
            for again in given_back(change, done, known):
                remembered.give_back(self._database, item=item, rule=again.rule, write=again.write)
                known.remove(again)
            if taken := taken_back(book, snapshot, change, done):
                remembered.take_back(self._database, item, taken)
                known += taken
                if self.aside:
                    self.aside.look(book, [one.rule for one in taken])
        return replace(snapshot, memory=replace(snapshot.memory, taken_back=tuple(known)))

    def _look(self, gitlab: GitLab, key: ItemKey) -> Snapshot:
        snapshot = gitlab.read_item(key)
        return replace(
            snapshot,
            notes=gitlab.read_notes(key),
            bot=gitlab.whoami(),
            memory=with_what_people_said(self._database, str(key), ledger.recall(self._database, str(key))),
        )

    def _decide(self, book: RuleBook, snapshot: Snapshot, entries: list[Entry]) -> list[tuple[Entry, Decision]]:
        """The entries with their decisions, oldest event first; those decided before a crash keep theirs.

        GitLab sends deliveries side by side, so the order in which they came says nothing."""
        before = [(entry, entry.decision) for entry in entries if entry.decision is not None]
        undecided = [entry for entry in entries if entry.decision is None]
        facts = read_facts(book, snapshot)
        now = utc_now()
        fresh, twins = self._without_twins(undecided, snapshot)
        fresh = _in_time_order(fresh)
        decisions = decide_burst(book, snapshot, [entry.change for entry in fresh], facts, now) if fresh else ()
        last_memory = decisions[-1].memory if decisions else snapshot.memory
        new = [
            *((entry, replace(each, memory=last_memory)) for entry, each in twins),
            *((entry, replace(each, labels=snapshot.labels)) for entry, each in zip(fresh, decisions, strict=True)),
        ]
        if new:
            seen = _seen(book, snapshot, fresh, decisions)
            ledger.record_decisions(self._database, str(snapshot.key), new, seen)
        return [*before, *new]

    def _without_twins(
        self, entries: Sequence[Entry], snapshot: Snapshot
    ) -> tuple[list[Entry], list[tuple[Entry, Decision]]]:
        """Deliveries that say what another said before (a project's and a group's hook) are decided by that one."""
        fresh: list[Entry] = []
        twins: list[tuple[Entry, Decision]] = []
        for entry in entries:
            if twin := ledger.told_before(self._database, entry, snapshot.bot):
                summary = f"The same event came before as delivery {twin}; it was decided there."
                twins.append((entry, Decision(entry.change.delivery_id, utc_now(), summary, memory=snapshot.memory)))
            else:
                fresh.append(entry)
        return fresh, twins

    def _carry_out(self, scene: Scene, entry: Entry) -> None:
        done: list[PendingStep] = []
        left_over = entry.decision is not None  # decided by an attend before this one, which did not get to its end
        # A step that stands down may add one to the plan, which says so.
        while pending := next(iter(ledger.steps_of(self._database, entry.seq)[len(done) :]), None):
            if pending.outcome is None:
                pending = replace(pending, outcome=self._perform(scene, pending, done, left_over=left_over))
                left_over = False
            done.append(pending)
        if done:
            ledger.finish(self._database, [entry.seq], state=_end_state(done))

    def _perform(self, scene: Scene, pending: PendingStep, done: Sequence[PendingStep], *, left_over: bool) -> Outcome:
        began = utc_now()
        try:
            outcome = self._moot(pending, done) or perform(self.tools, scene, pending.step, gather(done))
            outcome = resumed(self.tools, scene, pending.step, outcome) if left_over else outcome
        except NotYet:
            raise
        except TryLater as error:
            ledger.record_failure(self._database, pending, f"failed and retried: {error}")
            raise
        except Exception as error:
            if isinstance(error, sa.exc.SQLAlchemyError) and passes(error):
                raise
            outcome = self._after_bug(pending, error)
        ledger.record_outcome(self._database, pending, outcome, began, then=self._excuse(scene, pending.step, outcome))
        self.on_outcome(pending.step.action, outcome.result)
        log.info(
            "step.done",
            item=str(scene.snapshot.key),
            rule=pending.step.rule,
            action=pending.step.action,
            result=outcome.result.value,
            sentence=for_the_log(scene.book, scene.snapshot, scene.change, outcome.sentence),
        )
        return outcome

    def _moot(self, pending: PendingStep, done: Sequence[PendingStep]) -> Outcome | None:
        """What a rule does after it moved a card speaks of that move: without the move it is not done either."""
        for earlier in done:
            ended = earlier.outcome
            stood_down = ended is not None and (ended.result is Result.STOOD_DOWN or FIGHT in ended.data)
            same_rule = earlier.step.rule == pending.step.rule and pending.step.key != _excuse_key(earlier.step)
            if stood_down and same_rule and moves_the_stage(self.tools, earlier.step):
                return Outcome(Result.STOOD_DOWN, f"Not done, because {earlier.step.action} before it stood down.")
        return None

    def _excuse(self, scene: Scene, step: Step, outcome: Outcome) -> Step | None:
        """A comment for a card that was left alone: whoever moved it shall not wonder what the bot is about to do."""
        if FIGHT in outcome.data:
            return _letting_go(step, outcome)
        stage = moves_the_stage(self.tools, step)
        if outcome.result is not Result.STOOD_DOWN or not stage:
            return None
        values = {"to": stage, "who": mover(self.tools, scene)}
        params: dict[str, object] = {"template": "stood_down", "with": values}
        return replace(step, key=_excuse_key(step), action="comment", params=params)

    def _after_bug(self, pending: PendingStep, error: Exception) -> Outcome:
        """An error of ours: tried again a few times, then parked with the event kept."""
        # Not log.exception: the error's message may quote what people wrote.
        log.error(
            "step.bug",
            action=pending.step.action,
            rule=pending.step.rule,
            attempt=pending.attempts + 1,
            error=type(error).__name__,
            where=where_it_broke(error),
        )
        sentence = f"An error in sowbot ({type(error).__name__}); an operator finds it in the log."
        if pending.attempts + 1 < backoff.MOST_BUGS:
            ledger.record_failure(self._database, pending, sentence)
            raise TryLater(sentence) from error
        return Outcome(Result.RETRYING, sentence + " It was tried several times and is parked.")


def _seen(
    book: RuleBook, snapshot: Snapshot, entries: Sequence[Entry], decisions: Sequence[Decision]
) -> dict[int, Seen]:
    """What each decision looked at: the same item, with the memory that the one before it left."""
    before = [snapshot.memory, *(decision.memory for decision in decisions)]
    return {
        entry.seq: seen_of(book, replace(snapshot, memory=memory), entry.change)
        for entry, memory in zip(entries, before, strict=False)
    }


def _letting_go(step: Step, outcome: Outcome) -> Step | None:
    """A comment that names the rules of a fight, once."""
    rules = outcome.data[FIGHT]
    if outcome.result is not Result.RETRYING or not isinstance(rules, list):
        return None
    minutes = int(WINDOW.total_seconds() // 60)
    params: dict[str, object] = {"template": "parked", "with": {"rules": ", ".join(rules), "minutes": minutes}}
    return replace(step, key=_excuse_key(step), action="comment", params=params)


def _nobody_waits(change: Change) -> bool:
    """Whether it came by the clock or by a sweep, so that people's events go first when GitLab's budget is short."""
    return change.kind is Kind.SCHEDULE or is_found(change)


def _excuse_key(step: Step) -> str:
    return f"{step.key}.stood_down"


def _in_time_order(entries: Sequence[Entry]) -> list[Entry]:
    """By the time of the event; one whose time is unknown stays behind the one that came before it."""
    times: list[float] = []
    for entry in entries:
        known = entry.change.at.timestamp() if entry.change.at is not None else None
        times.append(known if known is not None else (times[-1] if times else float("-inf")))
    return [entry for _, entry in sorted(zip(times, entries, strict=True), key=lambda pair: pair[0])]


def _end_state(done: Sequence[PendingStep]) -> str:
    failed = any(pending.outcome and pending.outcome.result is Result.RETRYING for pending in done)
    return "parked" if failed else "done"
