"""Find or make the Customer Epic, and put the item and issues linked to it below it.

The epic stands in the Professional Services group, never in the customer's, and is called after the customer: one for
each, however many deals there are. One that the Services Calculator or a person made is found by its title.

Reads: the customer's name; the group's epics; the issues linked to the item.
Writes: the epic; the item and the linked issues below it, unless they are below another one; with ``note`` a block in
the epic's description.
Silent when: all of that is so. Where this GitLab's tier has no epics it says so and does nothing. Private items stay
out: an epic's title would name their customer to the whole group.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey
from app.gitlab.port import IssueView
from app.gitlab.views import EpicView
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.model import Names
from app.rules.telling.words import Quote
from handlers.create_issue import project_of
from handlers.linked import find_linked
from handlers.note_text import customer_of, template_context, write_note
from handlers.outcomes import whole
from handlers.privacy import is_private

PRIVATE = "Private items are kept off the Customer Epic, whose title would name the customer: do it by hand."


class CustomerEpicParams(Params):
    """Where the epic is, and what goes below it."""

    group: str
    """The group of the Customer Epics: a short name of ``projects``."""
    template: str = "customer_epic"
    """A file of templates/issue/, without .md: title and description of a new one."""
    also: Names = Field(default=[])
    """Templates of templates/issue/ whose linked issues go below the epic too."""
    note: str | None = None
    """A file of templates/comment/, without .md, to keep as a block of the epic's description."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    """More values for the templates, by name."""


def effects(_params: CustomerEpicParams) -> Effects:
    """All of it is elsewhere."""
    return Effects(outside=True)


def run(ctx: Context, params: CustomerEpicParams) -> Outcome:
    """Find it or make it, and put what belongs there below it."""
    if is_private(ctx):
        return Outcome(Result.NOT_APPLICABLE, PRIVATE)
    group = str(project_of(ctx, params.group))
    epic, made = _epic(ctx, params, group)
    if epic is None:
        return made
    parts = [made, *(ctx.gitlab.ensure_parent(key, epic) for key in _children(ctx, params))]
    if params.note is not None and (text := write_note(ctx, params.note, params.with_, steady=True)):
        parts.append(ctx.gitlab.describe_epic(epic.id, marker=f"{params.note}/{ctx.item}", text=text))
    data: dict[str, object] = {"reference": f"{group}&{epic.iid}", "web_url": epic.web_url}
    return whole(parts, url=epic.web_url, data=data)


def _epic(ctx: Context, params: CustomerEpicParams, group: str) -> tuple[EpicView | None, Outcome]:
    customer = customer_of(ctx)
    marker = f"customer-epic/{''.join(char for char in customer.casefold() if char.isalnum())}"
    titles = epic_titles(customer)
    if found := ctx.gitlab.find_epic(group, marker=marker, titles=titles):
        return found, Outcome(Result.ALREADY_SO, f"The Customer Epic is there: {found.web_url}", url=found.web_url)
    rendered = ctx.templates.render(f"issue/{params.template}", template_context(ctx, params.with_))
    _, made = ctx.gitlab.ensure_epic(
        group,
        marker=marker,
        title=str(rendered.meta.get("title", customer)),
        description=rendered.body.strip(),
        fallback_project=None,
    )
    return ctx.gitlab.find_epic(group, marker=marker, titles=titles), made


def epic_titles(customer: str) -> list[str]:
    """How Customer Epics are called: by the customer's name, or as partners' are."""
    return [customer, f"{customer} Customer Project Epic"]


def _children(ctx: Context, params: CustomerEpicParams) -> list[ItemKey]:
    linked: list[IssueView | None] = [
        find_linked(ctx, ctx.templates.render(f"issue/{template}", template_context(ctx))) for template in params.also
    ]
    return [ctx.item, *(issue.key for issue in linked if issue is not None)]


def _says(params: CustomerEpicParams, quote: Quote) -> str:
    return f"puts the issue and what belongs to it below the Customer Epic in {quote(params.group)}, made if need be"


HANDLER = Handler(
    spec=ActionSpec(
        name="customer_epic",
        params=CustomerEpicParams,
        effects=effects,
        purpose="Find or make the Customer Epic, and put the item and issues linked to it below it.",
        offers={"group": "project", "template": "issue/", "also": "issue/", "note": "comment/"},
        says=_says,
        templates=lambda params: (
            *(f"issue/{name}" for name in (params.template, *params.also)),
            *((f"comment/{params.note}",) if params.note else ()),
        ),
        projects=lambda params: (params.group,),
    ),
    run=run,
)
