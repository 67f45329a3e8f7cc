"""Bring a change order into the project of its original SOW.

First as an issue that tracks it, then as epics of its work. A change order changes scope, time or cost of a SOW that is
under way, so its work stays in that SOW's project and gets no project of its own. What the customer may read there is
that a change order exists and, once it is won, its activities; what it costs stays inside.

Reads: the fact that names the scoping issue, that issue, the change order's list of activities.
Writes: with ``do: track`` an issue in the SOW's project, and the change order below the scoping issue's Customer Epic;
with ``do: land`` one epic for each activity in the customer's group.
Silent when: that is there already, or the SOW has no project yet. Refuses private deals.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey, Snapshot
from app.errors import NotFound
from app.gitlab.port import ProjectView
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.telling.words import Quote
from handlers.collaboration.blueprint import read_blueprint
from handlers.collaboration.blueprint_faults import TEMPLATE_NAMES
from handlers.collaboration.build import Builder, Piece
from handlers.collaboration.deal import Deal
from handlers.collaboration.reading import deal_of, number_of, project_manager
from handlers.collaboration.tie import project_of_deal
from handlers.create_issue import project_of
from handlers.customer_epic import epic_titles
from handlers.note_text import customer_of, short_reference
from handlers.outcomes import whole
from handlers.privacy import is_private
from handlers.tell_scoping_issue import at_scoping_issue

PRIVATE = "Public Sector and confidential change orders are brought into the project by hand."


class ChangeOrderParams(Params):
    """What to do with it."""

    do: Literal["track", "land"]
    """track: it was filed. land: it is won."""
    scoping: str = "scoping_issue"
    """The fact that names the scoping issue of the original SOW."""
    blueprint: str = "customer_project"
    """A file of templates/collaboration/, without .yaml: how epics look."""
    template: str = "issues/change_order"
    """A file of templates/collaboration/, without .md: the issue that tracks it."""
    group: str | None = None
    """With ``track``: the group of the Customer Epics, a short name of ``projects``."""


def effects(_params: ChangeOrderParams) -> Effects:
    """All of it is elsewhere."""
    return Effects(outside=True)


def run(ctx: Context, params: ChangeOrderParams) -> Outcome:
    """Find the project of the SOW, and put the change order into it."""
    scoping = _scoping(ctx, params.scoping)
    if scoping is None:
        return Outcome(Result.NOT_APPLICABLE, f"{short_reference(ctx.snapshot)} names no scoping issue that is there.")
    there = at_scoping_issue(ctx, scoping)
    if is_private(ctx) or is_private(there):
        told: dict[str, object] = {"sentence": PRIVATE, "private": True, "web_url": "", "sow": "", "names": []}
        return Outcome(Result.REFUSED, PRIVATE, data=told)
    sow = number_of(there.facts)
    project = project_of_deal(ctx.gitlab, ctx.rules, customer=customer_of(there), sow=sow) if sow else None
    parts = [_below_epic(ctx, there, params)] if params.do == "track" and params.group else []
    if project is None:
        sentence = f"{sow or 'The SOW'} has no project yet; the change order waits for it."
        parts.append(Outcome(Result.NOT_APPLICABLE, sentence))
        return whole(parts, data={"sentence": sentence, "web_url": "", "sow": sow})
    pieces = _pieces(ctx, there, params, project)
    outcomes = [piece.outcome for piece in pieces]
    data: dict[str, object] = {
        "sow": sow,
        "web_url": project.web_url,
        "names": [piece.name for piece in pieces],
        "sentence": "",
    }
    return whole([*parts, *outcomes], url=project.web_url, data=data)


def _pieces(ctx: Context, there: Context, params: ChangeOrderParams, project: ProjectView) -> list[Piece]:
    names = Deal(customer_of(there), number_of(there.facts), project_manager(there.facts), []).names()
    where = f"templates/collaboration/{params.blueprint}.yaml"
    blueprint = read_blueprint(ctx.templates.blueprint(f"collaboration/{params.blueprint}"), names, where=where)
    original, _ = deal_of(there.snapshot, there.facts, customer=names["customer"], blueprint=blueprint)
    ordered, _ = deal_of(ctx.snapshot, there.facts, customer=names["customer"], blueprint=blueprint)
    builder = Builder(ctx.gitlab, ctx.templates, blueprint, original)
    if params.do == "track":
        return [builder.issue(project, params.template, key=str(ctx.item))]
    # The change order's own number tells its epics from the SOW's: one activity may be in both.
    activities = ordered.activities or [f"Change order {ctx.item.iid}"]
    return list(builder.epics(project, activities))


def _below_epic(ctx: Context, there: Context, params: ChangeOrderParams) -> Outcome:
    """Where there is a Customer Epic the change order goes below it; making one is not its business."""
    group = str(project_of(ctx, params.group))
    epic = ctx.gitlab.find_epic(group, titles=epic_titles(customer_of(there)))
    if epic is None:
        return Outcome(Result.NOT_APPLICABLE, "There is no Customer Epic, or this GitLab has none.")
    return ctx.gitlab.ensure_parent(ctx.item, epic)


def _scoping(ctx: Context, fact: str) -> Snapshot | None:
    path, _, number = str(ctx.facts.get(fact) or "").rpartition("#")
    if not path or not number.isdigit():
        return None
    try:
        key = ItemKey(ctx.gitlab.project(path).id, int(number))
        if key == ctx.item:
            return None
        return replace(ctx.gitlab.read_item(key), notes=ctx.gitlab.read_notes(key), bot=ctx.gitlab.whoami())
    except NotFound:
        return None


def _says(params: ChangeOrderParams, quote: Quote) -> str:
    if params.do == "track":
        return "files an issue that tracks the change order in the project of its SOW"
    return f"adds the change order's activities to the project of its SOW as epics (from {quote(params.blueprint)})"


HANDLER = Handler(
    spec=ActionSpec(
        name="change_order",
        params=ChangeOrderParams,
        effects=effects,
        purpose="Bring a change order into the project of its original SOW.",
        offers={"scoping": "fact", "template": "collaboration/", "group": "project"},
        says=_says,
        templates=lambda params: (f"collaboration/{params.template}",) if params.do == "track" else (),
        gives=TEMPLATE_NAMES,
        gives_only=True,
        projects=lambda params: (params.group,) if params.group else (),
        facts=lambda params: (params.scoping,),
    ),
    run=run,
)
