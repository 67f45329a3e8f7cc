"""What a channel that was at its limit hears afterwards: one message instead of many, and each of them in it."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.message import Held
from app.outbound.spans import shortened
from app.rules.limit import Limit

MOST = 25
"""Messages in one: more make another."""
_LINE = 400
"""Characters of Markdown of each."""


def bundle_text(messages: Sequence[Held], limit: Limit | None) -> str:
    """Markdown. Each message's first line; a link in it still leads to its issue."""
    what = f"{len(messages)} more message{'' if len(messages) == 1 else 's'}"
    why = f", because this channel takes {limit}" if limit is not None else ""
    return "\n".join([f"… and {what}{why}:", *(f"• {_line(one.text)}" for one in messages)])


def _line(text: str) -> str:
    return shortened(" ".join(text.split()), _LINE)
