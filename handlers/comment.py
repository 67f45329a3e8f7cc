"""Post a comment from a template.

Reads: the item as the decision saw it.
Writes: one note on the item; internal if asked, or if it answers a command given in an internal note. A second run
finds its marker and posts nothing.
Silent when: the note of this event (or, with ``about: item``, of this item) is there already, or the template has
nothing to say.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from app.domain.decision import Outcome, Result
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from handlers.asked import whispered
from handlers.note_text import write_note


class CommentParams(Params):
    """What to post."""

    template: str
    """A file of templates/comment/, without .md."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    """More values for the template, by name."""
    internal: bool = False
    """Only people with at least the Reporter role see it."""
    about: Literal["event", "item"] = "event"
    """event: once for each thing that happened. item: once in the issue's life."""


def effects(_params: CommentParams) -> Effects:
    """It speaks, nothing else."""
    return Effects(speaks=True)


def run(ctx: Context, params: CommentParams) -> Outcome:
    """Post it, unless it is there."""
    marker = ctx.step.key if params.about == "event" else f"{ctx.step.rule}/{params.template}"
    internal = params.internal or whispered(ctx)
    body = write_note(ctx, params.template, params.with_, internal=internal)
    if not body:
        return Outcome(Result.NOT_APPLICABLE, f"The template {params.template} has nothing to say here.")
    return ctx.gitlab.ensure_note(ctx.item, marker=marker, body=body, internal=internal)


HANDLER = Handler(
    spec=ActionSpec(
        name="comment",
        params=CommentParams,
        effects=effects,
        purpose="Post a comment from a template.",
        offers={"template": "comment/"},
        says=lambda params, quote: f"comments with the template {quote(params.template)}",
        announces=True,
        templates=lambda params: (f"comment/{params.template}",),
    ),
    run=run,
)
