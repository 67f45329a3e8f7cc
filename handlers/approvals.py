"""Approvals: the labels that only people set, asked by every handler that sets labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from app.domain.decision import Outcome, Result
from app.handler import Context
from app.rules.model import RuleFile
from app.rules.reading.approvals import counts
from app.rules.reading.fact_tests import fact_words
from app.rules.reading.facts import told_internally
from handlers.asked import answer
from handlers.note_text import IN_A_NOTE, stage_title


def approvals_among(rules: RuleFile, labels: Iterable[str]) -> list[str]:
    """Those of the labels that mean an approval, whatever their case or old spelling."""
    meant = {approval.label.casefold() for approval in rules.approvals}
    for title, label in rules.labels.items():
        if title.casefold() in meant:
            meant.update(spelling.casefold() for spelling in label.also_written)
    for stage in rules.board.stages:
        if stage.stage.casefold() in meant:
            meant.update(spelling.casefold() for spelling in stage.also_written)
    return [label for label in labels if label.casefold() in meant]


def approvals_said(ctx: Context) -> list[dict[str, object]]:
    """What people last said of each approval, for the status note: of those that count no more the newest only."""
    hidden = told_internally(ctx.book, ctx.snapshot)
    shown: list[dict[str, object]] = []
    for definition in ctx.rules.approvals:
        said = [one for one in ctx.records.approvals(ctx.item) if one.label == definition.label]
        counting = [one for one in said if not one.void]
        for one in counting or said[-1:]:
            shown.append(
                {
                    "title": approval_title(ctx, one.label),
                    "by": one.by,
                    "day": one.at.astimezone(ZoneInfo(ctx.rules.calendar.timezone)).date(),
                    "verdict": one.verdict,
                    "of": ", ".join(
                        IN_A_NOTE if name in hidden else fact_words(value)
                        for name, value in one.of.items()
                        if value is not None
                    ),
                    "void": one.void,
                    "given": len({other.by for other in counting if counts(other)}),
                    "quorum": definition.quorum,
                }
            )
    return shown


def approval_title(ctx: Context, label: str) -> str:
    """How people call it: a stage as on the board, a label as it is written."""
    return stage_title(label) if label in ctx.book.stages else label


def void(
    ctx: Context,
    label: str,
    because: str,
    *,
    template: str,
    approvers: Sequence[str],
    reasons: Sequence[str],
    by: str = "",
) -> Outcome:
    """Tell those who had approved why it counts no more, then write that down; of one person only, if one is named."""
    values = {
        "approval": label,
        "title": approval_title(ctx, label),
        "approvers": approvers,
        "reasons": reasons,
        "is_stage": label in ctx.book.stages,
    }
    told = answer(ctx, template, values)
    outcome = ctx.records.void_approvals(ctx.item, label, because, by=by)
    return Outcome(outcome.result, outcome.sentence, url=told.url, data=told.data)


def refusal(labels: Iterable[str]) -> Outcome:
    """What is answered to a rule that asks the bot to approve something."""
    named = ", ".join(f"'{label}'" for label in labels)
    return Outcome(
        Result.REFUSED,
        f"{named} means an approval (see 'approvals' in the rule file) and is set by people only; nothing was changed.",
    )
