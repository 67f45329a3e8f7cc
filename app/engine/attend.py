"""``attend(item)``: take the item's undecided deliveries in order, look once, decide, perform, record.

It may be stopped at any instant and run again from the start: what was decided is in the ledger, steps with an outcome
are not performed again, and a step that had its effect but not its record finds what it made (see the port).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import sqlalchemy as sa
import structlog

from app.domain.decision import Decision, Outcome, Result
from app.domain.item import ItemKey, Memory, Snapshot
from app.engine import backoff, ledger
from app.engine.clock import utc_now
from app.engine.ledger import Entry, PendingStep
from app.engine.people import Directory
from app.engine.perform import Scene, Tools, gather, perform
from app.engine.rulebook import Rules
from app.errors import Forbidden, NotFound, TryLater
from app.gitlab.port import GitLab
from app.rules.book import RuleBook
from app.rules.deciding.decide import decide_burst
from app.rules.reading.facts import read_facts

log = structlog.get_logger(__name__)

NO_RIGHT_AGAIN_S = 300.0
"""Wait before asking again for an item that the bot's token may not read."""


class Later(Protocol):
    """Schedules another ``attend`` of the item after a time, and keeps the item until then."""

    def __call__(self, item: str, *, delay_s: float, reason: str) -> None: ...


class OnOutcome(Protocol):
    """Told of every step's end, for the metrics."""

    def __call__(self, action: str, result: Result) -> None: ...


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
    on_outcome: OnOutcome = lambda action, result: None  # noqa: ARG005  # a default that listens to nobody

    @property
    def _database(self) -> sa.Engine:
        return self.tools.database

    def __call__(self, item: str) -> None:
        """Attend to one item until nothing of it is undecided, or it has to wait."""
        if not ledger.open_entries(self._database, item):
            return
        # A burst (drag, description edit, assign) settles first, so that it is answered by one look.
        time.sleep(self.settle_s)
        entries = ledger.open_entries(self._database, item)
        if not entries:
            return
        try:
            self._attend(item, entries)
        except TryLater as error:
            self._try_later(item, entries, reason=str(error), asked_s=error.after_s)
        except Exception as error:
            log.exception("item.bug", item=item)
            sentence = f"An error in sowbot ({type(error).__name__}); an operator finds it in the log."
            if max(entry.attempts for entry in entries) + 1 < backoff.MOST_BUGS:
                self._try_later(item, entries, reason=sentence, asked_s=None)
            else:
                ledger.finish(self._database, [entry.seq for entry in entries], state="parked", summary=sentence)

    def _try_later(self, item: str, entries: Sequence[Entry], *, reason: str, asked_s: float | None) -> None:
        attempts = max(entry.attempts for entry in entries)
        delay_s = backoff.wait_s(attempts, asked_s=asked_s, jitter=random.random)
        log.info("item.later", item=item, delay_s=round(delay_s, 1), reason=reason)
        self.later(item, delay_s=delay_s, reason=reason)

    def _attend(self, item: str, entries: list[Entry]) -> None:
        gitlab = self.fresh_gitlab()
        try:
            snapshot = self._look(gitlab, ItemKey.parse(item))
        except NotFound:
            gone = "The item is gone, or hidden from the bot: nothing can be done for it."
            ledger.finish(self._database, [entry.seq for entry in entries], summary=gone)
            return
        except Forbidden as error:
            raise TryLater(str(error), after_s=NO_RIGHT_AGAIN_S) from error
        book = self._book()
        decided = self._decide(book, snapshot, entries)
        for entry, decision in decided:
            self._carry_out(Scene(gitlab, book.file, snapshot, entry.change, decision, decided[-1][0].seq), entry)

    def _book(self) -> RuleBook:
        book = self.rules.book
        return replace(book, members=self.directory.members(book.file.people))

    def _look(self, gitlab: GitLab, key: ItemKey) -> Snapshot:
        snapshot = gitlab.read_item(key)
        return replace(
            snapshot,
            notes=gitlab.read_notes(key),
            bot=gitlab.whoami(),
            memory=ledger.recall(self._database, str(key)),
        )

    def _decide(self, book: RuleBook, snapshot: Snapshot, entries: list[Entry]) -> list[tuple[Entry, Decision]]:
        """The entries with their decisions, in order; those decided before a crash keep theirs."""
        before = [(entry, entry.decision) for entry in entries if entry.decision is not None]
        undecided = [entry for entry in entries if entry.decision is None]
        facts = read_facts(book, snapshot)
        now = utc_now()
        fresh, twins = self._without_twins(undecided, snapshot.memory)
        decisions = decide_burst(book, snapshot, [entry.change for entry in fresh], facts, now) if fresh else ()
        new = sorted([*zip(fresh, decisions, strict=True), *twins], key=lambda pair: pair[0].seq)
        if new:
            last_memory = decisions[-1].memory if decisions else snapshot.memory
            new[-1] = (new[-1][0], replace(new[-1][1], memory=last_memory))
            ledger.record_decisions(self._database, str(snapshot.key), new)
        return [*before, *new]

    def _without_twins(
        self, entries: Sequence[Entry], memory: Memory
    ) -> tuple[list[Entry], list[tuple[Entry, Decision]]]:
        """Deliveries that say what another said before (a project's and a group's hook) are decided by that one."""
        fresh: list[Entry] = []
        twins: list[tuple[Entry, Decision]] = []
        for entry in entries:
            if twin := ledger.same_meaning(self._database, entry):
                summary = f"The same event came before as delivery {twin}; it was decided there."
                twins.append((entry, Decision(entry.change.delivery_id, utc_now(), summary, memory=memory)))
            else:
                fresh.append(entry)
        return fresh, twins

    def _carry_out(self, scene: Scene, entry: Entry) -> None:
        done: list[PendingStep] = []
        for pending in ledger.steps_of(self._database, entry.seq):
            if pending.outcome is None:
                pending = replace(pending, outcome=self._perform(scene, pending, gather(done)))
            done.append(pending)
        if done:
            ledger.finish(self._database, [entry.seq], state=_end_state(done))

    def _perform(self, scene: Scene, pending: PendingStep, made: dict[str, object]) -> Outcome:
        began = utc_now()
        try:
            outcome = perform(self.tools, scene, pending.step, made)
        except TryLater as error:
            ledger.record_failure(self._database, pending, f"failed and retried: {error}")
            raise
        except Exception as error:
            outcome = self._after_bug(pending, error)
        ledger.record_outcome(self._database, pending, outcome, began)
        self.on_outcome(pending.step.action, outcome.result)
        log.info(
            "step.done",
            item=str(scene.snapshot.key),
            rule=pending.step.rule,
            action=pending.step.action,
            result=outcome.result.value,
            sentence=outcome.sentence,
        )
        return outcome

    def _after_bug(self, pending: PendingStep, error: Exception) -> Outcome:
        """An error of ours: tried again a few times, then parked with the event kept."""
        log.exception("step.bug", action=pending.step.action, rule=pending.step.rule, attempt=pending.attempts + 1)
        sentence = f"An error in sowbot ({type(error).__name__}); an operator finds it in the log."
        if pending.attempts + 1 < backoff.MOST_BUGS:
            ledger.record_failure(self._database, pending, sentence)
            raise TryLater(sentence) from error
        return Outcome(Result.RETRYING, sentence + " It was tried several times and is parked.")


def _end_state(done: Sequence[PendingStep]) -> str:
    failed = any(pending.outcome and pending.outcome.result is Result.RETRYING for pending in done)
    return "parked" if failed else "done"
