"""Try again what failed or was refused on the item.

Reads: the item's deliveries of the last days.
Writes: nothing by itself: what is tried again is done as it was decided, and nothing that ended well is done twice.
Silent when: the answer is there already.
"""

from __future__ import annotations

from app.domain.decision import Outcome, Result
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from handlers.asked import answer


class RetryParams(Params):
    """Which template."""

    template: str = "retried"
    """A file of templates/comment/, without .md. It knows ``outcome`` and ``failed``."""


def effects(_params: RetryParams) -> Effects:
    """What is tried again was planned before, with its own effects."""
    return Effects(speaks=True)


def run(ctx: Context, params: RetryParams) -> Outcome:
    """Have it tried again, and say so."""
    outcome = ctx.records.try_again(ctx.item)
    values = {"outcome": outcome.sentence, "failed": outcome.result is Result.APPLIED}
    told = answer(ctx, params.template, values)
    return Outcome(told.result, outcome.sentence, url=told.url)


HANDLER = Handler(
    spec=ActionSpec(
        name="retry",
        params=RetryParams,
        effects=effects,
        purpose="Try again what failed or was refused on the item.",
        offers={"template": "comment/"},
        says=lambda _params, _quote: "tries again what had failed",
        templates=lambda params: (f"comment/{params.template}",),
    ),
    run=run,
)
