"""The inbox: stored before answered, once, triaged in the same transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.change import Change, Kind
from app.engine.inbox import InboxWriter
from app.engine.migrations import create_tables
from app.engine.tables import connect, database_url, facts_of_ours, inbox
from app.errors import SettingsError, TryLater
from app.webhook.normalise import BUG
from tests.engine.changes import change, delivered

pytestmark = pytest.mark.anyio


@pytest.fixture
def database(url: str) -> Iterator[sa.Engine]:
    engine = connect(url, pool_size=3)
    create_tables(engine)
    yield engine
    engine.dispose()


class Enqueued:
    """Remembers what was enqueued."""

    def __init__(self) -> None:
        self.items: list[str] = []

    def __call__(self, connection: sa.Connection, item: str, *, delay_s: float = 0) -> None:
        self.items.append(item)


def only_edits(change: Change) -> tuple[bool, str]:
    return change.kind is Kind.EDITED, "nothing speaks of this"


@pytest.fixture
def enqueued() -> Enqueued:
    return Enqueued()


@pytest.fixture
def writer(database: sa.Engine, enqueued: Enqueued) -> Iterator[InboxWriter]:
    inbox_writer = InboxWriter(database, triage=only_edits, enqueue=enqueued)
    inbox_writer.start()
    yield inbox_writer
    inbox_writer.stop()


def rows(database: sa.Engine) -> list[tuple[str, str, str]]:
    with database.connect() as connection:
        query = sa.select(inbox.c.delivery_id, inbox.c.state, inbox.c.summary).order_by(inbox.c.seq)
        return [(row.delivery_id, row.state, row.summary) for row in connection.execute(query)]


async def test_a_wanted_delivery_waits_and_its_item_is_enqueued(
    writer: InboxWriter, database: sa.Engine, enqueued: Enqueued
) -> None:
    assert await writer.put(delivered(change("a", iid=3)))
    assert rows(database) == [("a", "waiting", "")]
    assert enqueued.items == ["1#3"]


async def test_an_unwanted_delivery_is_done_at_once_with_the_reason(
    writer: InboxWriter, database: sa.Engine, enqueued: Enqueued
) -> None:
    assert await writer.put(delivered(change("a", kind=Kind.OTHER)))
    assert rows(database) == [("a", "done", "nothing speaks of this")]
    assert enqueued.items == []


async def test_a_delivery_that_comes_twice_is_stored_once(writer: InboxWriter, database: sa.Engine) -> None:
    assert await writer.put(delivered(change("a")))
    assert not await writer.put(delivered(change("a")))
    assert len(rows(database)) == 1


async def test_twins_in_one_batch_are_stored_once_and_exactly_one_is_new(
    writer: InboxWriter, database: sa.Engine
) -> None:
    answers = await asyncio.gather(*[writer.put(delivered(change("same"))) for _ in range(50)])
    assert sorted(answers) == [False] * 49 + [True]
    assert len(rows(database)) == 1


async def test_a_burst_keeps_its_order_and_enqueues_its_item_less_often_than_it_delivers(
    writer: InboxWriter, database: sa.Engine, enqueued: Enqueued
) -> None:
    await asyncio.gather(*[writer.put(delivered(change(f"{n:03}"))) for n in range(200)])
    assert [name for name, _, _ in rows(database)] == [f"{n:03}" for n in range(200)]
    assert 1 <= len(enqueued.items) < 200


async def test_a_body_that_sowbot_failed_to_read_is_kept_and_others_are_not(
    writer: InboxWriter, database: sa.Engine
) -> None:
    failed = replace(change("failed", kind=Kind.OTHER), remark=f"{BUG} KeyError")
    await writer.put(delivered(failed, b"the body"))
    await writer.put(delivered(change("fine"), b"another body"))
    with database.connect() as connection:
        kept = connection.scalars(sa.select(inbox.c.unread).order_by(inbox.c.seq)).all()
    assert kept == [b"the body", None]


async def test_what_cannot_be_stored_is_not_acknowledged(database: sa.Engine, enqueued: Enqueued) -> None:
    inbox_writer = InboxWriter(database, triage=only_edits, enqueue=enqueued)
    inbox_writer.start()
    with database.begin() as connection:
        connection.execute(sa.text("ALTER TABLE inbox RENAME TO gone"))
    with pytest.raises(TryLater):
        await inbox_writer.put(delivered(change("a")))
    inbox_writer.stop()


def test_a_database_of_a_newer_program_is_refused_with_a_way_out(database: sa.Engine) -> None:
    with database.begin() as connection:
        connection.execute(facts_of_ours.update().values(value="99"))
    with pytest.raises(SettingsError, match="newer sowbot"):
        create_tables(database)


def test_an_unknown_kind_of_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="sqlite"):
        database_url("mysql://somewhere/db", tmp_path)
