"""Open the item again.

Reads: nothing.
Writes: the item's state.
Silent when: it is open already.
"""

from __future__ import annotations

from app.domain.decision import Outcome
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params


class ReopenParams(Params):
    """Nothing to set: write ``reopen: {}``."""


def effects(_params: ReopenParams) -> Effects:
    """It reopens."""
    return Effects(reopens=True)


def run(ctx: Context, _params: ReopenParams) -> Outcome:
    """Open it."""
    return ctx.gitlab.set_state(ctx.item, state="opened")


HANDLER = Handler(
    spec=ActionSpec(
        name="reopen",
        params=ReopenParams,
        effects=effects,
        purpose="Open the item again.",
        says=lambda _params, _quote: "opens the issue again",
    ),
    run=run,
)
