"""How far healing has come, kept in the database: the position, the floor below which nothing is healed, the pulse."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.engine.tables import facts_of_ours

OVERLAP = timedelta(minutes=5)
"""Looked at again in each sweep: clocks differ, and a list may lag behind what was just written."""
_POSITION, _FLOOR, _PULSE = "sweep.position", "sweep.floor", "pulse"


class Position:
    """Reads and writes the marks. Every call is one short transaction."""

    def __init__(self, database: sa.Engine) -> None:
        self._database = database

    def begin(self, now: datetime) -> datetime:
        """From when on to look. The first time that is now: what was on the board before the bot is left alone."""
        with self._database.begin() as connection:
            floor, position = _read(connection, _FLOOR), _read(connection, _POSITION)
            if floor is None or position is None:
                floor = position = now
                _write(connection, _FLOOR, now)
                _write(connection, _POSITION, now)
        return max(floor, position - OVERLAP)

    def floor(self) -> datetime | None:
        """When the bot first watched this GitLab; None before that."""
        with self._database.connect() as connection:
            return _read(connection, _FLOOR)

    def reached(self, at: datetime) -> None:
        """Everything up to ``at`` is healed."""
        with self._database.begin() as connection:
            _write(connection, _POSITION, at)

    def pulse(self, now: datetime) -> None:
        """The bot is alive."""
        with self._database.begin() as connection:
            _write(connection, _PULSE, now)

    def last_pulse(self) -> datetime | None:
        """When a bot on this database was last known to be alive."""
        with self._database.connect() as connection:
            return _read(connection, _PULSE)


def _read(connection: sa.Connection, name: str) -> datetime | None:
    found = connection.scalar(sa.select(facts_of_ours.c.value).where(facts_of_ours.c.name == name))
    return datetime.fromisoformat(found) if found else None


def _write(connection: sa.Connection, name: str, at: datetime) -> None:
    value = at.isoformat()
    same_name = facts_of_ours.c.name == name
    if connection.execute(facts_of_ours.update().where(same_name).values(value=value)).rowcount == 0:
        connection.execute(facts_of_ours.insert().values(name=name, value=value))
