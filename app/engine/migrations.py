"""Brings a database to the shape that this version of the program needs: forward only, by itself, one at a time.

Rules for a migration, so that two versions may run side by side while one replaces the other: it adds tables, indexes
and columns that are empty or have a default; it never renames, narrows or drops what the version before it uses.
Where that can't be, ``oldest`` says which programs must be gone.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.engine.tables import facts_of_ours, metadata
from app.engine.trouble import DAMAGED, problem_of
from app.errors import SettingsError

FIRST = 1
"""The number of the tables as they were first released."""
LOCK = 0x50_57_42_01
"""Of PostgreSQL's advisory locks: held while the tables are changed."""
CHECK_FOR_S = 1.0
"""How long a SQLite file is looked through at start; a large one is looked through in part."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One change of existing tables. New tables and indexes need none."""

    number: int
    statements: tuple[str, ...]
    """SQL that both SQLite and PostgreSQL read."""
    oldest: int = FIRST
    """The oldest schema whose programs can still use the database afterwards."""


MIGRATIONS: tuple[Migration, ...] = ()
"""In their order, numbered without a gap from 2 on."""


def create_tables(engine: sa.Engine, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Make or change what is missing.

    Raises SettingsError for a database of a newer sowbot, a damaged one, and one that can't be opened."""
    try:
        _look_through(engine)
        with _alone(engine) as connection:
            _bring_up(connection, migrations)
    except sqlite3.DatabaseError as error:
        raise SettingsError(f"{engine.url.database}: {problem_of(sa.exc.DatabaseError(None, None, error))}.") from error
    except sa.exc.SQLAlchemyError as error:
        raise SettingsError(f"{engine.url.render_as_string()}: {problem_of(error)}.") from error


def _bring_up(connection: sa.Connection, migrations: Sequence[Migration]) -> None:
    ours = migrations[-1].number if migrations else FIRST
    found = _numbers(connection) if sa.inspect(connection).has_table(facts_of_ours.name) else {}
    there = found.get("schema")
    if there is not None and found.get("schema_oldest", there) > ours:
        raise SettingsError(
            f"The database was written by a newer sowbot (schema {there}, this program knows {ours}). "
            "Start that version, or restore the backup made before the upgrade."
        )
    metadata.create_all(connection)
    if there is None:
        _write(connection, "schema", ours)  # just made, in the newest shape
        _write(connection, "schema_oldest", migrations[-1].oldest if migrations else FIRST)
        return
    for migration in migrations:
        if migration.number > there:
            for statement in migration.statements:
                connection.exec_driver_sql(statement)
            _write(connection, "schema", migration.number)
            _write(connection, "schema_oldest", migration.oldest)


def _numbers(connection: sa.Connection) -> dict[str, int]:
    names = facts_of_ours.c.name.in_(("schema", "schema_oldest"))
    rows = connection.execute(sa.select(facts_of_ours.c.name, facts_of_ours.c.value).where(names))
    return {row.name: int(row.value) for row in rows}


def _write(connection: sa.Connection, name: str, value: int) -> None:
    connection.execute(facts_of_ours.delete().where(facts_of_ours.c.name == name))
    connection.execute(facts_of_ours.insert().values(name=name, value=str(value)))


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that no other process has at the same time."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            # The driver opens a transaction only before a row is written, and tables come first.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        yield connection


def _look_through(engine: sa.Engine) -> None:
    """Raise SettingsError for a damaged SQLite file: found now, it costs nobody an event."""
    if engine.dialect.name != "sqlite":
        return
    end = time.monotonic() + CHECK_FOR_S
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.set_progress_handler(lambda: time.monotonic() > end, 10_000)
        try:
            found = driver.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_INTERRUPT":
                raise
            return
        finally:
            driver.set_progress_handler(None, 0)
    if found != "ok":
        raise SettingsError(f"{engine.url.database}: {DAMAGED}.")
