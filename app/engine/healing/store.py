"""The inbox as healing sees it: what it holds of an item, and where found changes go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app.domain.change import Change
from app.domain.item import Person
from app.engine.clock import from_unix
from app.engine.healing.same import FOUND, own_test
from app.engine.inbox import InboxWriter
from app.engine.records import change_json
from app.engine.tables import inbox, memory

MOST_OF_ONE_ITEM = 1000
_NEWEST_ROWS = 200
_FEW = 100


class Store:
    """Reads the inbox, and puts found changes into it as if they had been delivered."""

    def __init__(self, database: sa.Engine, writer: InboxWriter) -> None:
        self._database = database
        self._writer = writer

    def put(self, changes: Sequence[Change]) -> list[Change]:
        """Store them; those that were new."""
        names = {change.delivery_id for change in changes}
        query = sa.select(inbox.c.delivery_id).where(inbox.c.delivery_id.in_(names))
        with self._database.begin() as connection:
            known = set(connection.scalars(query))
            fresh = [change for change in changes if change.delivery_id not in known]
            self._writer.put_now(connection, fresh)
        return fresh

    def told(self, item: str, bot: Person | None) -> list[Change]:
        """What the inbox holds of an item, oldest first; without the bot's own tests of hooks, which tell nothing."""
        query = sa.select(inbox.c.change).where(inbox.c.item == item).order_by(inbox.c.seq.desc())
        with self._database.connect() as connection:
            found = connection.scalars(query.limit(MOST_OF_ONE_ITEM)).all()
        told = (change_json.validate_json(text) for text in reversed(found))
        return [change for change in told if not own_test(change, bot)]

    def remembered_items(self) -> set[str]:
        """Every item that the bot has attended to."""
        with self._database.connect() as connection:
            return set(connection.scalars(sa.select(memory.c.item)))

    def project_path(self, items: Sequence[str]) -> str:
        """Where the project of these items lies, as the newest delivery that is kept of one says; empty if none is."""
        query = sa.select(inbox.c.change).where(inbox.c.item.in_(items[:_FEW])).order_by(inbox.c.seq.desc())
        with self._database.connect() as connection:
            for text in connection.scalars(query.limit(_FEW)):
                if path := change_json.validate_json(text).project_path:
                    return path
        return ""

    def last_heard(self) -> datetime | None:
        """When GitLab last delivered something, as far as the newest rows tell."""
        query = sa.select(inbox.c.received_at, inbox.c.delivery_id, inbox.c.kind).order_by(inbox.c.seq.desc())
        with self._database.connect() as connection:
            for row in connection.execute(query.limit(_NEWEST_ROWS)):
                if row.kind != "timer" and not row.delivery_id.startswith(FOUND):
                    return from_unix(row.received_at)
        return None
