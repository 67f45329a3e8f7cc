"""Write down that somebody approved something, wants changes first, or takes their word back.

The bot records; it never approves. Who may, and when it is asked for, is said by the rule. With it is written down what
was approved: the facts that ``approvals`` names for it, as they read now. An emoji counts only on the last comment that
asked for this approval; who takes it back, takes back the approval that it gave. A word given by command or emoji sets
no label and moves no card: whoever gave it is told what is still theirs to do.

Reads: ``approvals``, the facts, who filed the issue.
Writes: the record; for a command or an emoji one comment, internal where it was asked in an internal note.
Silent when: it is written down already, the emoji is on another comment, or nobody knows who it was.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.domain.change import Kind
from app.domain.decision import Outcome, Result
from app.domain.item import Approval
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.model import ApprovalDef, Names
from app.rules.reading.approvals import counts, filed
from app.rules.telling.words import Quote
from handlers.approvals import approval_title, void
from handlers.asked import answer, asker, details

_TEMPLATES = (
    *("comment/approval_recorded", "comment/changes_wanted"),
    *("comment/approval_not_by_author", "comment/approvals_void"),
)


class RecordApprovalParams(Params):
    """Which approval, and what was said of it."""

    approval: str
    """One of ``approvals``: a label or a stage."""
    verdict: Literal["approved", "changes", "taken back"] = "approved"
    """approved; changes: somebody wants changes first, and their earlier approval counts no more; taken back: with the
    event *emoji taken back*, the approval that they gave by that emoji counts no more."""
    on_note_of: Names = Field(default=[])
    """Rules that ask for it by a comment: an emoji counts only on the last of these comments."""


def effects(_params: RecordApprovalParams) -> Effects:
    """It speaks, nothing else: no label, no stage."""
    return Effects(speaks=True)


def run(ctx: Context, params: RecordApprovalParams) -> Outcome:
    """Write it down, and tell whoever said it by word what is still theirs to do."""
    book = ctx.book
    definition = _definition(ctx, params.approval)
    how = _how(ctx, definition)
    if how == "emoji" and not _on_the_request(ctx, params):
        return Outcome(Result.NOT_APPLICABLE, "The reaction is not on the comment that asked for the approval.")
    by = asker(ctx)
    if not by:
        return Outcome(Result.NOT_APPLICABLE, "Nobody knows who it was, so nothing was written down.")
    if params.verdict == "taken back":
        return _take_back(ctx, definition, by)
    title = approval_title(ctx, definition.label)
    values: dict[str, object] = {"approval": definition.label, "title": title, "details": details(ctx)}
    if definition.not_by_author and params.verdict == "approved" and filed(by, ctx.snapshot.author, ctx.facts):
        return answer(ctx, "approval_not_by_author", values)
    of = {name: ctx.facts.get(name) for name in definition.of}
    said = Approval(definition.label, by, ctx.change.at or ctx.now, how, params.verdict, of)
    outcome = ctx.records.record_approval(ctx.item, said)
    if how in ("label", "move"):
        return outcome
    given = {one.by for one in ctx.records.approvals(ctx.item) if counts(one) and one.label == definition.label}
    values |= {
        "is_stage": definition.label in book.stages,
        "there": book.canonical(definition.label) in book.canonical_all(ctx.snapshot.labels),
        "of": [name for name in definition.of if ctx.facts.get(name) is not None],
        "given": len(given),
        "quorum": definition.quorum,
    }
    template = "approval_recorded" if params.verdict == "approved" else "changes_wanted"
    told = answer(ctx, template, values)
    return Outcome(outcome.result, outcome.sentence, url=told.url, data=told.data)


def _take_back(ctx: Context, definition: ApprovalDef, by: str) -> Outcome:
    theirs = [one for one in ctx.records.approvals(ctx.item) if (one.label, one.by) == (definition.label, by)]
    if not any(counts(one) and one.how == "emoji" for one in theirs):
        return Outcome(Result.NOT_APPLICABLE, f"@{by} has not approved it by an emoji.")
    because, reasons = "the reaction was taken back", ["you took your reaction back"]
    return void(ctx, definition.label, because, template="approvals_void", approvers=[by], reasons=reasons, by=by)


def _definition(ctx: Context, label: str) -> ApprovalDef:
    return next((one for one in ctx.rules.approvals if one.label == label), ApprovalDef(label=label))


def _how(ctx: Context, definition: ApprovalDef) -> str:
    if ctx.change.kind in (Kind.EMOJI, Kind.EMOJI_TAKEN_BACK):
        return "emoji"
    if ctx.change.kind is Kind.COMMENTED:
        return "command"
    return "move" if definition.label in ctx.book.stages else "label"


def _on_the_request(ctx: Context, params: RecordApprovalParams) -> bool:
    wanted = ctx.records.note_of(ctx.item, params.on_note_of)
    return wanted is not None and ctx.change.comment is not None and ctx.change.comment.id == wanted


def _says(params: RecordApprovalParams, quote: Quote) -> str:
    if params.verdict == "changes":
        return f"writes down that changes are wanted before {quote(params.approval)}"
    if params.verdict == "taken back":
        return f"writes down that the approval {quote(params.approval)}, if it was theirs, is taken back"
    return f"writes down the approval {quote(params.approval)} and what was approved"


HANDLER = Handler(
    spec=ActionSpec(
        name="record_approval",
        params=RecordApprovalParams,
        effects=effects,
        purpose="Write down that somebody approved something, wants changes first, or takes their word back.",
        offers={"approval": "label"},
        says=_says,
        announces=True,
        templates=lambda _params: _TEMPLATES,
    ),
    run=run,
)
