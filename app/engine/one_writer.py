"""Lets the threads of one process wait for SQLite's one write lock in a queue instead of by guessing.

A connection that finds the lock taken sleeps 1, 2, 5, 10 … milliseconds and looks again, so that a delivery could wait
twenty for a transaction of two. Here a transaction takes a lock of ours before its first write and gives it back with
its connection, and whoever is next goes on at once. Between processes SQLite's own lock holds as before.
"""

from __future__ import annotations

import threading
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

PATIENCE_S = 30.0
"""As long as SQLite's own; after it the transaction goes on without the lock, and SQLite decides."""

_HOLDS = "holds the write lock"
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "BEGIN IMMEDIATE")

_locks: dict[str, threading.Lock] = {}


def queue_writers(engine: sa.Engine) -> None:
    """Make the transactions of all engines on this database file take turns."""
    lock = _locks.setdefault(str(engine.url), threading.Lock())

    @event.listens_for(engine, "before_cursor_execute")
    def _take(connection: sa.Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not connection.info.get(_HOLDS) and statement.lstrip()[:16].upper().startswith(_WRITES):
            connection.info[_HOLDS] = lock.acquire(timeout=PATIENCE_S)

    def _give_back(_connection: Any, record: Any, *_rest: Any) -> None:
        if record.info.pop(_HOLDS, False):
            lock.release()

    # Only with the connection: SQLAlchemy tells of a commit before the disk has it.
    for end in ("checkin", "invalidate", "close"):
        event.listen(engine, end, _give_back)
