"""Put a card back into the stage that an illegal move took it from.

The board's own moves plan this step; a rule may use it too. Putting a card back into an approved stage is not an
approval: it only brings back what a person approved before the illegal move.

Reads: the item's stage labels now.
Writes: the item's stage label.
Silent when: somebody moved the card on meanwhile (it stands down), or the card is back already.
"""

from __future__ import annotations

from app.domain.decision import Outcome, Result
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.book import OPEN
from handlers.note_text import short_reference, stage_title


class RestoreStageParams(Params):
    """From where to where."""

    to: str
    """The stage to put the card back into; ``Open`` takes the stage label away."""
    refused: str
    """The stage that the illegal move put it into."""


def effects(params: RestoreStageParams) -> Effects:
    """The two stages named."""
    adds = frozenset[str | None]() if params.to == OPEN else frozenset[str | None]({params.to})
    return Effects(adds=adds, removes=frozenset({params.refused}), stages=frozenset({params.to}))


def run(ctx: Context, params: RestoreStageParams) -> Outcome:
    """Put it back, if it is still where the illegal move put it."""
    book = ctx.book
    now = book.stage_of(ctx.snapshot.labels)
    refused = [label for label in ctx.snapshot.labels if book.canonical(label) == params.refused]
    reference = short_reference(ctx.snapshot)
    if not refused and now == params.to:
        return Outcome(Result.ALREADY_SO, f"{reference} is back in {stage_title(params.to)} already.")
    if not refused and now != params.refused:
        where = stage_title(now)
        return Outcome(Result.STOOD_DOWN, f"{reference} was moved to {where} meanwhile; the card was left there.")
    return ctx.gitlab.change_labels(ctx.item, add=[] if params.to == OPEN else [params.to], remove=refused)


HANDLER = Handler(
    spec=ActionSpec(
        name="restore_stage",
        params=RestoreStageParams,
        effects=effects,
        purpose="Put a card back into the stage that an illegal move took it from.",
        offers={"to": "stage", "refused": "stage"},
        says=lambda params, quote: f"puts the card back into {quote(params.to)}",
    ),
    run=run,
)
