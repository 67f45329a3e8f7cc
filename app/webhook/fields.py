"""Single fields of a payload, where everything may be missing, null or of another type.

Text comes out so that any database can keep it: no lone surrogates, no NUL, no more than a stated length.
"""

from __future__ import annotations

import re
from typing import Any

Json = dict[str, Any]

SHORT = 255
"""Names, actions, types: GitLab's own bound for usernames and label titles."""
TITLE = 1_024
"""GitLab allows 255 in a title, and paths of nested groups grow longer."""
LONG = 1_048_576
"""GitLab's bound for a description or a comment."""
LARGEST = 2**63 - 1
"""The largest id that a database column holds."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(value: str, limit: int = SHORT) -> str:
    """The text as any database can keep it."""
    kept = value[:limit]
    if kept.isascii() and "\0" not in kept:
        return kept
    return _UNSTORABLE.sub("\ufffd", kept)


def text(parent: Json, key: str, limit: int = SHORT) -> str:
    """A string, else the empty one."""
    value = parent.get(key)
    return clean(value, limit) if isinstance(value, str) else ""


def number(parent: Json, key: str) -> int | None:
    """An id: a positive whole number that fits a database column."""
    value = parent.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST:
        return value
    return None


def flag(parent: Json, key: str) -> bool | None:
    """True, false or unknown."""
    value = parent.get(key)
    return value if isinstance(value, bool) else None


def block(parent: Json, key: str) -> Json:
    """An object, else an empty one."""
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def rows(parent: Json, key: str) -> list[Json] | None:
    """A list's objects, or None where there is no list."""
    value = parent.get(key)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else None
