"""Say something of an issue in a customer's project where the customer can't read it.

That is on its scoping issue: in the customer's project itself the bot never talks. The scoping issue is found by the
block that building the project left in it. What the template says of the item is its title, labels and reference; its
facts are the item's, and ``scoping`` holds what the scoping issue knows.

Reads: the scoping issue with its comments; with ``open_with`` the open issues of the customer's project.
Writes: one note on the scoping issue, once for each thing that happened; with ``channel`` a message that names the
scoping issue, and nothing of a private one.
Silent when: the note is there already, the item is in no customer's project, no scoping issue says that its project was
built from it, or (with ``open_with``) no such issue is old enough.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from pydantic import Field

from app.domain.decision import Outcome, Result
from app.domain.item import Snapshot
from app.gitlab.port import IssueView
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.deciding.reminders import account_team
from app.rules.model import Names
from app.rules.reading.facts import people_named, read_facts
from app.rules.telling.words import Quote
from handlers.collaboration.tie import scoping_issue, where_is
from handlers.note_text import (
    customer_of,
    outside_context,
    provenance,
    reference_of,
    template_context,
)
from handlers.outcomes import whole
from handlers.privacy import is_private

MOST_LISTED = 30
"""Issues that a note lists: more than that nobody reads."""


class TellScopingIssueParams(Params):
    """What to say there, and whether a channel hears of it."""

    template: str
    """A file of templates/comment/, without .md."""
    internal: bool = False
    """Only people with at least the Reporter role see the note."""
    channel: str | None = None
    """One of ``channels`` that hears of it too."""
    channel_template: str | None = None
    """A file of templates/channel/, without .md; default: the same name."""
    open_with: Names = Field(default=[])
    """Speak of open issues of the customer's project with all these labels; without one, say nothing."""
    older_than_days: int = Field(default=0, ge=0)
    """With ``open_with``: only those filed more than so many days ago."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    """More values for the templates, by name."""


def effects(_params: TellScopingIssueParams) -> Effects:
    """Another issue, and perhaps a channel."""
    return Effects(outside=True)


def run(ctx: Context, params: TellScopingIssueParams) -> Outcome:
    """Find the scoping issue and speak there."""
    where = where_is(ctx.snapshot.project_path, ctx.rules)
    if where is None:
        return Outcome(Result.NOT_APPLICABLE, "The item is in no customer's project.")
    scoping = scoping_issue(ctx.gitlab, ctx.rules, where)
    if scoping is None:
        return Outcome(Result.NOT_APPLICABLE, f"No scoping issue says that {where.sow} was built from it.")
    listed = _open(ctx, params) if params.open_with else []
    if params.open_with and not listed:
        return Outcome(Result.NOT_APPLICABLE, f"{where.sow} has no such open issue.")
    there = at_scoping_issue(ctx, scoping)
    context = {**_of_item(ctx, there, params), "scoping": _about(ctx, there), "listed": listed}
    rendered = ctx.templates.render(f"comment/{params.template}", context)
    body = f"{rendered.body.strip()}\n\n{provenance(ctx)}\n"
    marker = f"{ctx.step.key}/{ctx.item}"
    done = [ctx.gitlab.ensure_note(scoping.key, marker=marker, body=body, internal=params.internal)]
    if params.channel is not None:
        done.append(_tell(ctx, there, params, params.channel))
    data: dict[str, object] = {"reference": reference_of(scoping), "web_url": scoping.web_url}
    # What belongs to a private deal is as private: the plan's later steps ask for this.
    return whole(done, url=scoping.web_url, data={**data, **({"private": True} if is_private(there) else {})})


def _of_item(ctx: Context, there: Context, params: TellScopingIssueParams) -> dict[str, object]:
    """What the item says; of a confidential one no more than its reference, unless the deal is as private."""
    if is_private(ctx) and not is_private(there):
        return outside_context(ctx, params.with_)
    return template_context(ctx, params.with_)


def at_scoping_issue(ctx: Context, scoping: Snapshot) -> Context:
    """The same step as if it were about the scoping issue, so that what may be said of it is decided by that issue."""
    facts = read_facts(ctx.book, scoping)
    stage = ctx.book.stage_of(scoping.labels)
    return replace(ctx, snapshot=scoping, facts=facts, stage=stage)


def _about(ctx: Context, there: Context) -> dict[str, object]:
    """What a template may say of the scoping issue: who has to hear of it."""
    managers = people_named(there.facts, "project_manager")
    everyone = ctx.rules.people.get("project_managers")
    return {
        "reference": reference_of(there.snapshot),
        "customer": customer_of(there),
        "pm": managers or (everyone.handles if everyone is not None else []),
        "team": account_team(there.snapshot, there.facts),
        "assignees": [person.username for person in there.snapshot.assignees],
    }


def _tell(ctx: Context, there: Context, params: TellScopingIssueParams, wanted: str) -> Outcome:
    """The message is about the scoping issue: a path in a customer's group would name the customer."""
    channel = ctx.rules.private.channel if is_private(there) else wanted
    if channel is None:
        return Outcome(
            Result.NOT_APPLICABLE, "The deal is private and no private channel is named: nothing was posted."
        )
    name = params.channel_template or params.template
    rendered = ctx.templates.render(f"channel/{name}", outside_context(there, params.with_))
    return ctx.channels.post(channel, rendered.body.strip(), key=f"{ctx.item}/{ctx.step.key}")


def _open(ctx: Context, params: TellScopingIssueParams) -> list[dict[str, object]]:
    """The oldest first, as the template lists them."""
    before = ctx.now - timedelta(days=params.older_than_days)
    found = ctx.gitlab.open_issues(ctx.item.project_id, labels=params.open_with)
    old = [issue for issue in found if issue.created_at is None or issue.created_at <= before]
    return [_entry(ctx, issue) for issue in old if issue.key != ctx.item][:MOST_LISTED]


def _entry(ctx: Context, issue: IssueView) -> dict[str, object]:
    days = (ctx.now - issue.created_at).days if issue.created_at else 0
    title = issue.reference if issue.confidential else issue.title
    return {"title": title, "web_url": issue.web_url, "labels": list(issue.labels), "days": days}


def _says(params: TellScopingIssueParams, quote: Quote) -> str:
    said = f"comments on the scoping issue of the customer's project with the template {quote(params.template)}"
    return said + (f" and tells the channel {quote(params.channel)}" if params.channel else "")


HANDLER = Handler(
    spec=ActionSpec(
        name="tell_scoping_issue",
        params=TellScopingIssueParams,
        effects=effects,
        purpose="Say something of an issue in a customer's project where the customer can't read it.",
        offers={
            "template": "comment/",
            "channel": "channel",
            "channel_template": "channel/",
            "open_with": "label",
        },
        says=_says,
        gives=frozenset(
            {"scoping.reference", "scoping.customer", "scoping.pm", "scoping.team", "scoping.assignees", "listed"}
        ),
        templates=lambda params: (
            f"comment/{params.template}",
            *((f"channel/{params.channel_template or params.template}",) if params.channel else ()),
        ),
        channels=lambda params: (params.channel,) if params.channel else (),
    ),
    run=run,
)
