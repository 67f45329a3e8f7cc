"""Finds quick actions in a text as GitLab does: by lines, not by Markdown.

Every carriage return is dropped first, so ``\\n\\r/close`` is a command too. Passed over are only: fences of three
backticks that are closed, ``>>>`` quotes that are closed, blocks between lines ``<tag>`` and ``</tag>``, and backtick
code that begins a line. HTML comments hide nothing. Commands may stand in the middle of a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_TAG = re.compile(r"<[^>]+>")
_CLOSING_TAG = re.compile(r"</[^>]+>")


@dataclass(frozen=True)
class Command:
    """One quick action: its name in lower case, and the rest of the line."""

    name: str
    argument: str


def extract(text: str, names: Iterable[str]) -> tuple[str, list[Command]]:
    """The text without its commands, and the commands in order. Only the given names are commands."""
    alternatives = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    command_line = re.compile(rf"/({alternatives})(?: (.*))?\s*", re.IGNORECASE)
    lines = text.replace("\r", "").split("\n")
    kept: list[str] = []
    commands: list[Command] = []
    at = 0
    while at < len(lines):
        end = _end_of_block(lines, at)
        if end is not None:
            kept += lines[at : end + 1]
            at = end + 1
            continue
        found = command_line.fullmatch(lines[at])
        if found:
            commands.append(Command(found[1].lower(), (found[2] or "").strip()))
        else:
            kept.append(lines[at])
        at += 1
    return "\n".join(kept).rstrip(), commands


def _end_of_block(lines: list[str], start: int) -> int | None:
    """The last line of a passed-over block that begins at ``start``; None when none begins, or it is never closed."""
    line = lines[start]
    if line.startswith("```"):
        return _first(lines, start + (2 if line == "```" else 1), lambda each: each == "```")
    if line.startswith(">>>"):
        return _first(lines, start + (2 if line == ">>>" else 1), lambda each: each == ">>>")
    if line.startswith("`"):
        if len(line) > 2 and line.endswith("`"):
            return start
        return _first(lines, start + 1, lambda each: each.endswith("`"))
    if _TAG.fullmatch(line):
        return _first(lines, start + 2, lambda each: _CLOSING_TAG.fullmatch(each) is not None)
    return None


def _first(lines: list[str], start: int, fits: Callable[[str], bool]) -> int | None:
    return next((at for at in range(start, len(lines)) if fits(lines[at])), None)
