"""The time of day in a bot of the proofs: moved forward by what a file says, so that nobody has to wait an hour.

The bot's own idea of time is moved (of timers, waits, ages, blind windows, signatures), and so is the sandbox's. What
runs below the bot keeps the machine's: its job queue, which counts seconds, and SQLite.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import app.engine.clock
import app.webhook.deal
import app.webhook.receive

FILE = "later"
"""A file of this name, in the bot's folder, holds the seconds."""
_ASKED_FOR_THE_TIME = (app.engine.clock, app.webhook.deal, app.webhook.receive)


def move_clock(folder: Path) -> None:
    """Let this process read the file whenever it asks what time it is."""
    file = folder / FILE

    class Later(datetime):
        """Only ``now`` is different; the rest makes ordinary datetimes."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(seconds=_seconds(file))

        @classmethod
        def fromtimestamp(cls, timestamp: float, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.fromtimestamp(timestamp, tz)

    for module in _ASKED_FOR_THE_TIME:
        setattr(module, "datetime", Later)  # noqa: B010  # mypy can't type a replaced class


def _seconds(file: Path) -> float:
    try:
        return float(file.read_text())
    except FileNotFoundError:
        return 0.0
