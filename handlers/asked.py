"""What a command asked for: its words and details, who asked, and how to answer without noise."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.decision import Outcome, Result
from app.handler import Context
from app.rules.calendar import BusinessCalendar
from app.rules.deciding.unanswered import COMMANDS
from app.rules.reading.commands import asks_for, commands, details_of
from app.rules.reading.times_said import WOULD_BE_READ
from handlers.note_text import write_note

DONE = "thumbsup"
"""The emoji that answers a command where a note would be noise."""


def details(ctx: Context) -> str:
    """What stands behind the command's own words: of ``@sowbot remind in 3 days to call`` that is *in 3 days to call*.

    Empty where nothing does, or the rule answers no command.
    """
    rule = next((one for one in ctx.rules.rules if one.name == ctx.step.rule), None)
    wanted = rule.when.command if rule is not None else None
    if ctx.change.comment is None or not wanted:
        return ""
    me = ctx.gitlab.whoami().username
    for said in commands(ctx.change.comment.body, me):
        if asks_for(said, wanted):
            return details_of(said, wanted)
    return ""


def asker(ctx: Context) -> str:
    """Username of whoever asked."""
    return ctx.change.actor.username if ctx.change.actor else ""


def calendar_of(ctx: Context) -> BusinessCalendar:
    """The rule file's calendar."""
    return BusinessCalendar.from_model(ctx.rules.calendar)


def nod(ctx: Context, emoji: str = DONE) -> Outcome:
    """Answer by an emoji on the comment that asked."""
    if ctx.change.comment is None:
        return Outcome(Result.NOT_APPLICABLE, "There is no comment to react to.")
    return ctx.gitlab.react(ctx.item, note_id=ctx.change.comment.id, emoji=emoji)


def answer(ctx: Context, template: str, values: Mapping[str, object]) -> Outcome:
    """Answer by a comment, once; where it was asked in an internal note, by an internal one."""
    internal = whispered(ctx)
    body = write_note(ctx, template, values, internal=internal)
    return ctx.gitlab.ensure_note(ctx.item, marker=ctx.step.key, body=body, internal=internal)


def not_read(ctx: Context, said: str, *examples: str) -> Outcome:
    """Say politely that a time can't be read, and what would be."""
    outcome = answer(ctx, "time_not_read", {"said": said, "examples": list(examples or WOULD_BE_READ)})
    return Outcome(outcome.result, f"No time could be read in “{said}”; whoever asked was told.", url=outcome.url)


def whispered(ctx: Context) -> bool:
    """Whether what is written answers an internal note, or a reminder asked for in one: then it is internal."""
    rule = next((one for one in ctx.rules.rules if one.name == ctx.step.rule), None)
    answers = ctx.step.rule == COMMANDS or (rule is not None and rule.when.command is not None)
    spoken = answers and ctx.change.comment is not None and ctx.change.comment.internal
    return spoken or ctx.change.extra.get("internal") == "yes"
