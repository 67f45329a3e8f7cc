"""Tell a channel outside GitLab.

Reads: whether the item is private.
Writes: one message in the channel, once for each thing that happened. A private item is told of in the private channel
only, whichever channel the rule names, by its reference and without anything that it says.
Silent when: the message went out already, or the item is private and the file names no private channel.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app.domain.decision import Outcome, Result
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from handlers.note_text import outside_context, short_reference
from handlers.privacy import is_private


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
    channel: str | None = ctx.rules.private.channel if is_private(ctx) else params.channel
    if channel is None:
        reference = short_reference(ctx.snapshot)
        return Outcome(
            Result.NOT_APPLICABLE, f"{reference} is private and no private channel is named: nothing was posted."
        )
    rendered = ctx.templates.render(f"channel/{params.template}", outside_context(ctx, params.with_))
    return ctx.channels.post(channel, rendered.body.strip(), key=f"{ctx.item}/{ctx.step.key}")


HANDLER = Handler(
    spec=ActionSpec(
        name="notify",
        params=NotifyParams,
        effects=effects,
        purpose="Tell a channel outside GitLab.",
        offers={"channel": "channel", "template": "channel/"},
        says=lambda params, quote: f"tells the channel {quote(params.channel)} (template {quote(params.template)})",
        templates=lambda params: (f"channel/{params.template}",),
        channels=lambda params: (params.channel,),
    ),
    run=run,
)
