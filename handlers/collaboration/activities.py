"""Activities of the SOW: the list that stands in the scoping issue, fit to be shown to the customer."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.item import Snapshot
from app.rules.reading.visible import visible_lines

MOST = 40
"""Activities that are taken: a longer list is no list of workstreams."""

_INTERNAL = ("usd", "$", "€", "£", "eur", "gbp", "cogs", "margin", "discount", "cost", "rate")
"""Words of prices and costs: a line with one of them does not leave the scoping issue."""


def read_activities(snapshot: Snapshot, heading: str) -> tuple[list[str], int]:
    """The entries of the newest list under ``heading``, and how many were left out for naming prices."""
    found: list[str] = []
    for text in _texts(snapshot):
        found = list(dict.fromkeys(_entries(text, heading))) or found
    kept = [entry for entry in found if not _internal(entry)]
    return kept[:MOST], len(found) - len(kept)


def _texts(snapshot: Snapshot) -> Iterator[str]:
    """Description and people's comments that the account team may see, oldest first."""
    yield snapshot.description
    bot = snapshot.bot.id if snapshot.bot else None
    for note in snapshot.notes or ():
        if not note.internal and note.author.id != bot:
            yield note.body


def _entries(text: str, heading: str) -> Iterator[str]:
    below = False
    for line in visible_lines(text):
        words = line.strip()
        if words.startswith("#"):
            below = words.strip("# :").casefold() == heading.casefold()
        elif below and (entry := _entry(words)):
            yield entry


def _entry(line: str) -> str:
    """The words of a list entry; empty if the line is none."""
    mark, _, words = line.partition(" ")
    if mark in ("-", "*", "+") or (mark[:-1].isdigit() and mark[-1] in ".)"):
        return words.strip().removeprefix("[ ]").removeprefix("[x]").strip(" *_`")
    return ""


def _internal(entry: str) -> bool:
    words = "".join(char if char.isalnum() else " " for char in entry.casefold()).split()
    return any(word in words or (not word.isalnum() and word in entry) for word in _INTERNAL)
