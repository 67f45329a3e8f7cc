"""Slack's Block Kit: a message as a heading, its text, a button that leads to the issue, and one line of provenance.

https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.domain.message import About
from app.outbound.slack_text import quoted, slack_text
from app.outbound.spans import shortened

MOST_BLOCKS = 50
SECTION = 3_000
"""Characters of a section's text."""
HEADER = 150
ADDRESS = 3_000
"""Characters of a button's address."""
_PIECE = 600
"""Characters of Markdown of which Slack's text has no more than 3,000, whatever has to be escaped in it."""

Block = dict[str, Any]


def blocks(markdown: str, about: About, mention: str) -> list[Block]:
    """The blocks of a message. ``mention`` stands before the text as it is."""
    head = [{"type": "header", "text": _plain(shortened(about.heading, HEADER))}] if about.heading else []
    foot = [_context(about.provenance)] if about.provenance else []
    body = list(_sections(f"{mention} " if mention else "", markdown))
    room = MOST_BLOCKS - len(head) - len(foot)
    if len(body) > room:
        body = [*body[: room - 1], _section("…")]
    if body and about.url.startswith(("https://", "http://")) and len(about.url) <= ADDRESS:
        body[0]["accessory"] = {"type": "button", "text": _plain("Open the issue"), "url": about.url}
    return [*head, *body, *foot]


def _sections(before: str, markdown: str) -> Iterator[Block]:
    """The text line by line, as many lines to a section as it holds."""
    text = before
    for line in _short_lines(markdown):
        said = slack_text(line)
        if text and len(text) + 1 + len(said) > SECTION:
            yield _section(text)
            text = ""
        text = f"{text}\n{said}" if text and text != before else text + said
    if text.strip():
        yield _section(text)


def _short_lines(markdown: str) -> Iterator[str]:
    """The lines; one that no section would hold is cut, which at worst shows a link's brackets."""
    for line in markdown.strip().split("\n"):
        if len(slack_text(line)) <= SECTION - 200:
            yield line
        else:
            yield from (line[at : at + _PIECE] for at in range(0, len(line), _PIECE))


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _context(text: str) -> Block:
    # verbatim: Slack would else make links of what looks like one.
    said = {"type": "mrkdwn", "text": quoted(shortened(text, _PIECE)), "verbatim": True}
    return {"type": "context", "elements": [said]}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
