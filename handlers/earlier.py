"""The last deed: the newest plan that did something, with what the bot's own changes set going after it."""

from __future__ import annotations

from collections.abc import Callable

from app.handler import Context, Earlier
from app.rules.reading.activity import same_person

MOST = 60
"""Decisions that are looked through."""


def last_deed(ctx: Context, counts: Callable[[Earlier], bool]) -> list[Earlier]:
    """The plan that answered a person, the clock or another system, and those that answered the bot's own writes.

    Newest first, so that the plan itself is the last; empty if there is none. ``counts`` says of a decision whether it
    did anything.
    """
    me = ctx.gitlab.whoami()
    found: list[Earlier] = []
    for earlier in ctx.records.earlier(ctx.item, most=MOST):
        if earlier.change.delivery_id == ctx.change.delivery_id or not counts(earlier):
            continue
        found.append(earlier)
        if earlier.change.actor is None or not same_person(earlier.change.actor, me):
            return found
    return found
