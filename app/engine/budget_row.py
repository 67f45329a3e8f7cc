"""The record that processes with one token share, as one row of PostgreSQL's ``meta``.

A version of the program that knows nothing of it leaves it alone; one that writes the record otherwise gives it another
name, and both go on beside each other.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.engine.common_budget import Common, common_json
from app.engine.records import dump
from app.engine.tables import facts_of_ours

FAMILY = "budget.1."
"""Before the key of the token in the row's name; the number is that of the record's form."""

_NOW = sa.extract("epoch", sa.func.clock_timestamp())


def key_of(url: str, token: str) -> str:
    """Stands for a token at a GitLab, and tells nothing of it."""
    return hmac.digest(token.encode(), f"sowbot: budget at {url}".encode(), hashlib.sha256).hex()[:32]


class BudgetRow:
    """Implements :class:`app.engine.shared_budget.Row`."""

    def __init__(self, database: sa.Engine, key: str) -> None:
        """``key``: what ``key_of`` made of the token."""
        self._database = database
        self._name = FAMILY + key

    def read(self) -> tuple[float, Common]:
        """See the protocol. Holds nobody up and waits for nobody."""
        value = sa.select(facts_of_ours.c.value).where(facts_of_ours.c.name == self._name).scalar_subquery()
        with self._database.connect() as connection:
            now, text = connection.execute(sa.select(_NOW, value)).one()
        return float(now), _record(text)

    def change(self, change: Callable[[float, Common], Common]) -> Common:
        """See the protocol. What is the same afterwards is not written."""
        row = facts_of_ours.c.name == self._name
        empty = insert(facts_of_ours).values(name=self._name, value=dump(common_json, Common()))
        locked = sa.select(facts_of_ours.c.value).where(row).with_for_update()
        with self._database.begin() as connection:
            connection.execute(empty.on_conflict_do_nothing())
            before = _record(connection.scalar(locked))
            after = change(float(connection.scalar(sa.select(_NOW)) or 0.0), before)
            if after != before:
                values = {"value": dump(common_json, after)}
                connection.execute(facts_of_ours.update().where(row).values(values))
        return after

    def clear(self) -> None:
        """See the protocol."""
        with self._database.begin() as connection:
            connection.execute(facts_of_ours.delete().where(facts_of_ours.c.name.startswith(FAMILY, autoescape=True)))


def _record(text: str | None) -> Common:
    try:
        return Common() if text is None else common_json.validate_json(text)
    except ValueError:
        return Common()  # somebody's hand: begun anew, since whoever misses its lot writes what it made
