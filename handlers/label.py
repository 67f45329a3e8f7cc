"""Add labels to the item and remove others.

Reads: which labels mean approvals.
Writes: the item's labels, as a delta; a scoped label takes its scope's other values away.
Silent when: the item has them (or has them no more) already. Refuses to add a label that means an approval, unless a
person set that very label in another spelling, which the same step takes off: the approval was theirs.
"""

from __future__ import annotations

from pydantic import Field, model_validator

from app.domain.decision import Outcome
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.model import Names
from app.rules.telling.words import Quote, both, listed
from handlers.approvals import approvals_among, refusal


class LabelParams(Params):
    """Which labels."""

    add: Names = Field(default=[])
    """Labels to add. Never one that means an approval."""
    remove: Names = Field(default=[])
    """Labels to remove."""

    @model_validator(mode="after")
    def _something(self) -> LabelParams:
        if not self.add and not self.remove:
            raise ValueError("name at least one label under add or remove")
        return self


def effects(params: LabelParams) -> Effects:
    """The labels named."""
    return Effects(adds=frozenset(params.add), removes=frozenset(params.remove))


def run(ctx: Context, params: LabelParams) -> Outcome:
    """Change the labels, unless that would approve something."""
    respelt = _respelt(ctx, params)
    if approving := [label for label in approvals_among(ctx.rules, params.add) if label not in respelt]:
        return refusal(approving)
    return ctx.gitlab.change_labels(ctx.item, add=params.add, remove=params.remove)


def _respelt(ctx: Context, params: LabelParams) -> frozenset[str]:
    """Labels that are on the item in another spelling which this step takes off."""
    book, taken_off = ctx.book, {title.casefold() for title in params.remove}
    there = [title for title in ctx.snapshot.labels if title.casefold() in taken_off]
    return frozenset(book.canonical(title) for title in there if book.canonical(title) != title)


def _says(params: LabelParams, quote: Quote) -> str:
    said = [f"adds {_labels(params.add, quote)}"] if params.add else []
    return listed([*said, f"removes {_labels(params.remove, quote)}"] if params.remove else said)


def _labels(titles: list[str], quote: Quote) -> str:
    return f"the label{'' if len(titles) == 1 else 's'} {both(titles, quote)}"


HANDLER = Handler(
    spec=ActionSpec(
        name="label",
        params=LabelParams,
        effects=effects,
        purpose="Add labels to the item and remove others.",
        offers={"add": "label", "remove": "label"},
        says=_says,
    ),
    run=run,
)
