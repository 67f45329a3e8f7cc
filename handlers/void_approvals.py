"""Say that approvals which were given count no more, and why; write that down.

Reads: what was approved and what the issue says now.
Writes: the record, and one comment to those who had approved. It takes no label off and moves no card.
Silent when: nobody had approved it, or it counts no more already.
"""

from __future__ import annotations

from app.domain.decision import Outcome, Result
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.deciding.approvals import differences
from app.rules.reading.approvals import counts
from handlers.approvals import void
from handlers.note_text import stage_title


class VoidApprovalsParams(Params):
    """Which approval."""

    approval: str
    """One of ``approvals``: a label or a stage."""
    template: str = "approvals_void"
    """A file of templates/comment/, without .md. It knows ``approval``, ``title``, ``approvers`` and ``reasons``."""


def effects(_params: VoidApprovalsParams) -> Effects:
    """It speaks, nothing else."""
    return Effects(speaks=True)


def run(ctx: Context, params: VoidApprovalsParams) -> Outcome:
    """Tell those who had approved, then write it down."""
    given = [one for one in ctx.records.approvals(ctx.item) if counts(one) and one.label == params.approval]
    if not given:
        return Outcome(Result.ALREADY_SO, f"No approval of {params.approval} counts.")
    reasons = list(dict.fromkeys(line for one in given for line in differences(one, ctx.facts)))
    because = "; ".join(reasons) or f"the card went back to {stage_title(ctx.stage or '')}"
    approvers = list(dict.fromkeys(one.by for one in given))
    return void(
        ctx, params.approval, because, template=params.template, approvers=approvers, reasons=reasons or [because]
    )


HANDLER = Handler(
    spec=ActionSpec(
        name="void_approvals",
        params=VoidApprovalsParams,
        effects=effects,
        purpose="Say that approvals which were given count no more, and why; write that down.",
        offers={"approval": "label", "template": "comment/"},
        says=lambda params, quote: f"says that the approval {quote(params.approval)} counts no more",
        announces=True,
        templates=lambda params: (f"comment/{params.template}",),
    ),
    run=run,
)
