"""The engine's clock: aware UTC datetimes for people, Unix seconds for rows."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, aware. The one place where the engine asks."""
    return datetime.now(UTC)


def from_unix(seconds: float) -> datetime:
    """A row's time as a datetime."""
    return datetime.fromtimestamp(seconds, UTC)
