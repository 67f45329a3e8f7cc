"""What happens when the database is full, locked, damaged, too new, held by another process; and when clocks jump."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine

from app.domain.item import ItemKey
from app.engine import ledger
from app.engine.engine import Engine
from app.engine.inbox import ANSWER_WITHIN_S
from app.engine.migrations import Migration, create_tables
from app.engine.tables import connect, database_url, facts_of_ours
from app.engine.timers import DatabaseTimers, fire_due
from app.engine.trouble import problem_of
from app.errors import SettingsError, TryLater
from tests.engine.changes import change
from tests.engine.test_engine import eventually, put, running


def finish_all(engine: Engine, item: str) -> None:
    for entry in ledger.open_entries(engine.database, item):
        ledger.finish(engine.database, [entry.seq])


def fill_up(engine: Engine, pages: int | None) -> None:
    """Let the database grow no further: what a full disk does, on every connection that comes from now on."""

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}").close()

    for each in (engine.database, engine._workflows):
        sa.event.listen(each, "connect", limit)
        each.dispose()


def page_count(engine: Engine) -> int:
    with engine.database.connect() as connection:
        return int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())


def put_until_refused(engine: Engine, stored: list[str]) -> None:
    for n in range(2000):
        put(engine, change(f"{n:04}", iid=n % 5 + 1, added=("x" * 3000,)))
        stored.append(f"{n:04}")


def test_a_full_disk_turns_deliveries_away_and_the_bot_goes_on_when_there_is_space(tmp_path: Path) -> None:
    url = database_url("", tmp_path)
    seen: list[str] = []

    def attend(engine: Engine, item: str) -> None:
        for entry in ledger.open_entries(engine.database, item):
            time.sleep(0.05)
            ledger.finish(engine.database, [entry.seq])
            seen.append(entry.change.delivery_id)

    with running(url, attend) as engine:
        put(engine, *[change(f"before-{n}", iid=n) for n in range(1, 5)])
        fill_up(engine, page_count(engine))
        stored: list[str] = []
        with pytest.raises(TryLater, match="the disk is full"):
            put_until_refused(engine, stored)
        time.sleep(5)
        fill_up(engine, 1_000_000_000)
        put(engine, change("after", iid=1))
        assert eventually(lambda: ledger.waiting(engine.database)[0] == 0, within_s=40)
    assert set(stored) | {"after"} <= set(seen)


@pytest.mark.slow
def test_a_locked_database_is_answered_in_time_and_nothing_stored_is_lost(tmp_path: Path) -> None:
    url = database_url("", tmp_path)
    with running(url, finish_all) as engine:
        other = sqlite3.connect(str(engine.database.url.database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(TryLater, match="within 8 seconds"):
            put(engine, change("a"))
        assert time.monotonic() - began < ANSWER_WITHIN_S + 1.5
        other.execute("ROLLBACK")
        other.close()
        put(engine, change("b", iid=2))
        assert eventually(lambda: ledger.waiting(engine.database)[0] == 0)
        account = ledger.account(engine.database, "a")
        assert account is not None
        assert account.state == "done"


def test_a_second_process_on_one_sqlite_file_is_refused_with_the_first_ones_number(tmp_path: Path) -> None:
    url = database_url("", tmp_path)
    first = Engine(url, triage=lambda _change: (True, ""))
    first.claim()
    script = (
        "import sys\nfrom app.engine.engine import Engine\nfrom app.errors import SettingsError\n"
        "try:\n Engine(sys.argv[1], triage=lambda change: (True, '')).claim()\n"
        "except SettingsError as error:\n print(error)"
    )
    said = subprocess.run([sys.executable, "-c", script, url], capture_output=True, text=True, check=True).stdout
    assert "Another sowbot works on" in said
    assert "(process " in said
    assert "PostgreSQL" in said
    first.detach()
    said = subprocess.run([sys.executable, "-c", script, url], capture_output=True, text=True, check=True).stdout
    assert said == ""


@pytest.mark.parametrize("where", ["everywhere", "in the header", "in a page"])
def test_a_damaged_file_is_refused_with_what_to_do(tmp_path: Path, where: str) -> None:
    url = database_url("", tmp_path)
    engine = connect(url, pool_size=1)
    create_tables(engine)
    engine.dispose()
    file = Path(str(engine.url.database))
    content = bytearray(file.read_bytes())
    assert not file.with_name(file.name + "-wal").exists()
    match where:
        case "everywhere":
            content = bytearray(b"not a database at all " * 1000)
        case "in the header":
            content[:16] = b"SQLite format 9\0"
        case _:
            content[4096 * 2 : 4096 * 3] = b"\xff" * 4096
    file.write_bytes(content)
    again = connect(url, pool_size=1)
    with pytest.raises(SettingsError, match=r"damaged.*the last backup"):
        create_tables(again)
    again.dispose()


def test_a_folder_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/nowhere/x.sqlite", pool_size=1)
    with pytest.raises(SettingsError, match="does its folder exist"):
        create_tables(engine)


def test_a_postgresql_that_is_away_is_told_without_its_password() -> None:
    engine = connect("postgresql+psycopg://me:hush@127.0.0.1:1/x", pool_size=1)
    with pytest.raises(SettingsError, match="can't be reached") as raised:
        create_tables(engine)
    assert "hush" not in str(raised.value)
    assert "hush" not in problem_of(raised.value.__cause__)  # type: ignore[arg-type]  # it is the driver's error
    engine.dispose()


MORE = (
    Migration(2, ("ALTER TABLE posts ADD COLUMN colour VARCHAR(10)",)),
    Migration(3, ("ALTER TABLE posts ADD COLUMN taste VARCHAR(10) NOT NULL DEFAULT 'sweet'",)),
)


def facts(engine: sa.Engine) -> dict[str, str]:
    with engine.connect() as connection:
        return {row.name: row.value for row in connection.execute(sa.select(facts_of_ours))}


def columns(engine: sa.Engine) -> set[str]:
    return {column["name"] for column in sa.inspect(engine).get_columns("posts")}


def test_a_database_is_brought_forward_once_whoever_comes_first_and_the_version_before_still_runs(url: str) -> None:
    old, new = connect(url, pool_size=1), connect(url, pool_size=8)
    create_tables(old)

    async def at_once() -> None:
        await asyncio.gather(*[asyncio.to_thread(create_tables, new, MORE) for _ in range(6)])

    asyncio.run(at_once())
    assert facts(new) == {"schema": "3", "schema_oldest": "1"}
    assert {"colour", "taste"} <= columns(new)
    create_tables(old)
    assert facts(new)["schema"] == "3"
    old.dispose()
    new.dispose()


def test_a_migration_that_the_version_before_cannot_live_with_locks_it_out(url: str) -> None:
    engine = connect(url, pool_size=1)
    create_tables(engine)
    create_tables(engine, (*MORE, Migration(4, ("ALTER TABLE posts ADD COLUMN smell TEXT",), oldest=3)))
    create_tables(engine, MORE)
    with pytest.raises(SettingsError, match="schema 4, this program knows 1"):
        create_tables(engine)
    engine.dispose()


def test_a_migration_that_fails_half_way_changes_nothing(url: str) -> None:
    engine = connect(url, pool_size=1)
    create_tables(engine)
    with pytest.raises(SettingsError):
        create_tables(engine, (Migration(2, (*MORE[0].statements, "ALTER TABLE nowhere ADD COLUMN x TEXT")),))
    assert "colour" not in columns(engine)
    assert facts(engine)["schema"] == "1"
    engine.dispose()


def test_a_clock_that_was_set_back_holds_nothing_up(tmp_path: Path) -> None:
    engine = Engine(database_url("", tmp_path), triage=lambda _change: (True, ""))
    engine.attach()
    with time_machine.travel(datetime(2026, 6, 10, tzinfo=UTC)):
        with engine.database.begin() as connection:
            engine.inbox.put_now(connection, [change("a")])
        engine.later("1#1", delay_s=60, reason="GitLab is away")
        assert ledger.open_entries(engine.database, "1#1") == []
    with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC)):
        assert [entry.change.delivery_id for entry in ledger.open_entries(engine.database, "1#1")] == ["a"]
    engine.detach()


def test_a_clock_that_was_ahead_for_a_while_fires_a_timer_early_but_once(tmp_path: Path) -> None:
    engine = Engine(database_url("", tmp_path), triage=lambda _change: (True, ""))
    engine.attach()
    timers, now = DatabaseTimers(engine.database), datetime.now(UTC)
    timers.set(ItemKey(1, 1), "remind", now + timedelta(days=1), rule="r")
    assert fire_due(engine.database, engine.inbox, now + timedelta(days=3)) == 1
    assert fire_due(engine.database, engine.inbox, now) == 0
    assert fire_due(engine.database, engine.inbox, now + timedelta(days=3)) == 0
    engine.detach()
