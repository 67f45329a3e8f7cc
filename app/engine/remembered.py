"""What is kept of an item for good, beside its memory: what people said of approvals, and what they took back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from pydantic import TypeAdapter

from app.domain.decision import Outcome, Result
from app.domain.item import Approval, Memory, TakenBack
from app.engine.clock import utc_now
from app.engine.records import dump
from app.engine.tables import approvals, taken_back

_approval_json: TypeAdapter[Approval] = TypeAdapter(Approval)
_taken_json: TypeAdapter[TakenBack] = TypeAdapter(TakenBack)

OVERTAKEN = "they said something else later"


def with_what_people_said(engine: sa.Engine, item: str, memory: Memory) -> Memory:
    """The memory with what is kept here of the item."""
    return replace(memory, approvals=approvals_of(engine, item), taken_back=taken_back_of(engine, item))


def approvals_of(engine: sa.Engine, item: str) -> tuple[Approval, ...]:
    """What people said of approvals, oldest first."""
    query = sa.select(approvals).where(approvals.c.item == item).order_by(approvals.c.id)
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return tuple(replace(_approval_json.validate_json(row.approval), void=row.void) for row in rows)


def record_approval(engine: sa.Engine, item: str, approval: Approval) -> Outcome:
    """Write down what somebody said; said again of the same thing it is there already."""
    with engine.begin() as connection:
        mine = [
            (row, said)
            for row in connection.execute(sa.select(approvals).where(_counting(item, approval.label))).all()
            if (said := _approval_json.validate_json(row.approval)).by == approval.by
        ]
        if any((said.verdict, said.of) == (approval.verdict, approval.of) for _, said in mine):
            return Outcome(Result.ALREADY_SO, f"It is written down already what @{approval.by} said.")
        for row, _ in mine:
            _void(connection, approvals.c.id == row.id, OVERTAKEN, utc_now())
        text = dump(_approval_json, approval)
        connection.execute(approvals.insert().values(item=item, label=approval.label, approval=text))
    return Outcome(Result.APPLIED, f"Wrote down: @{approval.by}, {approval.verdict}, {approval.label}.")


def void_approvals(engine: sa.Engine, item: str, label: str, because: str, *, by: str = "") -> Outcome:
    """What was said of this label counts no more; of one person only, if one is named."""
    with engine.begin() as connection:
        said = connection.execute(sa.select(approvals).where(_counting(item, label))).all()
        theirs = [row.id for row in said if not by or _approval_json.validate_json(row.approval).by == by]
        count = _void(connection, approvals.c.id.in_(theirs), because, utc_now())
    if not count:
        return Outcome(Result.ALREADY_SO, "No approval of it counts.")
    return Outcome(Result.APPLIED, f"{count} approval{'' if count == 1 else 's'} of {label} count no more: {because}.")


def take_back(engine: sa.Engine, item: str, taken: Sequence[TakenBack]) -> None:
    """Remember that a person took writes back; the last word on each counts. All of them or none."""
    with engine.begin() as connection:
        for one in taken:
            same = (taken_back.c.item == item) & (taken_back.c.rule == one.rule) & (taken_back.c.write == one.write)
            connection.execute(taken_back.delete().where(same))
            row = {"item": item, "rule": one.rule, "write": one.write, "taken": dump(_taken_json, one)}
            connection.execute(taken_back.insert().values(**row, at=one.at.timestamp()))


def taken_back_of(engine: sa.Engine, item: str) -> tuple[TakenBack, ...]:
    """What people took back on the item, oldest first."""
    return _taken(engine, taken_back.c.item == item)


def taken_back_from(engine: sa.Engine, rule: str) -> dict[str, TakenBack]:
    """What people took back from the rule, by item."""
    query = sa.select(taken_back).where(taken_back.c.rule == rule).order_by(taken_back.c.id)
    with engine.connect() as connection:
        return {row.item: _taken_json.validate_json(row.taken) for row in connection.execute(query)}


def give_back(engine: sa.Engine, *, rule: str | None = None, item: str | None = None, write: str | None = None) -> int:
    """Forget what was taken back; how much. What is named narrows it down."""
    named = ((taken_back.c.rule, rule), (taken_back.c.item, item), (taken_back.c.write, write))
    which = [column == value for column, value in named if value is not None]
    with engine.begin() as connection:
        return connection.execute(taken_back.delete().where(*which)).rowcount


def _taken(engine: sa.Engine, which: sa.ColumnElement[bool]) -> tuple[TakenBack, ...]:
    query = sa.select(taken_back.c.taken).where(which).order_by(taken_back.c.id)
    with engine.connect() as connection:
        return tuple(_taken_json.validate_json(text) for text in connection.scalars(query))


def _counting(item: str, label: str) -> sa.ColumnElement[bool]:
    return (approvals.c.item == item) & (approvals.c.label == label) & (approvals.c.void == "")


def _void(connection: sa.Connection, which: sa.ColumnElement[bool], because: str, now: datetime) -> int:
    gone = connection.execute(approvals.update().where(which).values(void=because, void_at=now.timestamp()))
    return gone.rowcount
