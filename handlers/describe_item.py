"""Keep a block at the end of the item's own description.

Facts are read from the description, and the bot's comments never count as facts: so this is the place for what another
system knows. A block that would be empty leaves the one before as it is.

Reads: the item's description.
Writes: a block at the end of it, which is replaced in place.
Silent when: the template has nothing to say, or the block says it already.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app.domain.decision import Outcome, Result
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from handlers.note_text import provenance, short_reference, template_context


class DescribeItemParams(Params):
    """What to keep there."""

    template: str
    """A file of templates/comment/, without .md."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    """More values for the template, by name."""


def effects(_params: DescribeItemParams) -> Effects:
    """It touches no label and no state, and it is no comment."""
    return Effects()


def run(ctx: Context, params: DescribeItemParams) -> Outcome:
    """Keep it, unless there is nothing to say."""
    rendered = ctx.templates.render(f"comment/{params.template}", template_context(ctx, params.with_))
    said = rendered.body.strip()
    if not said:
        sentence = f"Nothing to write into the description of {short_reference(ctx.snapshot)}."
        return Outcome(Result.NOT_APPLICABLE, sentence)
    text = f"{said}\n\n{provenance(ctx, steady=True)}\n"
    return ctx.gitlab.append_to_description(ctx.item, marker=f"{ctx.step.rule}/{params.template}", text=text)


HANDLER = Handler(
    spec=ActionSpec(
        name="describe_item",
        params=DescribeItemParams,
        effects=effects,
        purpose="Keep a block at the end of the item's own description.",
        offers={"template": "comment/"},
        says=lambda params, quote: f"keeps the block {quote(params.template)} in the description up to date",
        templates=lambda params: (f"comment/{params.template}",),
    ),
    run=run,
)
