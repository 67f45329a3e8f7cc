"""Timers of items: due rows in the database, picked up by a schedule. One that fires becomes an inbox row, once.

While an item is on hold its timers stand still: they are rows of another table, with the working time that was left.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.domain.change import Change, Kind
from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey
from app.engine.clock import from_unix, utc_now
from app.engine.inbox import InboxWriter
from app.engine.tables import resting_timers, timers
from app.handler import ASKED, SNOOZE, Pending, stands_still
from app.rules.calendar import BusinessCalendar

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
        same_name = _called(timers, item, name)
        with self._engine.begin() as connection:
            connection.execute(resting_timers.delete().where(_called(resting_timers, item, name)))
            known = connection.scalar(sa.select(timers.c.due_at).where(same_name))
            if known == values["due_at"]:
                return Outcome(Result.ALREADY_SO, f"The timer {name} is set to {due:%Y-%m-%d %H:%M} UTC already.")
            connection.execute(timers.delete().where(same_name))
            connection.execute(timers.insert().values(item=str(item), name=name, **values))
        return Outcome(Result.APPLIED, f"Set the timer {name} to {due:%Y-%m-%d %H:%M} UTC.")

    def cancel(self, item: ItemKey, name: str) -> Outcome:
        """Forget it, if it was set. A name ending in ``*`` cancels all that begin so."""
        with self._engine.begin() as connection:
            gone = sum(
                connection.execute(table.delete().where(_called(table, item, name))).rowcount
                for table in (timers, resting_timers)
            )
        return _told(gone, "Cancelled", "There was no timer to cancel.")

    def snooze(self, item: ItemKey, until: datetime) -> Outcome:
        """Keep the item's timers from coming due before ``until``; see the protocol."""
        return self.set(item, SNOOZE, until, rule="snooze")

    def pause(self, item: ItemKey, name: str, *, calendar: BusinessCalendar, now: datetime) -> Outcome:
        """Let it stand still and keep the working time that it has left. A name ending in ``*`` means all that begin
        so. Timers that belong to a date go on."""
        with self._engine.begin() as connection:
            rows = connection.execute(sa.select(timers).where(_called(timers, item, name)).with_for_update()).all()
            moved = [row for row in rows if stands_still(row.name, json.loads(row.data))]
            for row in moved:
                left = calendar.between(now, from_unix(row.due_at)).total_seconds()
                _move(connection, row, timers, resting_timers, left_s=left)
        return _told(len(moved), "Paused", "There was no timer to pause.")

    def resume(self, item: ItemKey, name: str, *, calendar: BusinessCalendar, now: datetime) -> Outcome:
        """Let what stands still go on: it comes due when the working time that was left has passed from now."""
        query = sa.select(resting_timers).where(_called(resting_timers, item, name))
        with self._engine.begin() as connection:
            rows = connection.execute(query.with_for_update()).all()
            for row in rows:
                due = calendar.after(now, timedelta(seconds=row.left_s)).timestamp()
                _move(connection, row, resting_timers, timers, due_at=due)
        return _told(len(rows), "Let go on", "No timer stood still.")

    def next_due(self, item: ItemKey) -> tuple[str, datetime] | None:
        """Name and time of the item's next timer."""
        query = sa.select(timers.c.name, timers.c.due_at).where(timers.c.item == str(item))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(timers.c.due_at)).all()
        return next_of({row.name: from_unix(row.due_at) for row in rows})

    def pending(self, item: ItemKey) -> tuple[Pending, ...]:
        """All of the item's timers, the next first, those that stand still last."""
        due = sa.select(timers).where(timers.c.item == str(item)).order_by(timers.c.due_at, timers.c.name)
        still = sa.select(resting_timers).where(resting_timers.c.item == str(item)).order_by(resting_timers.c.left_s)
        with self._engine.connect() as connection:
            running = [Pending(row.name, from_unix(row.due_at), _data(row)) for row in connection.execute(due)]
            resting = [Pending(row.name, None, _data(row)) for row in connection.execute(still)]
        return in_turn([*running, *resting])


def _called(table: sa.Table, item: ItemKey, name: str) -> sa.ColumnElement[bool]:
    """The item's timer of that name, or all whose name begins with what stands before a ``*``."""
    column = table.c.name
    same = column.startswith(name[:-1], autoescape=True) if name.endswith("*") else column == name
    return (table.c.item == str(item)) & same


def _move(
    connection: sa.Connection, row: sa.Row[tuple[object, ...]], origin: sa.Table, target: sa.Table, **when: float
) -> None:
    """Put a timer into the other table."""
    for table in (origin, target):
        connection.execute(table.delete().where(table.c.item == row.item, table.c.name == row.name))
    connection.execute(target.insert().values(item=row.item, name=row.name, rule=row.rule, data=row.data, **when))


def _told(count: int, done: str, nothing: str) -> Outcome:
    if count:
        return Outcome(Result.APPLIED, f"{done} {count} timer{'' if count == 1 else 's'}.")
    return Outcome(Result.ALREADY_SO, nothing)


def _data(row: sa.Row[tuple[object, ...]]) -> dict[str, str]:
    return {key: str(value) for key, value in json.loads(row.data).items()}


def next_of(due: Mapping[str, datetime]) -> tuple[str, datetime] | None:
    """The first of an item's timers to come due, with what a snooze holds back."""
    quiet = due.get(SNOOZE)
    held = {name: _held(name, at, quiet) for name, at in due.items() if name != SNOOZE}
    return min(held.items(), key=lambda pair: pair[1], default=None)


def in_turn(pending: Sequence[Pending]) -> tuple[Pending, ...]:
    """Timers as they come due, with what a snooze holds back; those that stand still last."""
    quiet = next((one.due for one in pending if one.name == SNOOZE), None)
    held = [replace(one, due=_held(one.name, one.due, quiet)) if one.due is not None else one for one in pending]
    return tuple(sorted(held, key=lambda one: (one.due is None, one.due.timestamp() if one.due else 0.0)))


def _held(name: str, at: datetime, quiet: datetime | None) -> datetime:
    return max(at, quiet) if quiet is not None and not name.startswith(ASKED) else at


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
        extra=_data(row),
    )
