"""Keep the one note that says where the item stands.

It tells the stage and what it means, who acts, what has to be there before the next stage, the open SSOT rows, the
gates, the links, the time limit and what comes next by the clock; it is edited in place, and its text changes only when
one of these does.

Reads: the item once more (an earlier step of the plan may have changed it), its facts, its timers.
Writes: one note on the item.
Silent when: the note says all that already.
"""

from __future__ import annotations

from app.domain.decision import Outcome
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.deciding.view import View
from handlers.approvals import approvals_said
from handlers.by_clock import by_clock
from handlers.next_reminder import next_reminder
from handlers.next_stage import next_stage
from handlers.note_text import write_note

MARKER = "status"


class StatusNoteParams(Params):
    """Which template."""

    template: str = "status"
    """A file of templates/comment/, without .md."""


def effects(_params: StatusNoteParams) -> Effects:
    """It speaks, nothing else."""
    return Effects(speaks=True)


def run(ctx: Context, params: StatusNoteParams) -> Outcome:
    """Write the note, or bring it up to date."""
    now = ctx.gitlab.read_item(ctx.item)
    book = ctx.book
    stage = ctx.stage or book.stage_of(now.labels)
    view = View.of_snapshot(book, now, stage=stage, facts=ctx.facts)
    extra: dict[str, object] = {
        "next": next_stage(book, view, stage),
        "next_reminder": next_reminder(ctx),
        "by_clock": by_clock(ctx, now, view),
        "approvals": approvals_said(ctx),
    }
    body = write_note(ctx, params.template, extra, steady=True, seen=now)
    return ctx.gitlab.ensure_sticky(ctx.item, marker=MARKER, body=body)


HANDLER = Handler(
    spec=ActionSpec(
        name="status_note",
        params=StatusNoteParams,
        effects=effects,
        purpose="Keep the one note that says where the item stands.",
        offers={"template": "comment/"},
        says=lambda _params, _quote: "brings the status note up to date",
        announces=True,
        templates=lambda params: (f"comment/{params.template}",),
    ),
    run=run,
)
