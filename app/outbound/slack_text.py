"""From the Markdown that templates make to Slack's own form of text, in which nobody can be called by accident.

In Slack's text ``<…>`` is the only syntax that links or mentions (``<!channel>``, ``<@U123>``), and ``& < >`` are the
only characters that need escaping. A link is made only of Markdown's ``[words](https://…)``. Values from people come
out of the templates with a backslash before such brackets, so they can't make one; the backslashes are taken away here.
https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import html
import re

LONGEST = 30_000
"""Characters. Slack cuts off after 40,000, and escaping makes a text longer."""

_TOKEN = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|\[(?P<words>(?:\\.|[^\[\]\\\n])*)\]\((?P<address>https?://[^\s()<>|\\]+)\)"
    r"|(?P<strong>\*\*)"
    r"|(?P<code></?code>)"
    r"|(?P<entity>&(?:[a-z]+|#\d+|#x[0-9a-f]+);)",
    re.IGNORECASE,
)


def slack_text(markdown: str) -> str:
    """The text as Slack shall have it."""
    text = markdown if len(markdown) <= LONGEST else markdown[: LONGEST - 1] + "…"
    made, end = [], 0
    for token in _TOKEN.finditer(text):
        made += [_quoted(text[end : token.start()]), _converted(token)]
        end = token.end()
    return "".join([*made, _quoted(text[end:])])


def _converted(token: re.Match[str]) -> str:
    if token["escaped"]:
        return _quoted(token["escaped"])
    if token["strong"]:
        return "*"
    if token["code"]:
        return "`"
    if token["entity"]:
        return _quoted(html.unescape(token["entity"]))
    return f"<{_quoted(html.unescape(token['address']))}|{slack_text(token['words'])}>"


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
