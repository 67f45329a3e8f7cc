"""Put the fiscal quarter of the outcome on the item.

The label is ``close_qtr::Q<quarter><year>``, such as ``close_qtr::Q322``. GitLab's fiscal year starts on 1 February and
is named for the year in which it ends.

Reads: the date in the fact named, else when the item was closed, else when this happened; the calendar's time zone.
Writes: the quarter's label, created in the project first if need be; it takes another quarter's place.
Silent when: the item has it already.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.decision import Outcome
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.fiscal import close_quarter
from app.rules.telling.words import Quote
from handlers.outcomes import whole

SCOPE = "close_qtr"
COLOR = "#8e8e8e"


class SetQuarterParams(Params):
    """Which date counts."""

    date_fact: str | None = None
    """A fact that holds the close date; it counts before the day on which the item was closed."""


def effects(_params: SetQuarterParams) -> Effects:
    """A label known only when the day is."""
    return Effects(adds=frozenset({None}), removes=frozenset({None}))


def run(ctx: Context, params: SetQuarterParams) -> Outcome:
    """Name the quarter, make sure that its label exists, and set it."""
    day = _day(ctx, params)
    title = f"{SCOPE}::{close_quarter(day)}"
    label = ctx.gitlab.ensure_label(
        project=ctx.snapshot.project_path, title=title, color=COLOR, description="Fiscal quarter of the outcome"
    )
    others = [name for name in ctx.snapshot.labels if name.startswith(f"{SCOPE}::") and name != title]
    changed = ctx.gitlab.change_labels(ctx.item, add=[title], remove=others)
    return whole([changed, label], data={"quarter": title, "date": day.isoformat()})


def _day(ctx: Context, params: SetQuarterParams) -> date:
    told = ctx.facts.get(params.date_fact) if params.date_fact else None
    if isinstance(told, str):
        return date.fromisoformat(told)
    if isinstance(told, datetime):
        return told.date()
    if isinstance(told, date):
        return told
    moment = ctx.snapshot.closed_at or ctx.change.at or ctx.now
    return moment.astimezone(ZoneInfo(ctx.rules.calendar.timezone)).date()


def _says(params: SetQuarterParams, quote: Quote) -> str:
    fact = f"{quote(params.date_fact)}, or else of " if params.date_fact else ""
    return f"sets the label of the fiscal quarter of {fact}the day on which the issue was closed"


HANDLER = Handler(
    spec=ActionSpec(
        name="set_quarter",
        params=SetQuarterParams,
        effects=effects,
        purpose="Put the fiscal quarter of the outcome on the item.",
        offers={"date_fact": "fact"},
        says=_says,
        facts=lambda params: (params.date_fact,) if params.date_fact else (),
        dates=lambda params: (params.date_fact,) if params.date_fact else (),
    ),
    run=run,
)
