"""What will happen to an item by the clock, in words: for the note that says where it stands."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from app.handler import SNOOZE, Context
from app.rules.deciding.reminders import receivers
from handlers.note_text import without_internal


def next_reminder(ctx: Context) -> dict[str, object] | None:
    """The next reminder: ``on`` (when), ``who`` (with their ``@``), ``says``. None: nothing is to come.

    ``resting`` counts those that stand still, ``quiet`` is the end of a snooze; with nothing else to come, ``on`` is
    empty.
    """
    pending = ctx.timers.pending(ctx.item)
    zone = ZoneInfo(ctx.rules.calendar.timezone)
    resting = sum(one.due is None for one in pending)
    snooze = next((one.due for one in pending if one.name == SNOOZE), None)
    quiet = moment(snooze, zone) if snooze is not None else ""
    first = next((one for one in pending if one.due is not None and one.name != SNOOZE), None)
    if first is None or first.due is None:
        nothing = {"on": "", "who": [], "says": "", "resting": resting, "quiet": quiet}
        return nothing if resting or quiet else None
    who = first.data.get("who", "assignee")
    return {
        "on": moment(first.due, zone),
        "who": [f"@{name}" for name in receivers(ctx.rules.people, ctx.snapshot, without_internal(ctx).facts, who)],
        "says": _first_sentence(first.data.get("says", "")),
        "resting": resting,
        "quiet": quiet,
    }


def moment(when: datetime, zone: ZoneInfo) -> str:
    """``Tue 2 June 2026, 09:00 PDT``."""
    local = when.astimezone(zone)
    return f"{local:%a} {local.day} {local:%B %Y, %H:%M %Z}"


def _first_sentence(text: str) -> str:
    return text.split(". ", 1)[0].rstrip(". ") if text else ""
