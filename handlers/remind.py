"""Set a reminder that comes due after a time or around a date, or forget one.

The time is counted in the rule file's calendar: ``after`` from the moment of what happened, ``before`` back from the
date that a fact holds or from the end of the fiscal quarter. When it is up, the board comments with
templates/comment/reminder.md, unless a rule of its own answers the timer by name.

In a stage that pauses reminders, one that counts from what happened stands still at once; one that belongs to a date
comes due on its day wherever the card is. Where the time before a date is past when the date becomes known, but the day
itself is not over, the reminder comes at once.

Reads: the calendar, the fact.
Writes: durable timers of the item; nothing in GitLab until one comes due.
Silent when: the timer is set to that time already, or there is none to forget. Without a date, or with one that is
over, it forgets the reminder.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal

from pydantic import Field, model_validator

from app.domain.decision import Outcome, Result
from app.handler import ON_DAY, Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.calendar import BusinessCalendar
from app.rules.deciding.occurrences import STAGE_TIMER
from app.rules.duration import Duration
from app.rules.fiscal import quarter_end
from app.rules.model import ROLES
from app.rules.telling.words import Quote
from handlers.outcomes import whole

AGAIN = "/then"
"""Ending of the second reminder's timer name."""

_DAYS = ("day", "week", "month", "business day")


class RemindParams(Params):
    """Either a reminder to set (``name`` with ``after``, ``of_fact`` or ``of``) or one to forget (``cancel``)."""

    name: str | None = None
    """The timer's name, unique for the issue."""
    after: Duration | None = None
    """24 hours, 2 business days, 72 business hours, 2 months."""
    of_fact: str | None = None
    """A fact that holds a date: the reminder comes on that day, or `before` it."""
    of: Literal["quarter end"] | None = None
    """quarter end: the last day of the fiscal quarter; the reminder comes `before` it."""
    before: Duration | None = None
    """With of_fact or of: 2 weeks, 5 business days. Left out: on the day itself."""
    at: str = Field(default="09:00", pattern=r"^([01]?\d|2[0-3]):[0-5]\d$")
    """With of_fact or of: the time of day, in the calendar's time zone."""
    who: str = "assignee"
    """assignee, author, account_team, or one of `people`."""
    says: str = ""
    """What to do, in the reminder's words."""
    then: Duration | None = None
    """A second reminder, counted from the same start. Only with after."""
    then_who: str | None = None
    """Who hears of the second one; default: the same."""
    cancel: str | None = None
    """The name of the timer to forget; its second reminder goes with it. `*` stands for any ending."""
    pause: str | None = None
    """The name of the timer that shall stand still, with the working time that it has left; `*` as above."""
    resume: str | None = None
    """The name of the timer that shall go on; `*` as above."""

    @model_validator(mode="after")
    def _either(self) -> RemindParams:
        starts = [one for one in (self.after, self.of_fact, self.of) if one is not None]
        others = [one for one in (self.cancel, self.pause, self.resume) if one is not None]
        if (self.name is not None and len(starts) == 1) + len(others) != 1 or (others and (self.name or starts)):
            raise ValueError(
                "write name and after to set a reminder, or cancel alone to forget one; "
                "instead of after, of_fact or of with before tie it to a date"
            )
        if self.after is not None and self.before is not None:
            raise ValueError("'before' counts back from a date: write of_fact or of instead of after")
        if self.before is not None and self.before.unit not in _DAYS:
            raise ValueError("'before' counts days: write for example '2 weeks' or '5 business days'")
        if self.then is not None and self.after is None:
            raise ValueError("'then' goes with after; for a second reminder before a date write a second remind")
        return self


def effects(_params: RemindParams) -> Effects:
    """Nothing on the item: the note comes with the timer, by another step."""
    return Effects()


def run(ctx: Context, params: RemindParams) -> Outcome:
    """Set the timer or timers, or forget them, or let them stand still or go on."""
    calendar = BusinessCalendar.from_model(ctx.rules.calendar)
    if params.cancel is not None:
        return _forget(ctx, params.cancel)
    if params.pause is not None:
        return ctx.timers.pause(ctx.item, params.pause, calendar=calendar, now=_start(ctx))
    if params.resume is not None:
        return ctx.timers.resume(ctx.item, params.resume, calendar=calendar, now=_start(ctx))
    if params.after is None:
        return _around_day(ctx, params, calendar)
    name = str(params.name)
    planned = [(name, params.after, params.who)]
    if params.then is not None:
        planned.append((name + AGAIN, params.then, params.then_who or params.who))
    ends = [
        ctx.timers.set(
            ctx.item,
            timer,
            calendar.add(_start(ctx), after),
            rule=ctx.step.rule,
            data={"who": who, "says": params.says},
        )
        for timer, after, who in planned
    ]
    if _rests(ctx, name):
        ends += [ctx.timers.pause(ctx.item, timer, calendar=calendar, now=_start(ctx)) for timer, _, _ in planned]
    return whole(ends)


def _start(ctx: Context) -> datetime:
    """When it happened; never in the future, however GitLab's clock goes."""
    return min(ctx.change.at or ctx.now, ctx.now)


def _forget(ctx: Context, name: str) -> Outcome:
    names = (name,) if name.endswith("*") else (name, name + AGAIN)
    return whole([ctx.timers.cancel(ctx.item, one) for one in names])


def _rests(ctx: Context, name: str) -> bool:
    """Whether the card is in a stage that pauses reminders, and the reminder is not that stage's own."""
    stage = ctx.book.stages.get(ctx.stage or "")
    return stage is not None and stage.pauses_reminders and not name.startswith(f"{STAGE_TIMER}{stage.stage}/")


def _around_day(ctx: Context, params: RemindParams, calendar: BusinessCalendar) -> Outcome:
    name, start = str(params.name), _start(ctx)
    hour, minute = params.at.split(":")
    clock = time(int(hour), int(minute))
    day = _day(ctx, params, calendar, start, clock)
    if day is None or calendar.at(day + timedelta(days=1)) <= start:
        what = f"There is no date in {params.of_fact}" if day is None else f"{day} is over"
        ctx.timers.cancel(ctx.item, name)
        return Outcome(Result.NOT_APPLICABLE, f"{what}: no reminder {name} is set.")
    due = max(calendar.before(day, params.before, clock), start)
    data = {"who": params.who, "says": params.says, ON_DAY: day.isoformat()}
    return ctx.timers.set(ctx.item, name, due, rule=ctx.step.rule, data=data)


def _day(ctx: Context, params: RemindParams, calendar: BusinessCalendar, start: datetime, clock: time) -> date | None:
    if params.of_fact is not None:
        value = ctx.facts.get(params.of_fact)
        return date.fromisoformat(value) if isinstance(value, str) else None
    end = quarter_end(calendar.day_of(start))
    if calendar.before(end, params.before, clock) <= start:
        # This quarter's moment is past: whatever happened, it is the next one's that counts.
        end = quarter_end(end + timedelta(days=1))
    return end


def _people(params: RemindParams) -> tuple[str, ...]:
    return tuple(who for who in (params.who, params.then_who) if who and who not in ROLES)


def _says(params: RemindParams, quote: Quote) -> str:
    for word, name in (("forgets", params.cancel), ("pauses", params.pause), ("resumes", params.resume)):
        if name is not None:
            return f"{word} every reminder" if name == "*" else f"{word} the reminder {quote(name)}"
    said = f"sets the reminder {quote(params.name or '')} for {_whom(params.who, quote)} {_when(params, quote)}"
    if params.then is not None:
        said += f", and for {_whom(params.then_who or params.who, quote)} in {params.then}"
    return said


def _when(params: RemindParams, quote: Quote) -> str:
    if params.after is not None:
        return f"in {params.after}"
    day = f"the day of {quote(params.of_fact)}" if params.of_fact else "the end of the fiscal quarter"
    return f"{f'{params.before} before' if params.before else 'on'} {day}"


def _whom(who: str, quote: Quote) -> str:
    return f"the {who.replace('_', ' ')}" if who in ROLES else quote(who)


HANDLER = Handler(
    spec=ActionSpec(
        name="remind",
        params=RemindParams,
        effects=effects,
        purpose="Set a reminder that comes due after a time or around a date, or forget one.",
        offers={"who": "people", "then_who": "people", "of_fact": "fact"},
        says=_says,
        announces=True,
        people=_people,
        facts=lambda params: (params.of_fact,) if params.of_fact else (),
        dates=lambda params: (params.of_fact,) if params.of_fact else (),
    ),
    run=run,
)
