"""Remind whoever asks, at the time that they name.

Read are ``in 3 days to …``, ``in 2 business days …``, ``on 2026-05-29 …``, ``tomorrow …``; days without a clock time
mean nine in the morning of the rule file's calendar.

Reads: the command's words, the calendar.
Writes: one durable timer of the item, which a snooze does not hold back; an emoji on the comment that asked. Where no
time can be read, a comment that says what would be.
Silent when: it was asked and answered already.
"""

from __future__ import annotations

from app.domain.decision import Outcome, Result
from app.handler import ASKED, Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.reading.times_said import read_time_said
from handlers.asked import asker, calendar_of, details, nod, not_read, whispered

_LEADING = ("me ", "us ")
MOST_SAID = 300
"""Characters of the reminder's own words that are kept."""


class RemindMeParams(Params):
    """Which emoji says that it is set."""

    emoji: str = "alarm_clock"
    """Its name without colons."""


def effects(_params: RemindMeParams) -> Effects:
    """It may speak, where the time can't be read."""
    return Effects(speaks=True)


def run(ctx: Context, params: RemindMeParams) -> Outcome:
    """Read the time and set the timer."""
    said = details(ctx)
    for word in _LEADING:
        if said.casefold().startswith(word):
            said = said[len(word) :]
    asked_at = min(ctx.change.at or ctx.now, ctx.now)
    found = read_time_said(said, calendar_of(ctx), asked_at)
    if found is None:
        return not_read(ctx, said, "in 3 days to …", "in 2 business days …", "on 2026-05-29 …")
    words = found.rest.removeprefix("to ").removeprefix("that ")[:MOST_SAID]
    data = {"who": f"@{asker(ctx)}", "says": words or "You asked to be reminded of this issue."}
    if whispered(ctx):
        data["internal"] = "yes"
    name = f"{ASKED}{asker(ctx)}/{ctx.change.meaning[:12]}"[:120]
    outcome = ctx.timers.set(ctx.item, name, found.at, rule=ctx.step.rule, data=data)
    nod(ctx, params.emoji.strip(":"))
    return (
        Outcome(outcome.result, outcome.sentence, data={"timers": [name]})
        if outcome.result is Result.APPLIED
        else outcome
    )


HANDLER = Handler(
    spec=ActionSpec(
        name="remind_me",
        params=RemindMeParams,
        effects=effects,
        purpose="Remind whoever asks, at the time that they name.",
        says=lambda _params, _quote: "reminds whoever asked, at the time that they named",
        announces=True,
        templates=lambda _params: ("comment/time_not_read",),
    ),
    run=run,
)
