"""How long the ledger keeps what: by outcome, so that the many dull deliveries never push out the few that matter.

Parked deliveries are kept until somebody retries or drops them; memories and timers of items are never purged.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.engine.tables import inbox, posts, steps

UNWANTED_KEPT = timedelta(days=14)
"""Deliveries that no rule could want: longer than GitLab's own log (7 days), from which they could come again."""
LOOKED_AT_KEPT = timedelta(days=90)
"""Deliveries that were decided, with no step to carry out."""
ACTED_KEPT = timedelta(days=400)
"""Deliveries that led to steps: a year's deals and their audit."""
AT_ONCE = 2000
"""Rows in one transaction, so that deliveries never wait long for the database."""


def purge_ledger(engine: sa.Engine, now: datetime) -> int:
    """Forget what is older than its time; how many deliveries."""
    acted = sa.exists().where(steps.c.seq == inbox.c.seq)
    gone = 0
    for kept, which in (
        (UNWANTED_KEPT, inbox.c.decision.is_(None) & inbox.c.unread.is_(None)),
        (LOOKED_AT_KEPT, ~acted),
        (ACTED_KEPT, sa.true()),
    ):
        old = (inbox.c.state == "done") & (inbox.c.received_at < (now - kept).timestamp())
        while count := _delete_some(engine, old & which):
            gone += count
    with engine.begin() as connection:
        connection.execute(posts.delete().where(posts.c.began_at < (now - ACTED_KEPT).timestamp()))
    return gone


def _delete_some(engine: sa.Engine, which: sa.ColumnElement[bool]) -> int:
    with engine.begin() as connection:
        seqs = connection.scalars(sa.select(inbox.c.seq).where(which).limit(AT_ONCE)).all()
        if seqs:
            connection.execute(inbox.delete().where(inbox.c.seq.in_(seqs)))
        return len(seqs)
