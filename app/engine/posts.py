"""Which messages went to channels that can't be searched afterwards."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa

from app.engine.clock import utc_now
from app.engine.tables import posts


class DatabasePosts:
    """Remembers that a message was begun and that it arrived; see ``app/outbound``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def begin(self, key: str) -> Literal["new", "unknown", "sent"]:
        """Claim the message. ``unknown``: it was begun before, and whether it arrived nobody knows."""
        with self._engine.begin() as connection:
            row = connection.execute(sa.select(posts).where(posts.c.key == key)).first()
            if row is None:
                connection.execute(posts.insert().values(key=key, began_at=utc_now().timestamp()))
                return "new"
        return "sent" if row.done_at else "unknown"

    def done(self, key: str) -> None:
        """It arrived."""
        with self._engine.begin() as connection:
            connection.execute(posts.update().where(posts.c.key == key).values(done_at=utc_now().timestamp()))

    def forget(self, key: str) -> None:
        """It certainly did not arrive: the next try may send it."""
        with self._engine.begin() as connection:
            connection.execute(posts.delete().where(posts.c.key == key))
