"""A backup is a whole, checked copy made beside a running bot; put in the database's place, the bot goes on from it."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.commands.backup import copy
from app.engine import ledger
from app.engine.engine import Engine
from app.engine.tables import connect, database_url
from app.errors import SettingsError, SowbotError
from tests.engine.changes import change
from tests.engine.test_engine import eventually, put, running

SETTINGS = {
    "SOWBOT_GITLAB_URL": "https://gitlab.example",
    "SOWBOT_GITLAB_TOKEN": "glpat-x",
    "SOWBOT_WEBHOOK_SECRET": "s",
}


def finish_all(engine: Engine, item: str) -> None:
    for entry in ledger.open_entries(engine.database, item):
        ledger.finish(engine.database, [entry.seq])


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **SETTINGS, **settings}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_a_bot_starts_from_a_backup_that_was_made_while_it_worked(tmp_path: Path) -> None:
    before, after, file = tmp_path / "before", tmp_path / "after", tmp_path / "backup.sqlite"
    with running(database_url("", before), finish_all) as engine:
        put(engine, *[change(f"{n:03}", iid=n % 4 + 1) for n in range(50)])
        writer = threading.Thread(target=lambda: put(engine, *[change(f"later-{n}", iid=9) for n in range(100)]))
        writer.start()
        done = run("backup", str(file), SOWBOT_DATA_DIR=str(before))
        writer.join()
    assert done.returncode == 0, done.stderr
    assert "checked" in done.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    after.mkdir()
    file.rename(after / "sowbot.sqlite")
    with running(database_url("", after), finish_all) as engine:
        assert eventually(lambda: ledger.waiting(engine.database)[0] == 0)
        assert all(ledger.account(engine.database, f"{n:03}") for n in range(50))
        put(engine, change("new"))
        assert eventually(lambda: ledger.waiting(engine.database)[0] == 0)


def test_a_damaged_database_gives_no_backup_and_spares_the_one_before(tmp_path: Path) -> None:
    source, target = tmp_path / "a.sqlite", tmp_path / "b.sqlite"
    with sqlite3.connect(source) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.executemany("INSERT INTO t VALUES (?)", [("y" * 500,)] * 200)
    connection.close()
    content = bytearray(source.read_bytes())
    content[4096 * 3 : 4096 * 4] = b"\xff" * 4096
    source.write_bytes(content)
    target.write_text("the one before")
    with pytest.raises(SowbotError, match="damaged"):
        copy(source, target)
    assert target.read_text() == "the one before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.sqlite", "b.sqlite"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    source = tmp_path / "a.sqlite"
    sqlite3.connect(source).close()
    with pytest.raises(SettingsError, match="can't be written"):
        copy(source, tmp_path / "nowhere" / "b.sqlite")


def test_without_a_database_and_with_postgresql_it_says_what_to_do(tmp_path: Path) -> None:
    missing = run("backup", "x", SOWBOT_DATA_DIR=str(tmp_path))
    assert (missing.returncode, "There is no database at" in missing.stderr) == (2, True)
    other = run("backup", "x.dump", SOWBOT_DATABASE_URL="postgresql://me:hush@db/sowbot")
    assert other.returncode == 2
    assert "pg_dump --format=custom --file=x.dump postgresql://me@db/sowbot" in other.stderr
    assert "hush" not in other.stderr


def test_a_backup_holds_what_was_committed_and_no_half_of_it(tmp_path: Path) -> None:
    engine = connect(database_url("", tmp_path), pool_size=1)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
        connection.execute(sa.text("INSERT INTO t VALUES (1)"))
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.execute(sa.text("INSERT INTO t VALUES (2)"))
        copy(Path(str(engine.url.database)), tmp_path / "copy.sqlite")
        connection.rollback()
    engine.dispose()
    copied = sqlite3.connect(tmp_path / "copy.sqlite")
    assert copied.execute("SELECT x FROM t").fetchall() == [(1,)]
    copied.close()
