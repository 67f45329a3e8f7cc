"""File an issue in a customer's project from a template of its own.

One for each week, or once in the project's life. What such a template may name is the same as in all of the customer's
project: nothing internal can get in, and the issue says nothing of rules. It is marked so that a second run finds it.

Reads: the item's place; the labels of its customer's group.
Writes: one issue in the item's project.
Silent when: the issue of this week (or the one there is to be) is there already, or the item is in no customer's
project.
"""

from __future__ import annotations

from typing import Literal

from app.domain.decision import Outcome, Result
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from handlers.collaboration.blueprint import Blueprint, EpicsPart
from handlers.collaboration.blueprint_faults import TEMPLATE_NAMES
from handlers.collaboration.build import Builder
from handlers.collaboration.deal import Deal
from handlers.collaboration.tie import where_is


class CollaborationIssueParams(Params):
    """Which issue, and how often."""

    template: str
    """A file of templates/collaboration/, without .md."""
    every: Literal["week", "project"] = "project"
    """week: one for each calendar week. project: one in the project's life."""


def effects(_params: CollaborationIssueParams) -> Effects:
    """Another issue."""
    return Effects(outside=True)


def run(ctx: Context, params: CollaborationIssueParams) -> Outcome:
    """File it, unless it is there."""
    where = where_is(ctx.snapshot.project_path, ctx.rules)
    if where is None:
        return Outcome(Result.NOT_APPLICABLE, "The item is in no customer's project.")
    group = ctx.gitlab.group(where.group)
    deal = Deal(group.name if group else where.customer, where.sow, _manager(ctx), [])
    blueprint = Blueprint(epics=EpicsPart(heading="", template=""))
    project = ctx.gitlab.project(ctx.snapshot.project_path)
    week = f"{ctx.now:%G-W%V}" if params.every == "week" else ""
    shown = f"{ctx.now:%-d %B %Y}"
    piece = Builder(ctx.gitlab, ctx.templates, blueprint, deal).issue(project, params.template, key=week, week=shown)
    return piece.outcome


def _manager(ctx: Context) -> str:
    """Username of the project manager, by the label of the customer's group."""
    labels = ctx.gitlab.label_titles(ctx.snapshot.project_path)
    found = sorted(title.partition("::")[2] for title in labels if title.startswith("PM::"))
    return found[0] if len(found) == 1 else ""


HANDLER = Handler(
    spec=ActionSpec(
        name="collaboration_issue",
        params=CollaborationIssueParams,
        effects=effects,
        purpose="File an issue in a customer's project from a template of its own.",
        offers={"template": "collaboration/"},
        says=lambda params, quote: (
            f"files an issue in the customer's project from the template {quote(params.template)}"
            + (", one each week" if params.every == "week" else "")
        ),
        templates=lambda params: (f"collaboration/{params.template}",),
        gives=TEMPLATE_NAMES,
        gives_only=True,
    ),
    run=run,
)
