"""The engine's clock: aware UTC datetimes for people, Unix seconds for rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_ahead: Callable[[], timedelta] = timedelta
"""How far it is ahead of this machine's. Nothing, but in the demo that plays what weeks bring."""


def utc_now() -> datetime:
    """Now, aware. The one place where the bot asks."""
    return datetime.now(UTC) + _ahead()


def run_ahead(how_far: Callable[[], timedelta]) -> None:
    """Let the clock run ahead by what ``how_far`` says whenever it is asked. No setting of the bot's leads here: only
    the demo's own start of it (``app/demo/serve_ahead.py``) calls this."""
    global _ahead
    _ahead = how_far


def from_unix(seconds: float) -> datetime:
    """A row's time as a datetime."""
    return datetime.fromtimestamp(seconds, UTC)
