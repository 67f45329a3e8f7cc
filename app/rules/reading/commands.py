"""Commands: what people ask of the bot in comments, on lines that begin with its name: ``@sowbot approve``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.rules.reading.visible import visible_lines

_PUNCTUATION = ".,:;!?"


def commands(body: str, username: str | None) -> Iterator[str]:
    """The words after the name, one text for each line that begins with it; empty text if nothing follows.

    Lines in code blocks, quotes and HTML comments ask for nothing. ``username`` None: whoever is addressed.
    """
    for line in visible_lines(body):
        name, *words = line.split() or [""]
        if not name.startswith("@"):
            continue
        addressed = name[1:].rstrip(_PUNCTUATION).casefold()
        if addressed and (username is None or addressed == username.casefold()):
            yield " ".join(words)


def asks_for(command: str, wanted: Iterable[str]) -> bool:
    """Whether the command begins with the words of one of those wanted; what follows are its details."""
    said = _bare(command)
    return any(said[: len(words)] == words for words in map(_bare, wanted))


def details_of(command: str, wanted: Iterable[str]) -> str:
    """What follows the words of the longest of ``wanted`` with which the command begins, as it was written."""
    said = _bare(command)
    begun = (len(words) for words in map(_bare, wanted) if said[: len(words)] == words)
    return " ".join(command.split()[max(begun, default=0) :])


def _bare(text: str) -> list[str]:
    return [word.strip(_PUNCTUATION) for word in text.casefold().split()]
