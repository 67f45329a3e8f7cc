"""Note that the customer was asked for acceptance, and when silence counts as acceptance.

The day of the notice is day 1; business days are those of the rule file's calendar, holidays left out. What is not
rejected by the end of the last day is accepted. (Source: GitLab's project management and operations handbook pages.)

Reads: the command's words (``2026-05-29``, ``today``, ``yesterday``'s date), the calendar.
Writes: one comment with the date and what has to be entered in Kantata; one reminder for the morning after the last
day. Where no day can be read, a comment that says what would be.
Silent when: the answer is there already.
"""

from __future__ import annotations

from datetime import date, time, timedelta

from app.domain.decision import Outcome
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.model import Names
from app.rules.reading.times_said import read_day_said
from app.rules.telling.words import Quote, both
from handlers.asked import answer, calendar_of, details, not_read, whispered
from handlers.outcomes import whole

TIMER = "acceptance"
MORNING = time(9, 0)
_FIELDS = ("Milestone", "Acceptance requested on", "Passive acceptance on", "Accepted on", "How it was accepted")


class AcceptanceSentParams(Params):
    """How many days, and who hears of it."""

    days: int = 5
    """Business days, the day of the notice included, after which silence counts."""
    who: Names
    """Lists of people who are told now and reminded when the time is up."""
    template: str = "acceptance_sent"
    """A file of templates/comment/, without .md. It knows ``sent``, ``last_day``, ``days`` and ``who``."""


def effects(_params: AcceptanceSentParams) -> Effects:
    """It speaks, nothing else."""
    return Effects(speaks=True)


def run(ctx: Context, params: AcceptanceSentParams) -> Outcome:
    """Read the day, count, tell, set the reminder."""
    calendar, said = calendar_of(ctx), details(ctx)
    asked_at = min(ctx.change.at or ctx.now, ctx.now)
    sent = read_day_said(said, calendar, asked_at)
    today = calendar.day_of(asked_at)
    if sent is None or not today - timedelta(days=60) <= sent <= today:
        return not_read(ctx, said, "acceptance sent today", f"acceptance sent {today - timedelta(days=1)}")
    last = calendar.period(sent, params.days)
    values = {"sent": sent, "last_day": last, "days": params.days, "who": _lists(ctx, params.who), "fields": _FIELDS}
    told = answer(ctx, params.template, values)
    return whole([told, _remind(ctx, params, sent, last)], url=told.url, data=told.data)


def _remind(ctx: Context, params: AcceptanceSentParams, sent: date, last: date) -> Outcome:
    """For the first working morning after the last day."""
    calendar = calendar_of(ctx)
    due = calendar.at(calendar.period(last + timedelta(days=1), 1), MORNING)
    says = (
        f"The acceptance that was asked for on {sent} counts as given since the end of {last}, unless the customer "
        "rejected it. Please enter that in Kantata and close the milestone."
    )
    data = {"who": ",".join(params.who), "says": says, **({"internal": "yes"} if whispered(ctx) else {})}
    return ctx.timers.set(ctx.item, TIMER, due, rule=ctx.step.rule, data=data)


def _lists(ctx: Context, names: list[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        found += ctx.rules.people[name].handles
    return found


def _says(params: AcceptanceSentParams, quote: Quote) -> str:
    return f"says when silence counts as acceptance, and reminds {both(params.who, quote)} then"


HANDLER = Handler(
    spec=ActionSpec(
        name="acceptance_sent",
        params=AcceptanceSentParams,
        effects=effects,
        purpose="Note that the customer was asked for acceptance, and when silence counts as acceptance.",
        offers={"who": "people", "template": "comment/"},
        says=_says,
        announces=True,
        people=lambda params: tuple(params.who),
        templates=lambda params: (f"comment/{params.template}", "comment/time_not_read"),
    ),
    run=run,
)
