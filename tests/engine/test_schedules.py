"""Schedules become one inbox row for each open item, once for each time that comes, also after the bot was down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.domain.change import Change, Kind
from app.domain.item import ItemKey, Memory
from app.engine.inbox import InboxWriter
from app.engine.migrations import create_tables
from app.engine.records import change_json, dump, memory_json
from app.engine.schedules import fire_due
from app.engine.tables import connect, inbox, memory
from app.rules.book import RuleBook
from tests.rules.deal import OPEN, book

MONDAY = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)
DIGEST = {
    "name": "digest",
    "why": "Once a week.",
    "when": {"event": "schedule", "at": ["Mon 08:00", "every day 12:00"]},
    "do": [{"comment": {"template": "digest"}}],
}
BOOK = book(rules=[DIGEST])


def _wanted(_change: Change) -> tuple[bool, str]:
    return True, ""


def _nothing(connection: sa.Connection, item: str, *, delay_s: float = 0) -> None:
    """Nobody attends in these tests."""


@pytest.fixture
def database(url: str) -> Iterator[sa.Engine]:
    engine = connect(url, pool_size=2)
    create_tables(engine)
    with engine.begin() as connection:
        for item, remembered in {
            "1#1": Memory(stage=OPEN),
            "1#2": Memory(stage=OPEN, closed=True),
            "1#3": Memory(),
        }.items():
            connection.execute(memory.insert().values(item=item, memory=dump(memory_json, remembered), seq=1))
    yield engine
    engine.dispose()


def fire(database: sa.Engine, now: datetime, rules: RuleBook = BOOK) -> int:
    return fire_due(database, InboxWriter(database, triage=_wanted, enqueue=_nothing), rules, now)


def stored(database: sa.Engine) -> list[Change]:
    with database.connect() as connection:
        return [change_json.validate_json(text) for text in connection.scalars(sa.select(inbox.c.change))]


def test_a_time_that_comes_is_told_of_each_open_item_on_the_board_once(database: sa.Engine) -> None:
    assert fire(database, MONDAY - timedelta(minutes=1)) == 0
    assert fire(database, MONDAY) == 1
    assert fire(database, MONDAY) == 0
    assert fire(database, MONDAY + timedelta(minutes=1)) == 0
    (change,) = stored(database)
    assert (change.kind, change.item, change.at, change.schedule) == (
        Kind.SCHEDULE,
        ItemKey(1, 1),
        MONDAY,
        "Mon 08:00",
    )


def test_after_a_pause_the_last_time_counts_if_it_is_not_older_than_a_day(database: sa.Engine) -> None:
    fire(database, MONDAY - timedelta(days=3))
    assert fire(database, MONDAY + timedelta(hours=5)) == 2
    assert {change.at for change in stored(database)} == {MONDAY, MONDAY + timedelta(hours=4)}


def test_what_passed_long_ago_is_not_made_up_for(database: sa.Engine) -> None:
    only_mondays = book(rules=[{**DIGEST, "when": {"event": "schedule", "at": "Mon 08:00"}}])
    fire(database, MONDAY - timedelta(days=3), only_mondays)
    assert fire(database, MONDAY + timedelta(days=2), only_mondays) == 0


def test_a_schedule_that_is_new_does_not_fire_for_the_time_before_it(database: sa.Engine) -> None:
    none = book(rules=[])
    fire(database, MONDAY - timedelta(hours=2))
    assert fire(database, MONDAY - timedelta(hours=1), none) == 0
    assert fire(database, MONDAY + timedelta(minutes=5)) == 0
    assert stored(database) == []


def test_a_rule_that_is_off_wakes_nobody(database: sa.Engine) -> None:
    off = book(rules=[{**DIGEST, "mode": "off"}])
    fire(database, MONDAY - timedelta(hours=1), off)
    assert fire(database, MONDAY, off) == 0


def test_rules_that_ask_for_it_look_beside_the_board(database: sa.Engine) -> None:
    aside = {**DIGEST, "name": "aside", "when": {"event": "schedule", "at": "Mon 08:00", "on_board": False}}
    fire(database, MONDAY - timedelta(hours=1), book(rules=[aside]))
    assert fire(database, MONDAY, book(rules=[aside])) == 1
    assert [str(change.item) for change in stored(database)] == ["1#3"]
    fire(database, MONDAY + timedelta(days=7), book(rules=[aside, DIGEST]))
    monday = [change for change in stored(database) if change.at == MONDAY + timedelta(days=7)]
    assert sorted(str(change.item) for change in monday if change.schedule == "Mon 08:00") == ["1#1", "1#3"]
