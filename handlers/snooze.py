"""Let the item's reminders wait until a day.

Read are ``2 weeks``, ``3 business days``, ``until 2026-05-29``, ``tomorrow``; ``off`` ends a snooze.

Reads: the command's words, the calendar.
Writes: the item's snooze, which holds back every timer that people did not ask for themselves, also those set later;
an emoji on the comment that asked. Where no time can be read, a comment that says what would be.
Silent when: it was asked and answered already.
"""

from __future__ import annotations

from app.domain.decision import Outcome
from app.handler import SNOOZE, Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.reading.times_said import read_time_said
from handlers.asked import calendar_of, details, nod, not_read

ENDS = frozenset({"off", "end", "stop", "over"})


class SnoozeParams(Params):
    """Which emoji says that it is so."""

    emoji: str = "zzz"
    """Its name without colons."""


def effects(_params: SnoozeParams) -> Effects:
    """It may speak, where the time can't be read."""
    return Effects(speaks=True)


def run(ctx: Context, params: SnoozeParams) -> Outcome:
    """Read until when, and let them wait."""
    said = details(ctx)
    if said.casefold().strip(".!") in ENDS:
        outcome = ctx.timers.cancel(ctx.item, SNOOZE)
    else:
        asked_at = min(ctx.change.at or ctx.now, ctx.now)
        found = read_time_said(said, calendar_of(ctx), asked_at)
        if found is None:
            return not_read(ctx, said, "2 weeks", "3 business days", "until 2026-05-29", "off")
        outcome = ctx.timers.snooze(ctx.item, found.at)
    nod(ctx, params.emoji.strip(":"))
    return outcome


HANDLER = Handler(
    spec=ActionSpec(
        name="snooze",
        params=SnoozeParams,
        effects=effects,
        purpose="Let the item's reminders wait until a day.",
        says=lambda _params, _quote: "lets the issue's reminders wait until the day that was named",
        announces=True,
        templates=lambda _params: ("comment/time_not_read",),
    ),
    run=run,
)
