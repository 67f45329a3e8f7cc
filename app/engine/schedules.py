"""Schedules of the rule file: when a time comes that a rule names, every open item on the board gets an inbox row.

Rules with ``on_board: false`` look at the items beside the board that the bot knows: those at which some rule wanted it
to look before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.domain.change import Change, Kind
from app.domain.item import ItemKey
from app.engine.clock import from_unix, utc_now
from app.engine.inbox import InboxWriter
from app.engine.records import memory_json
from app.engine.tables import facts_of_ours, memory
from app.rules.book import RuleBook
from app.rules.schedule import Schedule

CATCH_UP = timedelta(hours=24)
"""A time that passed while the bot was down counts if it is no older; of several only the last."""

SET_BACK_S = 120.0
"""A last look further in the future was written before the clock was set back: schedules begin anew from now."""

_LOOKED_AT = "schedules_looked_at"
"""Name of the row that remembers when this was last done."""


def fire_due(engine: sa.Engine, inbox: InboxWriter, book: RuleBook, now: datetime | None = None) -> int:
    """Store a change for each item and each schedule whose time has come since the last call; how many.

    Items are those that the bot remembers, not closed; on the board or off it, as the rules ask. The rows and the time
    of this call are written in one transaction, and each row's id is made of item and time: no time counts twice, by
    whichever process.
    """
    at = now or utc_now()
    with engine.begin() as connection:
        since = move_on(connection, _LOOKED_AT, at, wanted=bool(book.listening.get("schedule")))
        if since is None:
            return 0
        due = dict(_due(book, max(since, at - CATCH_UP), at))
        items = list(_open_items(connection)) if due else []
        changes = [
            _change(item, schedule, moment)
            for schedule, moment in due.items()
            if (sides := _sides(book, schedule))
            for item, on_board in items
            if on_board in sides
        ]
        if changes:
            inbox.put_now(connection, changes)
        return len(changes)


def move_on(connection: sa.Connection, name: str, now: datetime, *, wanted: bool) -> datetime | None:
    """Remember in the row ``name`` that schedules were looked at now; when that was before.

    None: never while there were any.

    What is not wanted is forgotten, so that a schedule that is written later does not catch up from before its time.
    """
    row = facts_of_ours.c.name == name
    before = connection.scalar(sa.select(facts_of_ours.c.value).where(row).with_for_update())
    ahead = float(before) - now.timestamp() if before is not None else -1.0
    if 0 <= ahead <= SET_BACK_S:
        return None
    if not wanted:
        if before is not None:
            connection.execute(facts_of_ours.delete().where(row))
        return None
    value = str(now.timestamp())
    if before is None:
        connection.execute(facts_of_ours.insert().values(name=name, value=value))
        return None
    connection.execute(facts_of_ours.update().where(row).values(value=value))
    return from_unix(float(before)) if ahead < 0 else None


def _due(book: RuleBook, since: datetime, now: datetime) -> Iterator[tuple[str, datetime]]:
    """Each schedule of the rules with its last moment after ``since`` and up to ``now``, if it has one."""
    times = {str(time): time for rule in book.listening.get("schedule", ()) for time in rule.when.at or ()}
    for text, schedule in times.items():
        last = last_time(book, schedule, since, now)
        if last is not None:
            yield text, last


def last_time(book: RuleBook, schedule: Schedule, since: datetime, now: datetime) -> datetime | None:
    """The last moment of a schedule after ``since`` and up to ``now``; None: there was none."""
    last, following = None, book.calendar.next_time(schedule, since)
    while following <= now:
        last, following = following, book.calendar.next_time(schedule, following)
    return last


def _sides(book: RuleBook, schedule: str) -> frozenset[bool]:
    """Whether the rules that name this time ask for items on the board (True), off it (False), or both."""
    rules = (rule for rule in book.listening.get("schedule", ()) if schedule in map(str, rule.when.at or ()))
    return frozenset(rule.when.on_board is not False for rule in rules)


def _open_items(connection: sa.Connection) -> Iterator[tuple[str, bool]]:
    """Every item that is not closed, and whether it is on the board."""
    for item, text in connection.execute(sa.select(memory.c.item, memory.c.memory)):
        remembered = memory_json.validate_json(text)
        if not remembered.closed:
            yield item, remembered.stage is not None


def _change(item: str, schedule: str, moment: datetime) -> Change:
    name = f"schedule:{item}:{schedule}:{moment:%Y-%m-%dT%H:%MZ}"
    return Change(
        delivery_id=name[:200],
        meaning=hashlib.sha256(name.encode()).hexdigest()[:32],
        kind=Kind.SCHEDULE,
        hook="schedule",
        item=ItemKey.parse(item),
        at=moment,
        schedule=schedule,
    )
