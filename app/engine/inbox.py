"""The durable inbox: one writer thread commits whatever arrived meanwhile in one transaction, then answers.

One fsync is shared by all deliveries that came while the last one ran, which makes ``synchronous=FULL`` cost next to
nothing under load. Triage happens in the same transaction: what no rule can want is recorded as done at once, the rest
enqueues ``attend(item)``.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any, Protocol

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.change import Change
from app.engine.clock import utc_now
from app.engine.place import place_of
from app.engine.records import change_json, dump
from app.engine.tables import inbox
from app.engine.trouble import problem_of
from app.errors import TryLater
from app.webhook.delivery import Delivery
from app.webhook.normalise import BUG

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 500
"""Deliveries in one transaction at the most."""
LINGER_S = 0.001
"""Under load the writer waits this long for company: a transaction costs as much as twenty rows in one."""
MOST_WAITING = 20_000
"""Deliveries held in memory before new ones are turned away (the sender logs them as failed, and they are healed)."""
ANSWER_WITHIN_S = 8.0
"""GitLab gives up after ten seconds. What is stored later is not lost, and not stored twice when it comes again."""
TRIES = 2
"""Of a transaction: on PostgreSQL a connection may have been cut, or two processes store the same deliveries."""


class Enqueue(Protocol):
    """Puts ``attend(item)`` into the engine's queue, inside the caller's transaction."""

    def __call__(self, connection: sa.Connection, item: str, *, delay_s: float = 0) -> None: ...


Triage = Callable[[Change], tuple[bool, str]]
"""Whether any rule may want the change, and why not."""


class _Waiting:
    """A delivery on its way: its row, and where its answer goes."""

    __slots__ = ("answer", "loop", "row")

    def __init__(self, row: dict[str, Any], loop: asyncio.AbstractEventLoop) -> None:
        self.row = row
        self.loop = loop
        self.answer: asyncio.Future[bool] = loop.create_future()


@dataclass(frozen=True, slots=True)
class _Stop:
    """Tells the writer to end."""


class InboxWriter:
    """Stores deliveries. ``start`` before use; ``stop`` commits what is waiting and ends."""

    def __init__(
        self, engine: sa.Engine, *, triage: Triage, enqueue: Enqueue, knows: Callable[[str], bool] = lambda _: False
    ) -> None:
        """``knows``: whether an ``X-Gitlab-Event-UUID`` is a mark of the bot's own writes."""
        self._engine = engine
        self._knows = knows
        self._triage = triage
        self._enqueue = enqueue
        self._statement, self._bind = _insert_ignoring_known(engine)
        self._queue: queue.SimpleQueue[_Waiting | _Stop] = queue.SimpleQueue()
        self.problem: str | None = None
        """Why the last deliveries could not be stored; None if they could."""
        self._thread = threading.Thread(target=self._run, name="inbox-writer", daemon=True)

    def start(self) -> None:
        """Begin storing."""
        self._thread.start()

    def stop(self) -> None:
        """Commit what is waiting and end."""
        self._queue.put(_Stop())
        self._thread.join(timeout=30)

    async def put(self, delivery: Delivery) -> bool:
        """Store it; returns after the commit. False: this delivery was stored before.

        Raises TryLater when it can't be stored now, so that the sender keeps it in its log."""
        if self._queue.qsize() > MOST_WAITING:
            raise TryLater("Too many deliveries are waiting to be stored.")
        # Judged and written out here rather than in the writer: two threads at Python work only hinder each other.
        unread = delivery.body if delivery.change.remark.startswith(BUG) else None
        waiting = _Waiting(self._row(delivery.change, unread), asyncio.get_running_loop())
        self._queue.put(waiting)
        limit = waiting.loop.call_later(ANSWER_WITHIN_S, _too_late, waiting.answer)
        try:
            return await waiting.answer
        finally:
            limit.cancel()

    def put_now(self, connection: sa.Connection, changes: Sequence[Change]) -> None:
        """Store changes inside a transaction of the caller."""
        self._insert(connection, [self._row(change) for change in changes])

    def _row(self, change: Change, unread: bytes | None = None) -> dict[str, Any]:
        """``unread`` is the body, where reading it failed by an error of ours: a mended version can read it again."""
        if change.echo_of and self._knows(change.echo_of):
            change = replace(change, marked=True)
        wanted, reason = self._triage(change)
        return {
            "delivery_id": change.delivery_id,
            "meaning": change.meaning,
            "item": place_of(change),
            "kind": change.kind.value,
            "state": "waiting" if wanted else "done",
            "change": dump(change_json, change),
            "summary": "" if wanted else reason,
            "unread": unread,
        }

    def _insert(self, connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> set[str]:
        """Insert them and enqueue their items; the ids that were not there before."""
        if not rows:
            return set()
        now = utc_now().timestamp()
        for row in rows:
            row["received_at"] = now
            row["finished_at"] = now if row["state"] == "done" else None
        done = connection.exec_driver_sql(
            self._statement, [self._bind(row) for row in rows], execution_options={"preserve_rowcount": True}
        )
        for item in dict.fromkeys(row["item"] for row in rows if row["state"] == "waiting" and row["item"]):
            self._enqueue(connection, item)
        names = {row["delivery_id"] for row in rows}
        if done.rowcount == len(rows):
            return names
        # Some were there: those of this very instant are the new ones.
        fresh = sa.select(inbox.c.delivery_id).where(inbox.c.delivery_id.in_(names), inbox.c.received_at == now)
        return set(connection.scalars(fresh))

    def _run(self) -> None:
        crowded = False
        while True:
            batch, more = self._gather(linger=crowded)
            crowded = len(batch) > 1
            if batch:
                self._store(batch)
            if not more:
                return

    def _gather(self, *, linger: bool) -> tuple[list[_Waiting], bool]:
        """What waits now, at least one; False when asked to stop."""
        batch: list[_Waiting] = []
        entry = self._queue.get()
        if linger:
            time.sleep(LINGER_S)
        while True:
            if isinstance(entry, _Stop):
                return batch, False
            batch.append(entry)
            if len(batch) >= MOST_AT_ONCE:
                return batch, True
            try:
                entry = self._queue.get_nowait()
            except queue.Empty:
                return batch, True

    def _store(self, batch: list[_Waiting]) -> None:
        try:
            fresh = self._commit(batch)
        except sa.exc.SQLAlchemyError as error:
            self.problem = problem_of(error)
            log.error("inbox.store_failed", deliveries=len(batch), problem=self.problem)  # no trace is wanted
            _answer(batch, TryLater(f"The delivery could not be stored: {self.problem}."))
            return
        self.problem = None
        _answer(batch, fresh)

    def _commit(self, batch: list[_Waiting]) -> set[str]:
        rows = [waiting.row for waiting in batch]
        for _ in range(TRIES - 1):
            with contextlib.suppress(sa.exc.OperationalError), self._engine.begin() as connection:
                return self._insert(connection, rows)
        with self._engine.begin() as connection:
            return self._insert(connection, rows)


_COLUMNS = (
    *("delivery_id", "meaning", "item", "kind", "state", "change"),
    *("received_at", "finished_at", "summary", "unread"),
)


def _insert_ignoring_known(engine: sa.Engine) -> tuple[str, Callable[[dict[str, Any]], Any]]:
    """An INSERT that skips rows whose key is there, since another replica may have stored the same delivery meanwhile:
    as the driver's own text, with what turns a row into its parameters. It is the hottest statement there is."""
    dialect = postgresql if engine.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(inbox).on_conflict_do_nothing()
    compiled = statement.compile(dialect=engine.dialect, column_keys=_COLUMNS)
    if compiled.positiontup is None:
        return str(compiled), dict
    order = itemgetter(*compiled.positiontup)
    return str(compiled), order


def _answer(batch: list[_Waiting], outcome: set[str] | TryLater) -> None:
    """Give every waiting request its answer, with one wake-up for each event loop."""
    answers: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[bool], bool | TryLater]]] = {}
    for waiting in batch:
        value: bool | TryLater
        if isinstance(outcome, TryLater):
            value = outcome
        elif value := waiting.row["delivery_id"] in outcome:
            outcome.discard(waiting.row["delivery_id"])  # a twin in the same batch is not new any more
        answers.setdefault(waiting.loop, []).append((waiting.answer, value))
    for loop, results in answers.items():
        # A loop that closed meanwhile has nobody waiting any more; the deliveries are stored all the same.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve, results)


def _too_late(answer: asyncio.Future[bool]) -> None:
    if not answer.done():
        answer.set_exception(TryLater(f"The delivery could not be stored within {ANSWER_WITHIN_S:g} seconds."))


def _resolve(results: list[tuple[asyncio.Future[bool], bool | TryLater]]) -> None:
    for future, value in results:
        if future.done():
            continue
        if isinstance(value, TryLater):
            future.set_exception(value)
        else:
            future.set_result(value)
