"""Comment with a link that opens a prefilled issue for a person to file.

The bot files nothing. Some issues are a person's to word: an escalation stands in the customer's project, where the
customer reads it. The comment's template knows the link as ``offer.url``; it is empty where no project is known.

Reads: the fact that holds the project's address.
Writes: one note on the item, internal if asked; a second run finds its marker and posts nothing.
Silent when: the note of this event is there already.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import Field

from app.domain.decision import Outcome
from app.handler import Context, Handler, Rendered
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.telling.words import Quote
from handlers.note_text import template_context, without_internal, write_note

LONGEST = 6_000
"""Characters of an address that browsers and GitLab's front door surely take."""


class OfferIssueParams(Params):
    """Which issue, where, and in which comment."""

    template: str
    """A file of templates/issue/, without .md: what the issue shall look like."""
    comment: str
    """A file of templates/comment/, without .md; it knows the link as ``offer.url``."""
    project_fact: str
    """The fact that holds the address of the project."""
    internal: bool = False
    """Only people with at least the Reporter role see the comment."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    """More values for both templates, by name."""


def effects(_params: OfferIssueParams) -> Effects:
    """It speaks, nothing else."""
    return Effects(speaks=True)


def run(ctx: Context, params: OfferIssueParams) -> Outcome:
    """Make the link and post it, unless the note is there."""
    seen = ctx if params.internal else without_internal(ctx)
    issue = ctx.templates.render(f"issue/{params.template}", template_context(seen, params.with_))
    offer = {"url": _address(ctx, str(seen.facts.get(params.project_fact) or ""), issue)}
    body = write_note(ctx, params.comment, {**params.with_, "offer": offer}, internal=params.internal)
    return ctx.gitlab.ensure_note(ctx.item, marker=ctx.step.key, body=body, internal=params.internal)


def _address(ctx: Context, project: str, issue: Rendered) -> str:
    """The form for a new issue of that project, filled in; empty where it is not a project of this GitLab."""
    there, here = urlsplit(project.strip()), urlsplit(ctx.snapshot.web_url)
    if there.scheme != here.scheme or there.netloc.casefold() != here.netloc.casefold() or there.path.count("/") < 2:
        return ""
    path = there.path.partition("/-/")[0].rstrip("/")
    form = f"{there.scheme}://{there.netloc}{quote(path)}/-/issues/new"
    title = f"issue%5Btitle%5D={quote(str(issue.meta.get('title', '')), safe='')}"
    whole = f"{form}?{title}&issue%5Bdescription%5D={quote(issue.body.strip(), safe='')}"
    return whole if len(whole) <= LONGEST else f"{form}?{title}"


def _says(params: OfferIssueParams, quote_name: Quote) -> str:
    return (
        f"comments with the template {quote_name(params.comment)} and a link that opens an issue from the template "
        f"{quote_name(params.template)}, for a person to file"
    )


HANDLER = Handler(
    spec=ActionSpec(
        name="offer_issue",
        params=OfferIssueParams,
        effects=effects,
        purpose="Comment with a link that opens a prefilled issue for a person to file.",
        offers={"template": "issue/", "comment": "comment/", "project_fact": "fact"},
        says=_says,
        announces=True,
        templates=lambda params: (f"issue/{params.template}", f"comment/{params.comment}"),
        facts=lambda params: (params.project_fact,),
    ),
    run=run,
)
