"""Threads of one process take turns at writing to SQLite, whichever engine they use."""

from __future__ import annotations

import threading
from pathlib import Path

import sqlalchemy as sa

from app.engine.one_writer import queue_writers
from app.engine.tables import connect, database_url


def test_a_writer_that_comes_second_waits_for_its_turn_instead_of_failing(tmp_path: Path) -> None:
    """SQLite itself is told not to wait at all: without the queue the second writer would be refused at once."""
    url = database_url("", tmp_path)
    first, second = connect(url, pool_size=1), connect(url, pool_size=1)
    with first.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (n INTEGER)"))
    for engine in (first, second):
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
    order: list[str] = []
    writing = threading.Event()

    def late() -> None:
        writing.wait(5)
        with second.begin() as connection:
            connection.execute(sa.text("INSERT INTO t VALUES (2)"))
            order.append("second")

    thread = threading.Thread(target=late)
    thread.start()
    with first.begin() as connection:
        connection.execute(sa.text("INSERT INTO t VALUES (1)"))
        writing.set()
        thread.join(0.2)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]
    with first.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM t")) == 2
    first.dispose()
    second.dispose()


def test_a_transaction_that_fails_gives_the_turn_back(tmp_path: Path) -> None:
    engine = connect(database_url("", tmp_path), pool_size=1)
    for _ in range(3):
        try:
            with engine.begin() as connection:
                connection.execute(sa.text("INSERT INTO nowhere VALUES (1)"))
        except sa.exc.OperationalError:
            continue
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE somewhere (n INTEGER)"))
    engine.dispose()


def test_engines_of_different_files_do_not_wait_for_one_another(tmp_path: Path) -> None:
    one, other = (sa.create_engine(f"sqlite:///{tmp_path / name}") for name in ("one", "other"))
    for engine in (one, other):
        queue_writers(engine)
    with one.begin() as busy, other.begin() as free:
        busy.execute(sa.text("CREATE TABLE t (n INTEGER)"))
        free.execute(sa.text("CREATE TABLE t (n INTEGER)"))
    one.dispose()
    other.dispose()
