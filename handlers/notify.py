"""Tell a channel outside GitLab.

Reads: whether the item is private, or hangs on an issue that is.
Writes: one message in the channel, once for each thing that happened. A private item is told of in the private channel
only, whichever channel the rule names, by its reference and without anything that it says. Where there is no such
channel, or it has no address, nothing is posted, and a comment on the item asks to pass it on by hand.
Silent when: the message went out already.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from pydantic import Field

from app.domain.decision import Outcome, Result
from app.domain.message import About
from app.gitlab.escape import Safe
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from handlers.note_text import outside_context, short_reference, stage_title, write_note
from handlers.privacy import tells_privately

INSTEAD = "not_posted"
"""Of templates/comment/: what is said on the item when no channel may hear of it."""


class NotifyParams(Params):
    """Which channel hears what."""

    channel: str
    """One of ``channels``."""
    template: str
    """A file of templates/channel/, without .md: one or two lines."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    """More values for the template, by name."""


def effects(_params: NotifyParams) -> Effects:
    """A message outside."""
    return Effects(outside=True)


def run(ctx: Context, params: NotifyParams) -> Outcome:
    """Post it where it may be heard."""
    if not tells_privately(ctx):
        return _post(ctx, params, params.channel, private=False)
    channel = ctx.rules.private.channel
    posted = _post(ctx, params, channel, private=True) if channel else None
    if posted is not None and posted.result is not Result.NOT_APPLICABLE:
        return posted
    return _comment_instead(ctx, params)


def _post(ctx: Context, params: NotifyParams, channel: str, *, private: bool) -> Outcome:
    said = _message(ctx, params, private=private)
    reference = short_reference(ctx.snapshot)
    about = About(
        thread=str(ctx.item),
        heading=reference if private or not ctx.stage else f"{reference} · {stage_title(ctx.stage)}",
        url=ctx.snapshot.web_url,
        provenance=f"Rule {ctx.step.rule} · {PurePath(ctx.step.source.file).name} line {ctx.step.source.line}",
    )
    return ctx.channels.post(channel, said, key=f"{ctx.item}/{ctx.step.key}", about=about)


def _message(ctx: Context, params: NotifyParams, *, private: bool) -> str:
    context = outside_context(ctx, params.with_, private=private)
    return ctx.templates.render(f"channel/{params.template}", context).body.strip()


def _comment_instead(ctx: Context, params: NotifyParams) -> Outcome:
    """No channel may hear of it, so those who can read the issue are asked to pass it on."""
    body = write_note(ctx, INSTEAD, {"message": Safe(_message(ctx, params, private=True))})
    noted = ctx.gitlab.ensure_note(ctx.item, marker=f"{ctx.step.key}.not_posted", body=body)
    where = "there is no private channel that can be posted to, so a comment asks to pass it on"
    return Outcome(noted.result, f"{short_reference(ctx.snapshot)} is private and {where}.", url=noted.url)


HANDLER = Handler(
    spec=ActionSpec(
        name="notify",
        params=NotifyParams,
        effects=effects,
        purpose="Tell a channel outside GitLab.",
        offers={"channel": "channel", "template": "channel/"},
        says=lambda params, quote: f"tells the channel {quote(params.channel)} (template {quote(params.template)})",
        templates=lambda params: (f"channel/{params.template}", f"comment/{INSTEAD}"),
        channels=lambda params: (params.channel,),
    ),
    run=run,
)
