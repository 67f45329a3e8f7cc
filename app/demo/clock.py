"""Time that can be let go by: how far the sandbox's clock and the bot's are ahead of this machine's.

Both read one small file, so that they never disagree: the bot's process by ``app/demo/serve_ahead.py``, the sandbox
here.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

VARIABLE = "SOWBOT_DEMO_AHEAD"
"""Names the file to the bot's process. The bot itself knows no such setting."""


class Clock:
    """The one file. It holds seconds; a missing or empty one holds none."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def ahead(self) -> timedelta:
        """How far it is ahead."""
        try:
            return timedelta(seconds=float(self.file.read_text(encoding="ascii") or 0))
        except FileNotFoundError:
            return timedelta()

    def now(self) -> datetime:
        """The time that it is there."""
        return datetime.now(UTC) + self.ahead()

    def go_to(self, moment: datetime) -> None:
        """Let time go by until then; it never goes back."""
        ahead = max(self.ahead(), moment - datetime.now(UTC))
        new = self.file.with_suffix(".new")
        new.write_text(str(ahead.total_seconds()), encoding="ascii")
        new.replace(self.file)  # in one step: whoever reads it meanwhile reads the old time or the new one
