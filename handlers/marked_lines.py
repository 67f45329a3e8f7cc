"""Marked lines: what people put on a list in an issue's text, such as ``- [ ] Follow-up: write the runbook @jo``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.handler import Context
from app.rules.reading.activity import same_person
from app.rules.reading.facts import line_key
from app.rules.reading.visible import visible_lines

_HANDLE = re.compile(r"(?<![\w@])@([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?)")
_TICKED = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+\[[xX~]\]\s")
_NOTHING = frozenset({"", "to-do", "todo", "tbd", "-", "…", "...", "?"})


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """One line of a list."""

    text: str
    """What stands after the colon, without the people at its end."""
    people: tuple[str, ...]
    """Usernames that it names."""

    @property
    def name(self) -> str:
        """The same for the same words, whatever their case and blanks."""
        words = " ".join(self.text.casefold().split())
        return hashlib.sha256(words.encode()).hexdigest()[:16]


def marked_lines(ctx: Context, mark: str) -> list[MarkedLine]:
    """The lines ``<mark>: …`` of the description and of people's open comments, in order, each once.

    A line whose box is ticked is done, a quoted one repeats another, and what stands in code means nothing.
    """
    wanted = line_key(mark)
    found: dict[str, MarkedLine] = {}
    for text in _texts(ctx):
        for line in visible_lines(text):
            before, colon, after = line.partition(":")
            if colon and line_key(before) == wanted and not _TICKED.match(line) and not line.lstrip().startswith(">"):
                one = _read(after)
                if one.text.casefold() not in _NOTHING:
                    found.setdefault(one.name, one)
    return list(found.values())


def _texts(ctx: Context) -> Iterator[str]:
    yield ctx.snapshot.description or ""
    bot = ctx.snapshot.bot
    for note in ctx.snapshot.notes or ():
        # What becomes of a line is seen by people who don't see internal notes.
        if not note.internal and (bot is None or not same_person(note.author, bot)):
            yield note.body


def _read(text: str) -> MarkedLine:
    people = tuple(dict.fromkeys(_HANDLE.findall(text)))
    bare = _HANDLE.sub(lambda found: "" if found.end() == len(text.rstrip(" .,;")) else found[0], text)
    return MarkedLine(bare.strip(" \t*_`.,;"), people)
