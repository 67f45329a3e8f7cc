"""Boundaries at which a bot may die: their names, and the file of those that are spent."""

from __future__ import annotations

import os
from pathlib import Path

ARMED = "armed"
"""A file of this name holds the path of the file of spent boundaries."""
_OURS = frozenset({"inbox", "steps", "memory", "timers", "posts", "meta"})


def read(file: Path) -> set[str]:
    """The names of boundaries at which somebody died before."""
    try:
        return set(file.read_text().splitlines())
    except FileNotFoundError:
        return set()


def append(file: Path, name: str) -> None:
    """Add a name, in one write: several bots share the file."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(handle, f"{name}\n".encode())
    os.close(handle)


def table_of(statement: str) -> str | None:
    """The table that a statement writes; ``queue`` for any that is not ours; None if it only reads."""
    words = statement.replace('"', "").split(maxsplit=4)
    verb = words[0].upper() if words else ""
    if verb not in ("INSERT", "UPDATE", "DELETE"):
        return None
    place = 1 if verb == "UPDATE" else 2
    name = words[place].rpartition(".")[2].partition("(")[0] if len(words) > place else ""
    return name if name in _OURS else "queue"
