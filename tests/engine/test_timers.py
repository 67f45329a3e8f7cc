"""Timers in the database: they stand still while an item is on hold, keep what was left, and go off once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.change import Change
from app.domain.decision import Result
from app.domain.item import ItemKey
from app.engine.inbox import InboxWriter
from app.engine.migrations import create_tables
from app.engine.tables import connect, inbox
from app.engine.timers import DatabaseTimers, fire_due
from app.handler import ON_DAY, SNOOZE
from app.rules.calendar import BusinessCalendar
from app.rules.model import Calendar
from tests.engine.desk import ITEM, START, Desk

KEY = ItemKey(1, 5)
CALENDAR = BusinessCalendar.from_model(Calendar(timezone="America/Los_Angeles", holidays="US"))
FRIDAY = datetime(2026, 6, 5, 17, 0, tzinfo=UTC)
"""Ten in the morning in California."""


@pytest.fixture
def database(url: str) -> Iterator[sa.Engine]:
    engine = connect(url, pool_size=2)
    create_tables(engine)
    yield engine
    engine.dispose()


def fire(database: sa.Engine, now: datetime) -> int:
    def wanted(_change: Change) -> tuple[bool, str]:
        return True, ""

    return fire_due(database, InboxWriter(database, triage=wanted, enqueue=lambda *_, **__: None), now)


def test_on_hold_a_timer_keeps_the_working_time_that_it_has_left(database: sa.Engine) -> None:
    timers = DatabaseTimers(database)
    timers.set(KEY, "ta-review", FRIDAY + timedelta(days=4), rule="r", data={"who": "author"})  # Tuesday: 2 workdays
    timers.set(KEY, "review-date", FRIDAY + timedelta(days=2), rule="r", data={ON_DAY: "2026-06-07"})
    assert timers.pause(KEY, "*", calendar=CALENDAR, now=FRIDAY).result is Result.APPLIED
    assert timers.pause(KEY, "*", calendar=CALENDAR, now=FRIDAY).result is Result.ALREADY_SO
    assert [(one.name, one.due) for one in timers.pending(KEY)] == [
        ("review-date", FRIDAY + timedelta(days=2)),
        ("ta-review", None),
    ]
    assert fire(database, FRIDAY + timedelta(days=30)) == 1  # the date, nothing else
    back = FRIDAY + timedelta(days=28)  # a Friday, the holiday of Independence Day
    assert timers.resume(KEY, "*", calendar=CALENDAR, now=back).result is Result.APPLIED
    assert timers.resume(KEY, "*", calendar=CALENDAR, now=back).result is Result.ALREADY_SO
    (only,) = timers.pending(KEY)
    # Two workdays from the first working moment, Monday 6 July 00:00 in California.
    assert (only.name, only.due, only.data) == ("ta-review", datetime(2026, 7, 8, 7, 0, tzinfo=UTC), {"who": "author"})


def test_what_stands_still_can_be_set_anew_and_forgotten(database: sa.Engine) -> None:
    timers = DatabaseTimers(database)
    for name in ("stage/a/1", "stage/a/2", "other"):
        timers.set(KEY, name, FRIDAY, rule="r")
    timers.pause(KEY, "*", calendar=CALENDAR, now=FRIDAY - timedelta(hours=1))
    assert timers.cancel(KEY, "stage/a/1").result is Result.APPLIED
    timers.set(KEY, "other", FRIDAY + timedelta(days=1), rule="r")
    assert [(one.name, one.due) for one in timers.pending(KEY)] == [
        ("other", FRIDAY + timedelta(days=1)),
        ("stage/a/2", None),
    ]
    timers.cancel(KEY, "*")
    assert timers.pending(KEY) == ()


def test_a_snooze_and_what_people_asked_for_go_on_while_an_item_is_on_hold(database: sa.Engine) -> None:
    timers = DatabaseTimers(database)
    for name in ("asked/1", "stage/a/1"):
        timers.set(KEY, name, FRIDAY, rule="r")
    timers.snooze(KEY, FRIDAY + timedelta(days=3))
    timers.pause(KEY, "*", calendar=CALENDAR, now=FRIDAY - timedelta(hours=1))
    assert [(one.name, one.due) for one in timers.pending(KEY)] == [
        ("asked/1", FRIDAY),
        (SNOOZE, FRIDAY + timedelta(days=3)),
        ("stage/a/1", None),
    ]
    timers.resume(KEY, "*", calendar=CALENDAR, now=FRIDAY)
    assert {one.name: one.due for one in timers.pending(KEY)}["stage/a/1"] == FRIDAY + timedelta(days=3)


def test_a_clock_that_jumps_lets_nothing_go_off_twice(database: sa.Engine) -> None:
    timers = DatabaseTimers(database)
    timers.set(KEY, "ta-review", FRIDAY, rule="r")
    assert fire(database, FRIDAY + timedelta(days=2)) == 1  # the clock was far ahead
    assert fire(database, FRIDAY - timedelta(hours=3)) == 0  # and was set back
    assert fire(database, FRIDAY) == 0
    timers.set(KEY, "ta-review", FRIDAY, rule="r")  # the same step performed again after a crash
    fire(database, FRIDAY)
    with database.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(inbox)) == 1


def test_a_card_that_comes_back_from_hold_goes_on_with_the_rest_of_its_time(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    timers = DatabaseTimers(desk.database)

    def move(stage: str) -> None:
        desk.deliver(desk.moved(stage))
        desk.settle()

    move("Awaiting_Discovery")
    move("Strawman_WIP")
    move("SOW_WIP")
    running = {one.name: one.due for one in timers.pending(ITEM)}
    due = running["stage/proposal::SOW_WIP/1"]
    assert due is not None
    move("On_hold")
    assert all(one.due is None for one in timers.pending(ITEM))
    assert "**On hold:** it came from **SOW WIP**" in desk.notes
    desk.clock += 60  # an hour on hold, of which no reminder takes notice
    move("SOW_WIP")
    again = {one.name: one.due for one in timers.pending(ITEM)}
    # Of the stage's own time a minute had passed; the hold counts nothing.
    assert again["stage/proposal::SOW_WIP/1"] == CALENDAR.after(
        desk_time(desk), CALENDAR.between(due - timedelta(hours=48) + timedelta(minutes=1), due)
    )
    desk.close()


def desk_time(desk: Desk) -> datetime:
    """The time of the last move."""
    return START + timedelta(minutes=desk.clock)
