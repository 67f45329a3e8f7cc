"""Answer a comment by an emoji.

Reads: nothing.
Writes: one emoji on the comment that this is about; a second run finds it there.
Silent when: what happened was no comment, or the emoji is on it already.
"""

from __future__ import annotations

from app.domain.decision import Outcome
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from handlers.asked import DONE, nod


class ReactParams(Params):
    """Which emoji."""

    emoji: str = DONE
    """Its name without colons, as GitLab knows it: thumbsup, eyes, white_check_mark."""


def effects(_params: ReactParams) -> Effects:
    """It touches nothing of the item."""
    return Effects()


def run(ctx: Context, params: ReactParams) -> Outcome:
    """Put it on the comment."""
    return nod(ctx, params.emoji.strip(":"))


HANDLER = Handler(
    spec=ActionSpec(
        name="react",
        params=ReactParams,
        effects=effects,
        purpose="Answer a comment by an emoji.",
        says=lambda params, quote: f"reacts with {quote(params.emoji)}",
        announces=True,
    ),
    run=run,
)
