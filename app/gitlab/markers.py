"""Hidden markers: how the bot finds again what it made. An HTML comment with a rule, a key and a word to search for.

A marker proves nothing by itself, since anybody can copy one: whoever looks for one also checks that the author is the
bot. Text from people can't carry one into the bot's own text, because ``escape`` breaks every ``<``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

_MARKER = re.compile(r"<!-- sowbot:v1 (?P<rule>[^\s<>]+) (?P<key>[^\s<>]+) (?P<word>sow[0-9a-f]{16}) -->")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a marker says."""

    rule: str
    key: str


def marker(rule: str, key: str) -> str:
    """The marker of one thing that ``rule`` made for ``key``. The same input gives the same marker for ever."""
    return f"<!-- sowbot:v1 {_encode(rule)} {_encode(key)} {_word(rule, key)} -->"


def as_marker(text: str) -> str:
    """``text`` if it is a marker; else the marker that has it as its key."""
    return text if _MARKER.fullmatch(text) else marker("key", text)


def has_marker(text: str, wanted: str) -> bool:
    """Is this very marker in the text?"""
    return as_marker(wanted) in text


def marks(text: str) -> tuple[Mark, ...]:
    """All markers in a text, in order."""
    return tuple(Mark(_decode(found["rule"]), _decode(found["key"])) for found in _MARKER.finditer(text))


def search_word(wanted: str) -> str:
    """One word that a marker contains and that GitLab's full-text search can find."""
    found = _MARKER.fullmatch(as_marker(wanted))
    assert found is not None
    return found["word"]


def with_marker(body: str, wanted: str) -> str:
    """The body with the marker on a line of its own at the end, once."""
    mark = as_marker(wanted)
    return body if mark in body else f"{body.rstrip()}\n\n{mark}"


def with_block(text: str, wanted: str, block: str) -> str:
    """The text with ``block`` between the marker and its end mark: replaced where it is already, else appended."""
    begin = as_marker(wanted)
    end = f"<!-- sowbot:end {search_word(wanted)} -->"
    inner = f"{begin}\n{block.strip()}\n{end}"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if found and closed:
        return f"{before}{inner}{after}"
    return f"{text.rstrip()}\n\n{inner}" if text.strip() else inner


def folded(body: str, banner: str) -> str:
    """A note's text below a banner that says that it counts no more, so that it can still be read."""
    return f"{banner.strip()}\n\n<details><summary>What it said</summary>\n\n{body.strip()}\n\n</details>"


def _encode(text: str) -> str:
    # "--" and ">" may not occur in an HTML comment; quote() leaves dashes alone and encodes the rest.
    return re.sub("-(?=-)|-$", "%2D", quote(text, safe=":/#+")) or "%00"


def _decode(text: str) -> str:
    return "" if text == "%00" else unquote(text)


def _word(rule: str, key: str) -> str:
    return "sow" + hashlib.sha256(f"{rule}\0{key}".encode()).hexdigest()[:16]
