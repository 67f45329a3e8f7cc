"""Linked issues: finding the issue that a template stands for among those linked to the item."""

from __future__ import annotations

from datetime import timedelta

from app.domain.decision import Outcome, Result
from app.gitlab.port import IssueView
from app.handler import Context, Rendered

BEFORE = timedelta(minutes=10)
"""How long before the item an issue that belongs to it may have been filed."""
LOOK_BACK = timedelta(hours=1)
"""An older item is not looked for so: the project's list of issues would be long."""


def find_linked(ctx: Context, template: Rendered) -> IssueView | None:
    """The linked issue whose title holds the template's ``finds`` words, whoever made it; open ones first.

    The Services Calculator and people file such issues too, so the bot's own marker would not do.
    """
    finds = str(template.meta.get("finds") or template.meta.get("title") or "").casefold()
    found = [issue for issue in ctx.gitlab.linked_issues(ctx.item) if finds and finds in issue.title.casefold()]
    found.sort(key=lambda issue: (issue.state != "opened", issue.key))
    return found[0] if found else None


def find_unlinked(ctx: Context, template: Rendered, project: str | int) -> IssueView | None:
    """An issue of the project that somebody filed for the same customer about when the item was filed, and that is
    linked to nothing yet: its title begins with the customer's name and holds the template's ``finds`` words."""
    customer, finds = (str(one or "").casefold() for one in (ctx.facts.get("customer"), template.meta.get("finds")))
    if not customer or not finds:
        return None
    since = max(ctx.snapshot.created_at, ctx.now - LOOK_BACK) - BEFORE
    for issue in ctx.gitlab.recent_issues(project, since=since):
        begins, rest = issue.title.casefold().startswith(customer), issue.title[len(customer) :].casefold()
        fits = begins and not rest[:1].isalnum() and finds in rest and issue.key != ctx.item
        if fits and not ctx.gitlab.linked_issues(issue.key):
            return issue
    return None


def as_data(issue: IssueView) -> dict[str, object]:
    """What later steps and their templates may say of an issue. Its title stays out: it may name a customer."""
    return {
        "project_id": issue.key.project_id,
        "iid": issue.key.iid,
        "reference": issue.reference,
        "web_url": issue.web_url,
    }


def already_linked(issue: IssueView) -> Outcome:
    """The answer where the issue to be made is there."""
    sentence = f"{issue.reference} is linked already; no second one was filed."
    return Outcome(Result.ALREADY_SO, sentence, url=issue.web_url, data=as_data(issue))
