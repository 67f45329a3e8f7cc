"""Deliveries that somebody looks after by hand: listed, tried again, dropped. Safe beside a running bot.

Each act is one transaction on rows in a known state, so a delivery that is being attended to at this moment is either
finished before or found changed by its next look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.change import Change
from app.domain.decision import Result
from app.engine.clock import from_unix, utc_now
from app.engine.inbox import Enqueue, Triage
from app.engine.records import change_json, dump
from app.engine.tables import inbox, steps
from app.webhook.normalise import BUG, normalise

OPEN = ("waiting", "decided", "parked")
STATES = (*OPEN, "done")


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery in a list."""

    delivery_id: str
    state: str
    received_at: datetime
    attempts: int
    not_before: datetime | None
    """Left alone until then."""
    summary: str
    change: Change


def listed(engine: sa.Engine, *, states: Sequence[str] = OPEN, item: str | None = None, most: int = 50) -> list[Row]:
    """Deliveries in these states, newest first, and always those that sowbot could not read."""
    which = inbox.c.state.in_(states) | (inbox.c.unread.is_not(None) if "parked" in states else sa.false())
    if item is not None:
        which &= inbox.c.item == item
    query = sa.select(inbox).where(which).order_by(inbox.c.seq.desc()).limit(most)
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return [
        Row(
            row.delivery_id,
            row.state,
            from_unix(row.received_at),
            row.attempts,
            from_unix(row.not_before) if row.not_before else None,
            row.summary,
            change_json.validate_json(row.change),
        )
        for row in rows
    ]


def retry(engine: sa.Engine, delivery_id: str, *, enqueue: Enqueue, triage: Triage) -> str:
    """Try a parked or waiting delivery again now, as if for the first time; what was done, in words.

    Steps that ended well are not performed again. One that could not be read is read again by this version.
    """
    with engine.begin() as connection:
        row = connection.execute(sa.select(inbox).where(inbox.c.delivery_id == delivery_id).with_for_update()).first()
        if row is None:
            return f"{delivery_id}: there is no such delivery."
        if row.unread is not None:
            return _read_again(connection, row, enqueue, triage)
        if row.state not in OPEN:
            return f"{delivery_id}: it is done ({row.summary or 'no summary'}); nothing to retry."
        failed = (steps.c.seq == row.seq) & (steps.c.result == Result.RETRYING.value)
        connection.execute(steps.update().where(failed).values(result=None, attempts=0))
        _open_again(connection, row, enqueue)
        return f"{delivery_id}: tried again now."


def park_refused(engine: sa.Engine, item: str, *, since: datetime) -> None:
    """Park the item's finished deliveries with steps that GitLab or a handler refused, so that they can be tried again.

    Whoever asks for it has mended what was in the way: a missing right, a missing label.
    """
    refused = steps.c.result == Result.REFUSED.value
    with engine.begin() as connection:
        seqs = connection.scalars(
            sa.select(inbox.c.seq)
            .where(inbox.c.item == item, inbox.c.state == "done", inbox.c.received_at >= since.timestamp())
            .where(sa.exists().where(steps.c.seq == inbox.c.seq, refused))
        ).all()
        if seqs:
            again = steps.update().where(steps.c.seq.in_(seqs), refused).values(result=Result.RETRYING.value)
            connection.execute(again)
            connection.execute(inbox.update().where(inbox.c.seq.in_(seqs)).values(state="parked"))


def drop(engine: sa.Engine, delivery_id: str, *, who: str) -> str:
    """Give a delivery up for good. What is being performed of it this very moment still ends."""
    with engine.begin() as connection:
        done = connection.execute(
            inbox.update()
            .where(inbox.c.delivery_id == delivery_id, inbox.c.state.in_(OPEN) | inbox.c.unread.is_not(None))
            .values(
                state="done",
                summary=f"dropped by {who}",
                finished_at=utc_now().timestamp(),
                not_before=None,
                unread=None,
            )
        )
    if done.rowcount:
        return f"{delivery_id}: dropped."
    return f"{delivery_id}: there is no such delivery that waits or is parked."


def _open_again(connection: sa.Connection, row: sa.Row[tuple[object, ...]], enqueue: Enqueue) -> None:
    state = "waiting" if row.decision is None else "decided"
    connection.execute(
        inbox.update()
        .where(inbox.c.seq == row.seq)
        .values(state=state, attempts=0, not_before=None, finished_at=None, summary="tried again by hand")
    )
    # An older delivery of the item that has to wait would hold this one back.
    connection.execute(
        inbox.update().where(inbox.c.item == row.item, inbox.c.state.in_(OPEN[:2])).values(not_before=None)
    )
    if row.item:
        enqueue(connection, row.item)


def _read_again(connection: sa.Connection, row: sa.Row[tuple[object, ...]], enqueue: Enqueue, triage: Triage) -> str:
    before = change_json.validate_json(row.change)
    change = normalise({"webhook-id": before.delivery_id, "x-gitlab-event": before.hook}, row.unread)
    if change.remark.startswith(BUG):
        return f"{row.delivery_id}: this version can't read it either ({change.remark})."
    wanted, reason = triage(change)
    connection.execute(
        inbox.update()
        .where(inbox.c.seq == row.seq)
        .values(
            change=dump(change_json, change),
            meaning=change.meaning,
            item=str(change.item) if change.item else None,
            kind=change.kind.value,
            state="waiting" if wanted else "done",
            summary="" if wanted else reason,
            finished_at=None if wanted else utc_now().timestamp(),
            unread=None,
        )
    )
    if wanted and change.item:
        enqueue(connection, str(change.item))
    return f"{row.delivery_id}: read again{'' if wanted else f'; not wanted: {reason}'}."
