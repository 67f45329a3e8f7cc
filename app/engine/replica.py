"""PostgreSQL: several processes share one database. Each holds an advisory lock on its name for as long as it lives.

A lock ends with its connection, so no clock has to be right and nobody has to be asked: a name whose lock is free is
nobody's, and what was left under it is taken over. A connection that was cut may come back, so a name has to be free
for a while. The same connection holds a lock on each item that is attended to, because two processes that dequeue at
the same instant could take two attends of one item.
"""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import sqlalchemy as sa
import structlog

from app.engine.sole import Sole
from app.engine.tables import connect
from app.errors import SettingsError

log = structlog.get_logger(__name__)

NAMES = 0x53_4F_57_01
ITEMS = 0x53_4F_57_02
"""The two families of our advisory locks."""
FREE_FOR_S = 10.0
"""A name that is free for so long has no process any more: one that lost its connection takes it back within a look."""
WAIT_FOR_NAME_S = 45.0
"""A process that was started again waits so long for its name: PostgreSQL notices a dead machine after 25 seconds."""
_NOTICE = ("tcp_keepalives_idle = 10", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3")


class Replica(Protocol):
    """This process among those that share the database."""

    @property
    def name(self) -> str:
        """Stable over a restart where it can be: what a crash left under it is then found at once."""
        ...

    def take(self) -> None:
        """Take the name, before any work. Raises SettingsError when another process has it."""
        ...

    def release(self) -> None:
        """Give the name up."""
        ...

    def item(self, item: str) -> AbstractContextManager[bool]:
        """Whether the item is this process's to attend to, for as long as the context lasts."""
        ...

    def look(self) -> int:
        """Be sure that the name is still held; how many processes there are. Call it every few seconds."""
        ...

    def present(self, names: Collection[str]) -> set[str]:
        """Those of the names that have a process at this moment."""
        ...

    def dead(self, executors: Collection[str]) -> AbstractContextManager[list[str]]:
        """Those of the names that have no process any more; none of them comes back while the context lasts."""
        ...


class Shared:
    """Implements :class:`Replica` on PostgreSQL, with one connection of its own. Thread-safe."""

    def __init__(self, url: str, name: str | None) -> None:
        """Without a name the host's is taken, with a number when several processes run there."""
        self._engine = connect(url, pool_size=1).execution_options(isolation_level="AUTOCOMMIT")
        self._given = name
        self.name = name or socket.gethostname()
        self._taken = False
        self._guard = threading.RLock()
        self._session: sa.Connection | None = None
        self._items: set[int] = set()
        self._free_since: dict[str, float] = {}

    def take(self) -> None:
        """See the protocol."""
        if self._taken:
            return
        end = time.monotonic() + WAIT_FOR_NAME_S
        while not self._take_one():
            if self._given is None:
                self.name = _next(self.name)
            elif time.monotonic() > end:
                raise SettingsError(
                    f"A process called {self.name!r} works on this database already. "
                    "Give each its own SOWBOT_REPLICA, or leave it out to be called like the host."
                )
            else:
                time.sleep(0.5)
        self._taken = True
        log.info("replica.named", replica=self.name)

    def _take_one(self) -> bool:
        return self._ask(sa.func.pg_try_advisory_lock(NAMES, _number(self.name)))

    def release(self) -> None:
        """See the protocol."""
        with self._guard:
            self._taken = False
            self._close()
            self._engine.dispose()

    @contextmanager
    def item(self, item: str) -> Iterator[bool]:
        """See the protocol."""
        key = _number(item)
        with self._guard:
            # One session may take a lock twice, so two items of one number are told apart here.
            ours = key not in self._items and self._ask(sa.func.pg_try_advisory_lock(ITEMS, key))
            if ours:
                self._items.add(key)
        try:
            yield ours
        finally:
            if ours:
                self._give_back(key)

    def _give_back(self, key: int) -> None:
        with self._guard:
            self._items.discard(key)
            try:
                self._ask(sa.func.pg_advisory_unlock(ITEMS, key))
            except sa.exc.SQLAlchemyError:
                log.warning("replica.connection_lost")  # the lock went with it

    def look(self) -> int:
        """See the protocol."""
        with self._guard:
            lost = self._session is None or self._session.closed
            try:
                names = self._held()
            except sa.exc.SQLAlchemyError:
                lost, names = True, self._held()
            if lost or _number(self.name) not in names:
                self._take_one()
                for key in self._items:
                    self._ask(sa.func.pg_try_advisory_lock(ITEMS, key))
                names = self._held()
                log.warning("replica.connection_renewed", replica=self.name)
            return len(names)

    def present(self, names: Collection[str]) -> set[str]:
        """See the protocol."""
        with self._guard:
            held = self._held()
        return {name for name in names if _number(name) in held}

    @contextmanager
    def dead(self, executors: Collection[str]) -> Iterator[list[str]]:
        """See the protocol."""
        with self._guard:
            held, now = self._held(), time.monotonic()
            free = {name for name in executors if _number(name) not in held}
            self._free_since = {name: self._free_since.get(name, now) for name in free}
            long_free = sorted(name for name, since in self._free_since.items() if now - since >= FREE_FOR_S)
            taken = [name for name in long_free if self._ask(sa.func.pg_try_advisory_lock(NAMES, _number(name)))]
        try:
            yield taken
        finally:
            with self._guard:
                for name in taken:
                    self._ask(sa.func.pg_advisory_unlock(NAMES, _number(name)))

    def _held(self) -> set[int]:
        """The numbers of the names that have a process."""
        rows = self._connected().execute(
            sa.text(
                "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 "
                "AND classid = :family AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            ),
            {"family": NAMES},
        )
        return {_signed(int(number)) for (number,) in rows}

    def _ask(self, function: sa.Function[bool]) -> bool:
        with self._guard:
            try:
                return bool(self._connected().scalar(sa.select(function)))
            except sa.exc.SQLAlchemyError:
                self._close()
                raise

    def _connected(self) -> sa.Connection:
        if self._session is None or self._session.closed or self._session.invalidated:
            self._close()
            self._session = self._engine.connect()
            self._session.detach()  # closed means closed: a pool would keep it open, and its locks with it
            for setting in _NOTICE:
                self._session.exec_driver_sql(f"SET {setting}")
        return self._session

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


def this_process(url: str, name: str | None) -> Replica:
    """What fits the database."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Sole(parsed.database if parsed.database != ":memory:" else None)
    return Shared(url, name)


def _number(name: str) -> int:
    """For an advisory lock: 32 bits with a sign."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], signed=True)


def _signed(number: int) -> int:
    """PostgreSQL lists the numbers without their sign."""
    return number - 2**32 if number >= 2**31 else number


def _next(name: str) -> str:
    head, dash, number = name.rpartition("-")
    return f"{head}-{int(number) + 1}" if dash and number.isdecimal() else f"{name}-2"
