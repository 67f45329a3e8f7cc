"""Close the item.

Reads: nothing.
Writes: the item's state.
Silent when: it is closed already.
"""

from __future__ import annotations

from app.domain.decision import Outcome
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params


class CloseParams(Params):
    """Nothing to set: write ``close: {}``."""


def effects(_params: CloseParams) -> Effects:
    """It closes."""
    return Effects(closes=True)


def run(ctx: Context, _params: CloseParams) -> Outcome:
    """Close it."""
    return ctx.gitlab.set_state(ctx.item, state="closed")


HANDLER = Handler(
    spec=ActionSpec(
        name="close",
        params=CloseParams,
        effects=effects,
        purpose="Close the item.",
        says=lambda _params, _quote: "closes the issue",
    ),
    run=run,
)
