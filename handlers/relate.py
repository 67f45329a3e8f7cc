"""Relate the item to an issue that its text names, and comment there.

A change order, a closure issue or a request for work at risk names its scoping issue in a line; whoever reads the one
then finds the other. Where the named issue is private, the item gets its private labels, so that it is as quiet.

Reads: the fact; the issue that it names.
Writes: a link between the two; the item's private labels; on the named issue, with ``label`` a label and with
``comment`` one note for each item.
In another project it says of a private item no more than its reference.
Silent when: they are linked and the note is there already, or the fact is not stated, names the item itself, or an
issue that the bot can't see. A label that means an approval is refused.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey, Snapshot
from app.errors import NotFound
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.deciding.remember import private_item
from app.rules.telling.words import Quote
from handlers.approvals import approvals_among, refusal
from handlers.note_text import reference_of, short_reference, write_note
from handlers.outcomes import whole
from handlers.privacy import PRIVATE, private_labels, stays


class RelateParams(Params):
    """To which issue, and what to say there."""

    to: str
    """The fact that names the issue: one of ``facts`` with ``issue: true``."""
    comment: str | None = None
    """A file of templates/comment/, without .md, to post on the named issue, once for each item."""
    label: str | None = None
    """A label for the named issue, which shows there that it has such an item."""
    link: Literal["relates_to", "blocks", "is_blocked_by"] = "relates_to"
    """How the item is linked to it."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    """More values for the template, by name."""


def effects(params: RelateParams) -> Effects:
    """Another issue, a link, perhaps a private label, which only the rule file knows. The named issue's label counts
    as the item's own, so that it has to be a known one and no approval."""
    return Effects(adds=frozenset({None, params.label}), outside=True)


def run(ctx: Context, params: RelateParams) -> Outcome:
    """Find the issue, link it, speak there."""
    if params.label and (approving := approvals_among(ctx.rules, [params.label])):
        return refusal(approving)
    named = ctx.facts.get(params.to)
    path, _, number = str(named or "").rpartition("#")
    if not isinstance(named, str) or not path or not number.isdigit():
        return Outcome(Result.NOT_APPLICABLE, f"{short_reference(ctx.snapshot)} names no issue as {params.to}.")
    other = _look(ctx, path, int(number))
    if other is None:
        return Outcome(Result.NOT_APPLICABLE, f"The issue that is named as {params.to} is not there, or hidden.")
    if other.key == ctx.item:
        return Outcome(Result.NOT_APPLICABLE, f"{short_reference(ctx.snapshot)} names itself as {params.to}.")
    return whole(_write(ctx, params, other), url=other.web_url, data=_as_data(ctx, other))


def _look(ctx: Context, path: str, iid: int) -> Snapshot | None:
    try:
        return ctx.gitlab.read_item(ItemKey(ctx.gitlab.project(path).id, iid))
    except NotFound:
        return None


def _write(ctx: Context, params: RelateParams, other: Snapshot) -> list[Outcome]:
    done: list[Outcome] = []
    carried = private_labels(ctx.book, ctx.snapshot.labels)
    if missing := [label for label in private_labels(ctx.book, other.labels) if label not in carried]:
        done.append(ctx.gitlab.change_labels(ctx.item, add=missing))
    done.append(ctx.gitlab.ensure_link(ctx.item, other.key, link_type=params.link))
    if params.label is not None:
        done.append(ctx.gitlab.change_labels(other.key, add=[params.label]))
    if params.comment is not None:
        marker = f"{ctx.step.rule}/{params.comment}/{ctx.item}"
        if body := write_note(ctx, params.comment, params.with_, bare=not stays(ctx, other.key.project_id)):
            done.append(ctx.gitlab.ensure_note(other.key, marker=marker, body=body))
    return done


def _private(ctx: Context, other: Snapshot) -> bool:
    return private_item(ctx.book, other)


def _as_data(ctx: Context, other: Snapshot) -> dict[str, object]:
    """What later steps and their templates may say of it. Its title stays out: it may name a customer."""
    return {
        "project_id": other.key.project_id,
        "iid": other.key.iid,
        "reference": reference_of(other),
        "web_url": other.web_url,
        PRIVATE: _private(ctx, other),
    }


def _says(params: RelateParams, quote: Quote) -> str:
    there = [f"adds the label {quote(params.label)}"] if params.label else []
    there += [f"comments with the template {quote(params.comment)}"] if params.comment else []
    said = f"relates the issue to the one that its {quote(params.to)} names"
    return f"{said} and there {' and '.join(there)}" if there else said


HANDLER = Handler(
    spec=ActionSpec(
        name="relate",
        params=RelateParams,
        effects=effects,
        purpose="Relate the item to an issue that its text names, and comment there.",
        offers={"to": "fact", "comment": "comment/", "label": "label"},
        says=_says,
        templates=lambda params: (f"comment/{params.comment}",) if params.comment else (),
        facts=lambda params: (params.to,),
    ),
    run=run,
)
