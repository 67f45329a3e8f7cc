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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.change import Change
from app.engine.clock import utc_now
from app.engine.records import change_json, dump
from app.engine.tables import inbox
from app.errors import TryLater
from app.webhook.delivery import Delivery
from app.webhook.normalise import BUG

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 500
"""Deliveries in one transaction at the most."""
MOST_WAITING = 20_000
"""Deliveries held in memory before new ones are turned away (the sender logs them as failed, and they are healed)."""


class Enqueue(Protocol):
    """Puts ``attend(item)`` into the engine's queue, inside the caller's transaction."""

    def __call__(self, connection: sa.Connection, item: str, *, delay_s: float = 0) -> None: ...


Triage = Callable[[Change], tuple[bool, str]]
"""Whether any rule may want the change, and why not."""


class _Waiting:
    """A delivery on its way, and where its answer goes."""

    __slots__ = ("answer", "change", "loop", "unread")

    def __init__(self, delivery: Delivery, loop: asyncio.AbstractEventLoop) -> None:
        self.change = delivery.change
        # Kept only where reading failed by an error of ours: a mended version can read it again.
        self.unread = delivery.body if delivery.change.remark.startswith(BUG) else None
        self.loop = loop
        self.answer: asyncio.Future[bool] = loop.create_future()


@dataclass(frozen=True, slots=True)
class _Stop:
    """Tells the writer to end."""


class InboxWriter:
    """Stores deliveries. ``start`` before use; ``stop`` commits what is waiting and ends."""

    def __init__(self, engine: sa.Engine, *, triage: Triage, enqueue: Enqueue) -> None:
        self._engine = engine
        self._triage = triage
        self._enqueue = enqueue
        self._queue: queue.SimpleQueue[_Waiting | _Stop] = queue.SimpleQueue()
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
        waiting = _Waiting(delivery, asyncio.get_running_loop())
        self._queue.put(waiting)
        return await waiting.answer

    def put_now(
        self, connection: sa.Connection, changes: Sequence[Change], unread: Mapping[str, bytes] | None = None
    ) -> set[str]:
        """Store changes inside a transaction of the caller; the ids that were new. ``unread``: bodies by delivery."""
        fresh = _not_stored_yet(connection, changes)
        if not fresh:
            return set()
        now = utc_now().timestamp()
        judged = [(change, *self._triage(change)) for change in fresh.values()]
        connection.execute(
            insert_ignoring_known(connection, inbox),
            [
                _row(change, wanted=wanted, reason=reason, now=now, unread=(unread or {}).get(change.delivery_id))
                for change, wanted, reason in judged
            ],
        )
        for item in dict.fromkeys(str(change.item) for change, wanted, _ in judged if wanted and change.item):
            self._enqueue(connection, item)
        return set(fresh)

    def _run(self) -> None:
        while True:
            batch, more = self._gather()
            if batch:
                self._store(batch)
            if not more:
                return

    def _gather(self) -> tuple[list[_Waiting], bool]:
        """What waits now, at least one; False when asked to stop."""
        batch: list[_Waiting] = []
        entry = self._queue.get()
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
            with self._engine.begin() as connection:
                unread = {waiting.change.delivery_id: waiting.unread for waiting in batch if waiting.unread}
                fresh = self.put_now(connection, [waiting.change for waiting in batch], unread)
        except sa.exc.SQLAlchemyError as error:
            log.exception("inbox.store_failed", deliveries=len(batch))
            _answer(batch, TryLater(f"The delivery could not be stored: {type(error).__name__}."))
            return
        _answer(batch, fresh)


def insert_ignoring_known(connection: sa.Connection, table: sa.Table) -> Any:
    """An INSERT that skips rows whose key is there: another replica may have stored the same delivery meanwhile."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


def _row(change: Change, *, wanted: bool, reason: str, now: float, unread: bytes | None) -> dict[str, object]:
    return {
        "delivery_id": change.delivery_id,
        "meaning": change.meaning,
        "item": str(change.item) if change.item else None,
        "kind": change.kind.value,
        "state": "waiting" if wanted else "done",
        "change": dump(change_json, change),
        "received_at": now,
        "finished_at": None if wanted else now,
        "summary": "" if wanted else reason,
        "unread": unread,
    }


def _not_stored_yet(connection: sa.Connection, changes: Sequence[Change]) -> dict[str, Change]:
    """The first of each id that the inbox does not hold."""
    first: dict[str, Change] = {}
    for change in changes:
        first.setdefault(change.delivery_id, change)
    known = connection.scalars(sa.select(inbox.c.delivery_id).where(inbox.c.delivery_id.in_(list(first))))
    for delivery_id in known:
        del first[delivery_id]
    return first


def _answer(batch: list[_Waiting], outcome: set[str] | TryLater) -> None:
    """Give every waiting request its answer, with one wake-up for each event loop."""
    told: set[str] = set()
    answers: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[bool], bool | TryLater]]] = {}
    for waiting in batch:
        value: bool | TryLater
        if isinstance(outcome, TryLater):
            value = outcome
        else:
            value = waiting.change.delivery_id in outcome - told
            told.add(waiting.change.delivery_id)
        answers.setdefault(waiting.loop, []).append((waiting.answer, value))
    for loop, results in answers.items():
        # A loop that closed meanwhile has nobody waiting any more; the deliveries are stored all the same.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve, results)


def _resolve(results: list[tuple[asyncio.Future[bool], bool | TryLater]]) -> None:
    for future, value in results:
        if future.done():
            continue
        if isinstance(value, TryLater):
            future.set_exception(value)
        else:
            future.set_result(value)
