"""Timers of items: due rows in the database, picked up by a schedule. One that fires becomes an inbox row, once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from app.domain.change import Change, Kind
from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey
from app.engine.clock import from_unix, utc_now
from app.engine.inbox import InboxWriter
from app.engine.tables import timers
from app.handler import ASKED, SNOOZE

MOST_AT_ONCE = 200


class DatabaseTimers:
    """Implements :class:`app.handler.Timers` on the engine's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def set(
        self, item: ItemKey, name: str, due: datetime, *, rule: str, data: Mapping[str, object] | None = None
    ) -> Outcome:
        """Set the timer, or leave it when it is set to this time already."""
        values = {"due_at": due.timestamp(), "rule": rule, "data": json.dumps(data or {}, default=str)}
        same_name = (timers.c.item == str(item)) & (timers.c.name == name)
        with self._engine.begin() as connection:
            known = connection.scalar(sa.select(timers.c.due_at).where(same_name))
            if known == values["due_at"]:
                return Outcome(Result.ALREADY_SO, f"The timer {name} is set to {due:%Y-%m-%d %H:%M} UTC already.")
            connection.execute(timers.delete().where(same_name))
            connection.execute(timers.insert().values(item=str(item), name=name, **values))
        return Outcome(Result.APPLIED, f"Set the timer {name} to {due:%Y-%m-%d %H:%M} UTC.")

    def cancel(self, item: ItemKey, name: str) -> Outcome:
        """Forget it, if it was set. A name ending in ``*`` cancels all that begin so."""
        which = timers.c.name.startswith(name[:-1], autoescape=True) if name.endswith("*") else timers.c.name == name
        with self._engine.begin() as connection:
            gone = connection.execute(timers.delete().where(timers.c.item == str(item), which)).rowcount
        if gone:
            return Outcome(Result.APPLIED, f"Cancelled {gone} timer{'' if gone == 1 else 's'}.")
        return Outcome(Result.ALREADY_SO, "There was no timer to cancel.")

    def snooze(self, item: ItemKey, until: datetime) -> Outcome:
        """Keep the item's timers from coming due before ``until``; see the protocol."""
        return self.set(item, SNOOZE, until, rule="snooze")

    def next_due(self, item: ItemKey) -> tuple[str, datetime] | None:
        """Name and time of the item's next timer."""
        query = sa.select(timers.c.name, timers.c.due_at).where(timers.c.item == str(item))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(timers.c.due_at)).all()
        return next_of({row.name: from_unix(row.due_at) for row in rows})


def next_of(due: Mapping[str, datetime]) -> tuple[str, datetime] | None:
    """The first of an item's timers to come due, with what a snooze holds back."""
    quiet = due.get(SNOOZE)
    held = {
        name: max(at, quiet) if quiet is not None and not name.startswith(ASKED) else at
        for name, at in due.items()
        if name != SNOOZE
    }
    return min(held.items(), key=lambda pair: pair[1], default=None)


def held_back(at: datetime) -> sa.ColumnElement[bool]:
    """Timers that a snooze of their item keeps from coming due at this time: all but those that people asked for."""
    snooze = timers.alias()
    quiet = sa.exists().where(snooze.c.item == timers.c.item, snooze.c.name == SNOOZE, snooze.c.due_at > at.timestamp())
    return quiet & ~timers.c.name.startswith(ASKED, autoescape=True)


def fire_due(engine: sa.Engine, inbox: InboxWriter, now: datetime | None = None) -> int:
    """Turn timers that have come due into inbox rows; how many. A timer and its row change in one transaction."""
    at = now or utc_now()
    which = (timers.c.due_at <= at.timestamp(), ~held_back(at))
    query = sa.select(timers).where(*which).order_by(timers.c.due_at).limit(MOST_AT_ONCE)
    with engine.begin() as connection:
        due = connection.execute(query.with_for_update(skip_locked=True)).all()
        for row in due:
            connection.execute(timers.delete().where(timers.c.item == row.item, timers.c.name == row.name))
        # The end of a snooze is no event: what it held back comes due now.
        told = [_change(row, at) for row in due if row.name != SNOOZE]
        inbox.put_now(connection, told)
    return len(told)


def _change(row: sa.Row[tuple[object, ...]], at: datetime) -> Change:
    name = f"timer:{row.item}:{row.name}:{row.due_at:.3f}"
    return Change(
        delivery_id=name[:200],
        meaning=hashlib.sha256(name.encode()).hexdigest()[:32],
        kind=Kind.TIMER,
        hook="timer",
        item=ItemKey.parse(row.item),
        at=at,
        timer=row.name,
        extra={key: str(value) for key, value in json.loads(row.data).items()},
    )
