"""What stands after the colon of a fact's line, as the kind of value that the rule file says it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from app.rules.model import FactDef
from app.rules.reading.amounts import read_money
from app.rules.reading.references import read_reference

_LONGEST = 1_000
"""Characters of a value that are read: nobody means more by one line."""
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"'|`]+", re.IGNORECASE)
_MARKDOWN_LINK = re.compile(r"\[[^\[\]]*\]\((https?://[^\s<>()]+)\)", re.IGNORECASE)
"""A value that is one link means the address: the words before it are for the eye."""
_HANDLE = re.compile(r"(?<![\w@])@([A-Za-z0-9_][A-Za-z0-9_.-]*)")
_WHOLE = re.compile(r"(?:[A-Za-z]{1,6}(?=[-# ]))?[-# ]{0,3}([0-9]{1,15})(?![0-9.,]*[0-9])")
_STRUCK = re.compile(r"~~[^~]{0,200}~~")
_PLACEHOLDERS = frozenset({"", "to-do", "todo", "tbd", "tba", "?", "-", "…", "..."})


def read_value(definition: FactDef, text: str) -> object | None:
    """The value in ``text``; None where it mentions none; ``{"unreadable": text}`` where it can't be understood."""
    text = _STRUCK.sub("", text[:_LONGEST]).strip(" \t*_`")
    if text.casefold() in _PLACEHOLDERS:
        return None
    if definition.link is not None:
        # Words instead of the link are no mention: "SOW: follows tomorrow" must not hide an earlier link.
        return last_link(text, definition.link)
    if definition.money is not None:
        return read_money(text, definition.money)
    if definition.number:
        return _read_number(text)
    if definition.date:
        return _read_date(text)
    if definition.one_of:
        return _read_choice(text, definition.one_of)
    if definition.issue:
        return read_reference(text) or _unreadable(text)
    if definition.people:
        return list(dict.fromkeys(name.rstrip(".") for name in _HANDLE.findall(text))) or _unreadable(text)
    link = _MARKDOWN_LINK.fullmatch(text)
    return link[1] if link else text


def links(text: str) -> Iterator[str]:
    """Every web address in a text, Markdown links included."""
    for found in _ADDRESS.finditer(text):
        yield found[0].rstrip(".,;:!?*_~")


def last_link(text: str, wanted: str) -> str | None:
    """The last address in the text that begins with this host and path."""
    return next((link for link in reversed(list(links(text))) if leads_to(link, wanted)), None)


def leads_to(link: str, wanted: str) -> bool:
    """Whether the address is at this host and path: ``docs.google.com.example`` is not ``docs.google.com``."""
    bare = link.partition("://")[2].removeprefix("www.").casefold()
    start = wanted.partition("://")[2] or wanted
    start = start.removeprefix("www.").casefold().rstrip("/")
    return bare.startswith(start) and bare[len(start) : len(start) + 1] in ("", "/", "?", "#")


def _unreadable(text: str) -> dict[str, object]:
    return {"unreadable": text}


def _read_number(text: str) -> object:
    found = _WHOLE.match(text)
    return int(found[1]) if found else _unreadable(text)


def _read_date(text: str) -> object:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return _unreadable(text)
    return _unreadable(text) if text[10:11].isdigit() else day.isoformat()


def _read_choice(text: str, choices: list[str]) -> object:
    """The one choice that the text is or begins with; naming several (an untouched template) is no choice."""
    low = text.casefold()
    named = [choice for choice in choices if _begins(low, choice.casefold())]
    others = [choice for choice in choices if choice not in named and choice.casefold() in low]
    if not named or others:
        return _unreadable(text)
    return max(named, key=len)


def _begins(text: str, choice: str) -> bool:
    return text.startswith(choice) and not text[len(choice) : len(choice) + 1].isalnum()
