"""Patterns of the rule file: ``*`` stands for anything, every other character for itself, case does not count."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase


def like(text: str, pattern: str) -> bool:
    """Whether the whole text fits. ``[Draft] *`` means those brackets: only ``*`` is special."""
    wanted, said = pattern.casefold(), text.casefold()
    if "*" not in wanted:
        return said == wanted
    # fnmatch knows two more special characters, which titles and labels really have.
    return fnmatchcase(said, wanted.replace("[", "[[]").replace("?", "[?]"))


def like_any(text: str, patterns: Iterable[str]) -> bool:
    """Whether it fits one of them."""
    return any(like(text, pattern) for pattern in patterns)
