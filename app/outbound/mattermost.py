"""Mattermost by an incoming webhook: https://docs.mattermost.com/developers/integrate/webhooks/incoming"""

from __future__ import annotations

import json
import re
from datetime import datetime

import httpx
from pydantic import SecretStr

from app.outbound.kind import Answer, Letter, Message, by_status
from app.outbound.spans import Span, plain, shortened, spans

LONGEST = 7_600
"""Characters of Markdown: a post holds 16,383, and escaping may double the text."""
_WORD_JOINER = "\u2060"
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~-])")
_CALLS = re.compile(r"(?<=[@~#:])(?=[\w./:-])|(?<=www)(?=\.)")
"""After these Mattermost looks for people, channels, hashtags, emoji and addresses; the joiner, which nobody sees,
keeps it from finding any."""
_MARKS = {"strong": "**", "code": "`"}


class Mattermost:
    """One channel, which the webhook's address stands for. Mattermost's webhooks can't answer in a thread."""

    service = "Mattermost"
    threads = ""

    def __init__(self, url: SecretStr, variable: str) -> None:
        self.variable = variable
        self._url = url

    def letter(self, message: Message, now: datetime) -> Letter:
        """See the protocol."""
        del now
        about, text = message.about, shortened(message.text.strip(), LONGEST)
        attachment = {
            "fallback": _CALLS.sub(_WORD_JOINER, plain(text)),
            "title": _quoted(about.heading),
            "title_link": about.url,
            "text": "".join(_written(span) for span in spans(text)),
            "footer": about.provenance,
            "color": "#6b4fbb",
        }
        said: dict[str, object] = {"attachments": [{name: value for name, value in attachment.items() if value}]}
        if message.mention:
            said["text"] = message.mention  # mentions are looked for here, and in an attachment not by everybody
        return Letter(self._url, json.dumps(said, ensure_ascii=False).encode(), {"Content-Type": "application/json"})

    def read(self, answer: httpx.Response) -> Answer:
        """See the protocol."""
        read = by_status(answer, self.variable)
        if read.ended == "limited" and read.after_s is None:
            return Answer("limited", after_s=_reset_s(answer.headers.get("X-Ratelimit-Reset")))
        return read


def _reset_s(value: str | None) -> float | None:
    """Mattermost tells the seconds until its limit begins anew."""
    return min(float(value), 3600.0) if value and value.isascii() and value.isdigit() and len(value) <= 9 else None


def _written(span: Span) -> str:
    if span.kind == "link":
        return f"[{_quoted(span.text)}]({span.address})"
    return _MARKS.get(span.kind) or _quoted(span.text)


def _quoted(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", _CALLS.sub(_WORD_JOINER, text))
