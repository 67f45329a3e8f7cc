"""Microsoft Teams by a workflow that takes webhook requests: an Adaptive Card.

https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
from pydantic import SecretStr

from app.outbound.kind import Answer, Letter, Message, by_status
from app.outbound.spans import shortened, spans

MOST_BYTES = 28 * 1024 - 1024
"""Teams takes about 28 KB; what the workflow adds itself needs a little of it."""
LONGEST = 20_000
"""Characters to begin with; shortened until the card is small enough."""

Element = dict[str, Any]


class Teams:
    """One channel, into which the workflow posts. A workflow can't be asked to answer in a thread."""

    service = "Teams"
    threads = ""

    def __init__(self, url: SecretStr, variable: str) -> None:
        self.variable = variable
        self._url = url

    def letter(self, message: Message, now: datetime) -> Letter:
        """See the protocol."""
        del now
        longest = LONGEST
        while len(body := _body(message, longest)) > MOST_BYTES and longest > 1:
            longest = longest * 2 // 3
        return Letter(self._url, body, {"Content-Type": "application/json"})

    def read(self, answer: httpx.Response) -> Answer:
        """See the protocol."""
        return by_status(answer, self.variable)


def _body(message: Message, longest: int) -> bytes:
    about = message.about
    body: list[Element] = []
    if about.heading:
        body.append(_text([_run(shortened(about.heading, 150), weight="Bolder", size="Medium")]))
    said = [_run(f"{message.mention} ")] if message.mention else []
    body.append(_text([*said, *_runs(shortened(message.text.strip(), longest))]))
    if about.provenance:
        body.append(_text([_run(shortened(about.provenance, 600), isSubtle=True, size="Small")]))
    actions = [{"type": "Action.OpenUrl", "title": "Open the issue", "url": about.url}] if about.url else []
    card: Element = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
        "actions": actions,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return json.dumps({"type": "message", "attachments": [attachment]}, ensure_ascii=False).encode()


def _runs(markdown: str) -> Iterator[Element]:
    strong = code = False
    for span in spans(markdown):
        if span.kind == "strong":
            strong = not strong
        elif span.kind == "code":
            code = not code
        else:
            looks: Element = {"weight": "Bolder"} if strong else {}
            looks |= {"fontType": "Monospace"} if code else {}
            if span.kind == "link":
                looks["selectAction"] = {"type": "Action.OpenUrl", "url": span.address}
            yield _run(span.text, **looks)


def _text(runs: list[Element]) -> Element:
    """Text runs are shown as they are: in a TextBlock what people wrote would be read as Markdown."""
    return {"type": "RichTextBlock", "inlines": runs}


def _run(text: str, **looks: object) -> Element:
    return {"type": "TextRun", "text": text, **looks}
