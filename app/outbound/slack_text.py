"""From the Markdown that templates make to Slack's own form of text, in which nobody can be called by accident.

In Slack's text ``<…>`` is the only syntax that links or mentions (``<!channel>``, ``<@U123>``), and ``& < >`` are the
only characters that need escaping. https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

from app.outbound.spans import Span, shortened, spans

LONGEST = 30_000
"""Characters. Slack cuts off after 40,000, and escaping makes a text longer."""
_MARKS = {"strong": "*", "code": "`"}


def slack_text(markdown: str) -> str:
    """The text as Slack shall have it."""
    return "".join(_written(span) for span in spans(shortened(markdown, LONGEST)))


def quoted(text: str) -> str:
    """Plain text, as it may stand in Slack's."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _written(span: Span) -> str:
    if span.kind == "link":
        return f"<{quoted(span.address)}|{quoted(span.text)}>"
    return _MARKS.get(span.kind) or quoted(span.text)
