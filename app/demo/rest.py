"""Whether the bot has anything left to do: asked before and after the clock leaps, for the pace alone.

In life no day passes between two of the bot's writes. Whether an expectation holds is never asked here.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from app.demo.people import ActFailed
from app.engine.ledger import OPEN_STATES
from app.engine.tables import facts_of_ours, inbox, timers

LOOKED_AT = "schedules_looked_at"
_OPEN = inbox.c.state.in_(OPEN_STATES)
SOON_S = 5.0
"""What a rule itself waits for, such as the moment in which somebody else may file an issue, is no longer than this."""
_PAUSE_S = 0.1
_WITHIN_S = 60.0


class Rest:
    """Reads the bot's database and writes nothing."""

    def __init__(self, data_dir: Path) -> None:
        self._engine = sa.create_engine(f"sqlite:///file:{data_dir / 'sowbot.sqlite'}?mode=ro&uri=true")

    def wait(self, now: datetime) -> None:
        """Wait until all that is due by ``now`` was seen, and all that was seen is done. Raises ActFailed."""
        until = time.monotonic() + _WITHIN_S
        while not self._rests(now.timestamp()):
            if time.monotonic() > until:
                raise ActFailed("The bot does not get done with what it has to do.")
            time.sleep(_PAUSE_S)

    def works(self) -> bool:
        """Whether something was seen and is not done, unless it is tried again only later than ``SOON_S``."""
        now = inbox.c.not_before.is_(None) | (inbox.c.not_before <= time.time() + SOON_S)
        todo = sa.select(sa.func.count()).select_from(inbox).where(_OPEN, now)
        with self._engine.connect() as connection:
            return bool(connection.scalar(todo))

    def busy(self, iids: Collection[int]) -> bool:
        """Whether something of issues with these numbers was seen and is not done."""
        todo = sa.select(inbox.c.item).where(_OPEN).distinct()
        with self._engine.connect() as connection:
            return any(int(str(item).rpartition("#")[2] or 0) in iids for item in connection.scalars(todo))

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def _rests(self, now: float) -> bool:
        looked = sa.select(facts_of_ours.c.value).where(facts_of_ours.c.name == LOOKED_AT)
        due = sa.select(sa.func.count()).select_from(timers).where(timers.c.due_at <= now)
        todo = sa.select(sa.func.count()).select_from(inbox).where(_OPEN)
        with self._engine.connect() as connection:
            looked_at = connection.scalar(looked)
            if looked_at is not None and float(looked_at) < now:
                return False
            return not connection.scalar(due) and not connection.scalar(todo)
