"""Boundaries at which a bot may die: their names, and the file of those that are spent."""

from __future__ import annotations

import os
import re
from pathlib import Path

ARMED = "armed"
"""A file of this name holds the path of the file of spent boundaries."""
OF_THE_START = " of the start"
"""Names of boundaries at which a process begins end so."""
AGAIN = ", again"
"""Names of boundaries end so while a bot does what one before it left undone."""
MET = "met"
"""A file of this name, beside ``armed``, gets the name of every boundary that a bot came by."""
_ACTION = re.compile(r"(?:request|commit of \S+)(?: \d+)? of ([a-z_]+)$")
_OURS = frozenset({"inbox", "steps", "memory", "timers", "posts", "meta"})


def read(file: Path) -> set[str]:
    """The names of boundaries at which somebody died before."""
    try:
        return set(file.read_text().splitlines())
    except FileNotFoundError:
        return set()


def write_order(armed: Path, spent: Path, *, spare_the_start: bool) -> None:
    """Tell whoever looks at ``armed`` to die; all at once, because it looks at any time."""
    draft = armed.with_suffix(".new")
    draft.write_text(f"{spent}\n{'work' if spare_the_start else 'any'}\n")
    draft.rename(armed)


def read_order(armed: Path) -> tuple[Path, bool]:
    """The file of spent boundaries, and whether to get over the start first. Raises OSError where there is no order."""
    spent, where = armed.read_text().splitlines()
    return Path(spent), where == "work"


def append(file: Path, name: str) -> None:
    """Add a name, in one write: several bots share the file."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(handle, f"{name}\n".encode())
    os.close(handle)


def action_of(name: str) -> str | None:
    """The action within which the boundary is; None for those between steps and of the start."""
    end = _ACTION.search(name.removesuffix(AGAIN))
    return end[1] if end else None


def table_of(statement: str) -> str | None:
    """The table that a statement writes; ``queue`` for any that is not ours; None if it only reads."""
    words = statement.replace('"', "").split(maxsplit=4)
    verb = words[0].upper() if words else ""
    if verb not in ("INSERT", "UPDATE", "DELETE"):
        return None
    place = 1 if verb == "UPDATE" else 2
    name = words[place].rpartition(".")[2].partition("(")[0] if len(words) > place else ""
    return name if name in _OURS else "queue"
