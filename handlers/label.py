"""Add labels to the item and remove others.

Reads: which labels mean approvals.
Writes: the item's labels, as a delta; a scoped label takes its scope's other values away.
Silent when: the item has them (or has them no more) already. Refuses to add a label that means an approval.
"""

from __future__ import annotations

from pydantic import Field, model_validator

from app.domain.decision import Outcome
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.model import Names
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
    if approving := approvals_among(ctx.rules, params.add):
        return refusal(approving)
    return ctx.gitlab.change_labels(ctx.item, add=params.add, remove=params.remove)


HANDLER = Handler(
    spec=ActionSpec(
        name="label",
        params=LabelParams,
        effects=effects,
        purpose="Add labels to the item and remove others.",
    ),
    run=run,
)
