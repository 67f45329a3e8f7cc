"""The Markdown that templates make, taken apart: plain text, links, strong and code, and nothing else.

A link is made only of ``[words](https://…)``. Values from people come out of the templates with a backslash before such
brackets, so they can't make one; the backslashes are taken away here, and each channel escapes the plain text anew in
its own way.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_TOKEN = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|\[(?P<words>(?:\\.|[^\[\]\\\n])*)\]\((?P<address>https?://[^\s()<>|\\]+)\)"
    r"|(?P<strong>\*\*)"
    r"|(?P<code></?code>)"
    r"|(?P<entity>&(?:[a-z]+|#\d+|#x[0-9a-f]+);)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text. ``strong`` and ``code`` are marks that begin or end such a stretch, and have no text."""

    kind: Literal["text", "link", "strong", "code"]
    text: str = ""
    """Plain: no escapes in it."""
    address: str = ""
    """Of a link."""


def spans(markdown: str) -> Iterator[Span]:
    """The pieces in order. Text comes in one piece: whoever escapes it sees what stands together."""
    text = ""
    for span in _pieces(markdown):
        if span.kind == "text":
            text += span.text
            continue
        if text:
            yield Span("text", text)
            text = ""
        yield span
    if text:
        yield Span("text", text)


def _pieces(markdown: str) -> Iterator[Span]:
    end = 0
    for token in _TOKEN.finditer(markdown):
        if token.start() > end:
            yield Span("text", markdown[end : token.start()])
        yield _span(token)
        end = token.end()
    if end < len(markdown):
        yield Span("text", markdown[end:])


def plain(markdown: str) -> str:
    """The text as it is read: links by their words."""
    return "".join(span.text for span in spans(markdown))


def shortened(text: str, longest: int) -> str:
    """At most so many characters."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _span(token: re.Match[str]) -> Span:
    if token["escaped"]:
        return Span("text", token["escaped"])
    if token["strong"]:
        return Span("strong")
    if token["code"]:
        return Span("code")
    if token["entity"]:
        return Span("text", html.unescape(token["entity"]))
    return Span("link", plain(token["words"]), html.unescape(token["address"]))
