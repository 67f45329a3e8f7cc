"""The engine's records as handlers see them: an item's earlier decisions, approvals, what people took back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

import sqlalchemy as sa

from app.domain.decision import Outcome, Result
from app.domain.item import Approval, ItemKey, TakenBack
from app.engine import parked, remembered
from app.engine.clock import utc_now
from app.engine.ledger import steps_of
from app.engine.records import change_json, decision_json
from app.engine.tables import inbox, steps
from app.handler import Earlier

MOST_LOOKED_THROUGH = 200
"""Earlier deliveries of an item that are looked through for a comment."""

REFUSED_COUNT = timedelta(days=7)
"""What was refused longer ago is not tried again: the world has moved on."""

TryAgain = Callable[[str], str]
"""Have a parked delivery tried again; what was done, in words."""


class DatabaseRecords:
    """Implements :class:`app.handler.Records` on the engine's database."""

    def __init__(
        self,
        engine: sa.Engine,
        *,
        url: Callable[[str], str],
        try_again: TryAgain,
        on_taken: Callable[[Sequence[str]], None] = lambda _rules: None,
    ) -> None:
        """``url``: where a person can read the decision of a delivery. ``on_taken`` hears of which rules something was
        taken back."""
        self._engine = engine
        self._on_taken = on_taken
        self._url = url
        self._try_again = try_again

    def earlier(self, item: ItemKey, *, most: int) -> Sequence[Earlier]:
        """See the protocol."""
        query = (
            sa.select(inbox.c.seq, inbox.c.delivery_id, inbox.c.change, inbox.c.decision)
            .where(inbox.c.item == str(item), inbox.c.decision.is_not(None))
            .order_by(inbox.c.seq.desc())
            .limit(most)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [
            Earlier(
                change=change_json.validate_json(row.change),
                decision=decision_json.validate_json(row.decision),
                ends=tuple((one.step, one.outcome) for one in steps_of(self._engine, row.seq)),
                url=self._url(row.delivery_id),
            )
            for row in rows
        ]

    def try_again(self, item: ItemKey) -> Outcome:
        """See the protocol."""
        parked.park_refused(self._engine, str(item), since=utc_now() - REFUSED_COUNT)
        failed = [row.delivery_id for row in parked.listed(self._engine, states=("parked",), item=str(item))]
        again = [name for name in failed if ": tried again" in self._try_again(name)]
        if not again:
            return Outcome(Result.ALREADY_SO, "Nothing of this issue has failed.")
        return Outcome(Result.APPLIED, f"{len(again)} {'thing is' if len(again) == 1 else 'things are'} tried again.")

    def note_of(self, item: ItemKey, rules: Collection[str]) -> int | None:
        """See the protocol."""
        wrote = (Result.APPLIED.value, Result.ALREADY_SO.value)
        query = (
            sa.select(inbox.c.seq)
            .where(inbox.c.item == str(item), sa.exists().where(steps.c.seq == inbox.c.seq, steps.c.result.in_(wrote)))
            .order_by(inbox.c.seq.desc())
            .limit(MOST_LOOKED_THROUGH)
        )
        with self._engine.connect() as connection:
            seqs = connection.scalars(query).all()
        for seq in seqs:
            for one in reversed(steps_of(self._engine, seq)):
                if one.step.rule in rules and one.outcome and "note_id" in one.outcome.data:
                    return int(str(one.outcome.data["note_id"]))
        return None

    def take_back(self, item: ItemKey, taken: Sequence[TakenBack]) -> None:
        """See the protocol."""
        remembered.take_back(self._engine, str(item), taken)
        self._on_taken([one.rule for one in taken])

    def approvals(self, item: ItemKey) -> tuple[Approval, ...]:
        """See the protocol."""
        return remembered.approvals_of(self._engine, str(item))

    def record_approval(self, item: ItemKey, approval: Approval) -> Outcome:
        """See the protocol."""
        return remembered.record_approval(self._engine, str(item), approval)

    def void_approvals(self, item: ItemKey, label: str, because: str, *, by: str = "") -> Outcome:
        """See the protocol."""
        return remembered.void_approvals(self._engine, str(item), label, because, by=by)
