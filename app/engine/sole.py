"""SQLite: one process at a time works on a database file. A lock beside it, which ends with its process, says who."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.errors import SettingsError


class Sole:
    """Implements :class:`app.engine.replica.Replica` for a single process."""

    name = "local"

    def __init__(self, database: str | None) -> None:
        """``database`` is the SQLite file; None for one in memory, which nobody else can reach."""
        self._path = Path(f"{database}.lock") if database else None
        self._held: IO[str] | None = None

    def take(self) -> None:
        """Raises SettingsError while another process holds it."""
        if self._path is None or self._held is not None:
            return
        try:
            file = self._path.open("a+", encoding="utf-8")
        except OSError as error:
            raise SettingsError(f"{self._path} can't be written: {error.strerror}.") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            who = file.read().strip() or "another process"
            file.close()
            raise SettingsError(
                f"Another sowbot works on {self._path.with_suffix('')} already ({who}). Stop it first; to run several, "
                "set SOWBOT_DATABASE_URL to a PostgreSQL database."
            ) from None
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
        file.flush()
        self._held = file

    def release(self) -> None:
        """Let another process take it."""
        if self._held is not None:
            self._held.close()
            self._held = None

    @contextmanager
    def item(self, item: str) -> Iterator[bool]:  # noqa: ARG002  # the queue keeps an item to one worker
        """Always ours."""
        yield True

    def look(self) -> int:
        """One process."""
        return 1

    def present(self, names: Collection[str]) -> set[str]:
        """No other than this."""
        return {self.name} & set(names)

    @contextmanager
    def dead(self, executors: Collection[str]) -> Iterator[list[str]]:
        """What was left under another name has no owner any more: there is no other process."""
        yield list(executors)
