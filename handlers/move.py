"""Put the item into a stage.

Reads: the item's stage labels now; which stages mean approvals.
Writes: the item's stage label.
Silent when: it is there already. Refuses a stage that means an approval: a person moves a card there.
"""

from __future__ import annotations

from app.domain.decision import Outcome, Result
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.book import OPEN
from handlers.approvals import approvals_among, refusal
from handlers.note_text import short_reference, stage_title


class MoveParams(Params):
    """Where to."""

    to: str
    """The stage; ``Open`` takes the stage label away."""


def effects(params: MoveParams) -> Effects:
    """Into the stage named, out of whichever it is in."""
    adds = frozenset[str | None]() if params.to == OPEN else frozenset[str | None]({params.to})
    return Effects(adds=adds, removes=frozenset({None}), stages=frozenset({params.to}))


def run(ctx: Context, params: MoveParams) -> Outcome:
    """Move it, unless it is there or the stage means an approval."""
    if approving := approvals_among(ctx.rules, [params.to]):
        return refusal(approving)
    book = ctx.book
    if book.stage_of(ctx.snapshot.labels) == params.to:
        reference = short_reference(ctx.snapshot)
        return Outcome(Result.ALREADY_SO, f"{reference} is in {stage_title(params.to)} already.")
    remove = [label for label in ctx.snapshot.labels if book.canonical(label) in book.stages]
    return ctx.gitlab.change_labels(ctx.item, add=[] if params.to == OPEN else [params.to], remove=remove)


HANDLER = Handler(
    spec=ActionSpec(
        name="move",
        params=MoveParams,
        effects=effects,
        purpose="Put the item into a stage.",
        offers={"to": "stage"},
        says=lambda params, quote: f"moves the card to {quote(params.to)}",
    ),
    run=run,
)
