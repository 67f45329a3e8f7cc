"""Assign people, named outright, by a fact, or found in a routing table.

A routing table stands under ``routes`` in the rule file. Its rows are tried from the top; the first that fits decides,
so the last one, without ``when``, is the default.

Reads: the item's labels, author, assignees and facts.
Writes: assignees beside the present ones, and the row's labels.
Silent when: they are assigned already, no row fits, or (with a route) somebody is assigned: a person's choice stands.
Refuses a row that would add a label meaning an approval.
"""

from __future__ import annotations

from pydantic import Field, model_validator

from app.domain.decision import Outcome, Result
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.model import Names, Route
from app.rules.telling.words import Quote, both, plainly
from handlers.approvals import approvals_among, refusal
from handlers.note_text import short_reference, without_internal
from handlers.outcomes import whole
from handlers.routing import row_for, said


class AssignParams(Params):
    """Whom: a routing table, users, or those whom a fact names."""

    route: str | None = None
    """Name of a table under ``routes``."""
    users: Names = Field(default=[])
    """GitLab usernames, without @."""
    fact: str | None = None
    """A fact that names people, such as account_team."""

    @model_validator(mode="after")
    def _one_way(self) -> AssignParams:
        if sum((self.route is not None, bool(self.users), self.fact is not None)) != 1:
            raise ValueError("name either a route or users, or a fact")
        return self


def effects(params: AssignParams) -> Effects:
    """Assignees; with a route also labels that only the table knows."""
    return Effects(adds=frozenset({None}) if params.route else frozenset(), assigns=True)


def run(ctx: Context, params: AssignParams) -> Outcome:
    """Find whom, and assign them beside those who are."""
    row = Route(assign=params.users)
    if params.fact is not None:
        row = Route(assign=said(without_internal(ctx), params.fact))  # everybody sees who is assigned
        if not row.assign:
            words = params.fact.replace("_", " ")
            return Outcome(Result.NOT_APPLICABLE, f"The issue does not say who the {words} is.")
    if params.route is not None:
        found = row_for(ctx, params.route)
        if found is None:
            return Outcome(Result.NOT_APPLICABLE, f"No row of the route '{params.route}' fits this issue.")
        row = found
    if approving := approvals_among(ctx.rules, row.add_labels):
        return refusal(approving)
    present = [person.username for person in ctx.snapshot.assignees]
    parts = [_assign(ctx, row, present, routed=params.route is not None)]
    if row.add_labels:
        parts.append(ctx.gitlab.change_labels(ctx.item, add=row.add_labels))
    return whole(parts, data={"usernames": _assigned(row, present, routed=params.route is not None)})


def _assign(ctx: Context, row: Route, present: list[str], *, routed: bool) -> Outcome:
    if not row.assign or (routed and present):
        who = ", ".join(present) or "nobody"
        return Outcome(Result.ALREADY_SO, f"{short_reference(ctx.snapshot)} stays assigned to {who}.")
    return ctx.gitlab.assign(ctx.item, usernames=row.assign, keep=True)


def _assigned(row: Route, present: list[str], *, routed: bool) -> list[str]:
    return present if routed and present else list(dict.fromkeys([*present, *row.assign]))


def _says(params: AssignParams, quote: Quote) -> str:
    if params.route is not None:
        return f"assigns whom the routing table {quote(params.route)} names"
    if params.fact is not None:
        return f"assigns {plainly(params.fact)}, too"
    return f"assigns {both(params.users, quote)}"


HANDLER = Handler(
    spec=ActionSpec(
        name="assign",
        params=AssignParams,
        effects=effects,
        purpose="Assign people, named outright, by a fact, or found in a routing table.",
        offers={"route": "route", "fact": "fact"},
        says=_says,
        users=lambda params: tuple(params.users),
        facts=lambda params: (params.fact,) if params.fact else (),
        routes=lambda params: (params.route,) if params.route else (),
    ),
    run=run,
)
