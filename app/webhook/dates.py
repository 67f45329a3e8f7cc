"""The three ways in which GitLab writes a time, read as one."""

from __future__ import annotations

from datetime import UTC, datetime

LONGEST = 40


def read_time(value: object) -> datetime | None:
    """An aware time in UTC, or None where the value is none.

    ``2018-03-23 17:35:53 UTC`` (old), ``2013-12-03T17:15:43Z``, ``2026-05-28T05:54:03.097Z`` (from 19.x), and bare
    dates, which mean midnight UTC.
    """
    if not isinstance(value, str) or len(value) > LONGEST:
        return None
    text = value.strip()
    if text.endswith(" UTC"):
        text = text.removesuffix(" UTC") + "Z"
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
