"""A snooze holds an item's timers back until its end, and none that a person asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.decision import Result
from app.domain.item import ItemKey
from app.engine.inbox import InboxWriter
from app.engine.ledger import open_entries
from app.engine.migrations import create_tables
from app.engine.tables import connect, database_url
from app.engine.timers import DatabaseTimers, fire_due
from app.handler import SNOOZE

ITEM, OTHER = ItemKey(1, 5), ItemKey(1, 6)
NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
LATE, UNTIL = NOW - timedelta(minutes=1), NOW + timedelta(days=14)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = connect(database_url("", tmp_path), pool_size=2)
    create_tables(engine)
    yield engine
    engine.dispose()


def test_a_snooze_holds_back_what_was_set_before_and_after_it(database: sa.Engine) -> None:
    inbox = InboxWriter(database, triage=lambda _: (True, ""), enqueue=lambda *_, **__: None)
    timers = DatabaseTimers(database)

    def told(item: ItemKey) -> list[str]:
        return [entry.change.timer for entry in open_entries(database, str(item))]

    timers.set(ITEM, "stage/Open/1", LATE, rule="r")
    assert timers.snooze(ITEM, UNTIL).result is Result.APPLIED
    timers.set(ITEM, "asked/ann/1", LATE, rule="r")
    timers.set(ITEM, "ta-review", NOW, rule="r")
    timers.set(ITEM, "welcome", UNTIL + timedelta(days=1), rule="r")
    timers.set(OTHER, "stage/Open/1", LATE, rule="r")
    assert fire_due(database, inbox, NOW) == 2
    assert (told(ITEM), told(OTHER)) == (["asked/ann/1"], ["stage/Open/1"])
    assert timers.next_due(ITEM) == ("stage/Open/1", UNTIL)
    assert fire_due(database, inbox, UNTIL) == 2
    assert told(ITEM) == ["asked/ann/1", "stage/Open/1", "ta-review"]
    assert timers.cancel(ITEM, SNOOZE).result is Result.ALREADY_SO
    assert timers.next_due(ITEM) == ("welcome", UNTIL + timedelta(days=1))


def test_a_later_snooze_replaces_the_one_before_and_cancelling_it_lets_timers_go(database: sa.Engine) -> None:
    inbox = InboxWriter(database, triage=lambda _: (True, ""), enqueue=lambda *_, **__: None)
    timers = DatabaseTimers(database)
    timers.set(ITEM, "stage/Open/1", LATE, rule="r")
    timers.snooze(ITEM, UNTIL)
    assert timers.snooze(ITEM, UNTIL).result is Result.ALREADY_SO
    timers.snooze(ITEM, NOW + timedelta(hours=1))
    assert timers.next_due(ITEM) == ("stage/Open/1", NOW + timedelta(hours=1))
    assert fire_due(database, inbox, NOW) == 0
    timers.cancel(ITEM, SNOOZE)
    assert fire_due(database, inbox, NOW) == 1
