"""Facts: what an issue's text says, read by the patterns of the rule file. The newest mention wins.

Comments are newer than the description, later comments newer than earlier ones; within one text the last mention
counts. The bot's own notes never count, people's internal notes do. A fact nobody mentions is missing from the result;
one that is mentioned but can't be understood is ``{"unreadable": the text}``, so that somebody can be asked.

Values are JSON data. Money: ``{"amount", "currency", "text"}``. Link, choice, ISO date, plain text: a string. Number:
an integer. Issue: ``group/project#7``. People: a list of usernames. Table: ``{"rows": 5, "open": [questions],
"open_required": [questions]}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.domain.item import Note, Person, Snapshot
from app.rules.book import RuleBook
from app.rules.model import FactDef
from app.rules.reading.questions import QuestionsReader
from app.rules.reading.references import at_home
from app.rules.reading.values import leads_to, links, read_value
from app.rules.reading.visible import visible_lines

_LONGEST_KEY = 200


def read_facts(book: RuleBook, snapshot: Snapshot) -> dict[str, object]:
    """Every fact of the rule file that the item's text states now.

    Without notes (``snapshot.notes`` is None) a fact that may stand in a comment keeps the value that the bot
    remembers, because the description alone can't say whether a comment has since changed it.
    """
    definitions = book.file.facts
    facts: dict[str, object] = {}
    if not definitions:
        return facts
    reader = _Reader(definitions)
    for text in _texts(snapshot):
        facts.update(reader.read(text))
    facts.update(_from_title(definitions, snapshot.title))
    facts.update(_issues(definitions, facts, snapshot))
    if snapshot.notes is None:
        remembered = snapshot.memory.facts
        spoken = [name for name, one in definitions.items() if one.title_before is None]
        facts.update({name: remembered[name] for name in spoken if name in remembered})
    return facts


def told_internally(book: RuleBook, snapshot: Snapshot) -> tuple[str, ...]:
    """Facts that would read otherwise without people's internal notes. They count, and nothing public repeats them.

    Without notes it is what the bot remembers, as with the facts themselves.
    """
    if snapshot.notes is None:
        return snapshot.memory.internal_facts
    if not any(note.internal for note in snapshot.notes):
        return ()
    said = read_facts(book, snapshot)
    openly = read_facts(book, replace(snapshot, notes=tuple(note for note in snapshot.notes if not note.internal)))
    return tuple(name for name, value in said.items() if openly.get(name) != value)


def is_readable(value: object) -> bool:
    """Whether a fact's value is there and understood."""
    return value is not None and not (isinstance(value, Mapping) and "unreadable" in value)


def people_named(facts: Mapping[str, object], name: str) -> list[str]:
    """Usernames that a fact with ``people: true`` names; empty where it is not stated, or not understood."""
    value = facts.get(name)
    return [str(one) for one in value] if isinstance(value, list) else []


def _texts(snapshot: Snapshot) -> Iterable[str]:
    """Description and people's comments, oldest first."""
    yield snapshot.description or ""
    notes = sorted(snapshot.notes or (), key=lambda note: (note.created_at, note.id))
    yield from (note.body for note in notes if not _by_bot(note, snapshot.bot))


def _by_bot(note: Note, bot: Person | None) -> bool:
    if bot is None:
        return False
    if note.author.id is not None and bot.id is not None:
        return note.author.id == bot.id
    return note.author.username.casefold() == bot.username.casefold()


def _from_title(definitions: Mapping[str, FactDef], title: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, definition in definitions.items():
        if definition.title_before is not None:
            at = title.lower().find(definition.title_before.lower())
            before = title[:at].strip(" \t-–—:|") if at > 0 else ""
            if before:
                found[name] = before
    return found


def _issues(definitions: Mapping[str, FactDef], facts: Mapping[str, object], snapshot: Snapshot) -> dict[str, object]:
    """The facts that are issues, as ``group/project#7``."""
    said = {name: value for name, value in facts.items() if definitions[name].issue and isinstance(value, str)}
    return {name: at_home(value, snapshot) or {"unreadable": value} for name, value in said.items()}


class _Reader:
    """Reads the facts of one text after another, in one pass over its lines."""

    def __init__(self, definitions: Mapping[str, FactDef]) -> None:
        self._lines: dict[str, list[tuple[str, FactDef]]] = {}
        for name, definition in definitions.items():
            if definition.line is not None:
                self._lines.setdefault(line_key(definition.line), []).append((name, definition))
        self._links = [
            (name, definition.link)
            for name, definition in definitions.items()
            if definition.link is not None and definition.line is None
        ]
        self._tables = {name: one for name, one in definitions.items() if one.table is not None}

    def read(self, text: str) -> dict[str, object]:
        """The facts that this text states; the last mention in it counts."""
        found: dict[str, object] = {}
        tables = {name: QuestionsReader(one.table or "", one.unanswered) for name, one in self._tables.items()}
        for line in visible_lines(text):
            # A quoted line repeats what somebody said before: it is no newer mention.
            if line.lstrip().startswith(">"):
                continue
            claimed = self._read_line(line, found)
            if not claimed and self._links and "://" in line:
                self._read_links(line, found)
            for table in tables.values():
                table.take(line)
        found.update({name: value for name, table in tables.items() if (value := table.value()) is not None})
        return found

    def _read_line(self, line: str, found: dict[str, object]) -> bool:
        """Read ``key: value``. True if the line states a link of its own, which is then no other fact's link."""
        at = min((place for place in (line.find(":"), line.find("=")) if place >= 0), default=-1)
        if not 0 < at < _LONGEST_KEY:
            return False
        claimed = False
        for name, definition in self._lines.get(line_key(line[:at]), ()):
            value = read_value(definition, line[at + 1 :])
            if value is not None:
                found[name] = value
                claimed = claimed or definition.link is not None
        return claimed

    def _read_links(self, line: str, found: dict[str, object]) -> None:
        for link in links(line):
            found.update({name: link for name, wanted in self._links if leads_to(link, wanted)})


def line_key(text: str) -> str:
    """The words before the colon, without bullet, task box, heading mark, emphasis, case and spare blanks."""
    words = text.replace("*", " ").replace("`", " ").replace("__", " ").casefold().split()
    while words and (words[0].strip("#-+[]x") == "" or words[0].rstrip(".)").isdigit()):
        words = words[1:]
    return " ".join(words).strip("_")
