"""Set a reminder that comes due after a time, or forget one.

The time is counted in the rule file's calendar from the moment of what happened. When it is up, the board comments with
templates/comment/reminder.md, unless a rule of its own answers the timer by name.

Reads: the calendar.
Writes: durable timers of the item; nothing in GitLab until one comes due.
Silent when: the timer is set to that time already, or there is none to forget.
"""

from __future__ import annotations

from pydantic import model_validator

from app.domain.decision import Outcome, Result
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.calendar import BusinessCalendar
from app.rules.duration import Duration
from app.rules.telling.words import Quote
from handlers.outcomes import whole

AGAIN = "/then"
"""Ending of the second reminder's timer name."""


class RemindParams(Params):
    """Either a reminder to set (``name``, ``after``) or one to forget (``cancel``)."""

    name: str | None = None
    """The timer's name, unique for the issue."""
    after: Duration | None = None
    """24 hours, 2 business days, 72 business hours, 2 months."""
    who: str = "assignee"
    """assignee, author, or one of ``people``."""
    says: str = ""
    """What to do, in the reminder's words."""
    then: Duration | None = None
    """A second reminder, counted from the same start."""
    then_who: str | None = None
    """Who hears of the second one; default: the same."""
    cancel: str | None = None
    """The name of the timer to forget; its second reminder goes with it."""

    @model_validator(mode="after")
    def _either(self) -> RemindParams:
        sets = self.name is not None and self.after is not None
        if sets == (self.cancel is not None):
            raise ValueError("write name and after to set a reminder, or cancel alone to forget one")
        return self


def effects(_params: RemindParams) -> Effects:
    """Nothing on the item: the note comes with the timer, by another step."""
    return Effects()


def run(ctx: Context, params: RemindParams) -> Outcome:
    """Set the timer or timers, or forget them."""
    if params.cancel is not None:
        names = (params.cancel,) if params.cancel.endswith("*") else (params.cancel, params.cancel + AGAIN)
        return whole([ctx.timers.cancel(ctx.item, name) for name in names])
    if params.name is None or params.after is None:
        return Outcome(Result.NOT_APPLICABLE, "There is no reminder to set.")
    calendar = BusinessCalendar.from_model(ctx.rules.calendar)
    start = min(ctx.change.at or ctx.now, ctx.now)
    planned = [(params.name, params.after, params.who)]
    if params.then is not None:
        planned.append((params.name + AGAIN, params.then, params.then_who or params.who))
    return whole(
        [
            ctx.timers.set(
                ctx.item, name, calendar.add(start, after), rule=ctx.step.rule, data={"who": who, "says": params.says}
            )
            for name, after, who in planned
        ]
    )


def _people(params: RemindParams) -> tuple[str, ...]:
    return tuple(who for who in (params.who, params.then_who) if who and who not in {"assignee", "author"})


def _says(params: RemindParams, quote: Quote) -> str:
    if params.cancel is not None:
        return "forgets every reminder" if params.cancel == "*" else f"forgets the reminder {quote(params.cancel)}"
    said = f"sets the reminder {quote(params.name or '')} for {_whom(params.who, quote)} in {params.after}"
    if params.then is not None:
        said += f", and for {_whom(params.then_who or params.who, quote)} in {params.then}"
    return said


def _whom(who: str, quote: Quote) -> str:
    return f"the {who}" if who in {"assignee", "author"} else quote(who)


HANDLER = Handler(
    spec=ActionSpec(
        name="remind",
        params=RemindParams,
        effects=effects,
        purpose="Set a reminder that comes due after a time, or forget one.",
        offers={"who": "people", "then_who": "people"},
        says=_says,
        announces=True,
        people=_people,
    ),
    run=run,
)
