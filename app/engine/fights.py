"""Does the bot fight with somebody over an item, or with itself? Then it lets go. Pure, but for one query.

Another automation that undoes what a rule does, or rules that undo each other, would go on for ever: every write causes
the next delivery. So what a rule writes to an item's labels or state is counted by whose changes it answers. Too often
in a short time, and the bot writes no more of it until somebody else does something, ten minutes were quiet, or an
operator has the parked delivery tried again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.domain.change import Change
from app.domain.decision import Result, Step, write_of
from app.engine.records import change_json, step_json
from app.engine.tables import inbox, steps

WINDOW = timedelta(minutes=10)
MOST_ALIKE = 8
"""The same write by the same rule, in answer to the same account."""
MOST = 60
"""Writes of all rules together: a deal that is hurried through all its stages needs a third of it."""
MARKED = "the bot's own mark"
"""Stands for an account where a change echoes the mark of a write of the bot's; no username has blanks."""
FIGHT = "fight"
"""Names the rules in the data of an outcome that was parked for this."""


@dataclass(frozen=True, slots=True)
class Written:
    """A write to labels or state of the item, done or given up."""

    rule: str
    what: str
    """Action and parameters."""
    by: str
    """Whose change was answered; empty if nobody knows."""
    parked: bool = False


@dataclass(frozen=True, slots=True)
class Fight:
    """Why the bot lets go."""

    rules: tuple[str, ...]
    """That fired too often, the most eager first."""
    first: bool
    """Nothing of this fight was parked before."""


def fight(history: Sequence[Written], wanted: Written) -> Fight | None:
    """Whether one more write is too much, after those of the last minutes, oldest first."""
    last = max((number for number, one in enumerate(history) if one.parked), default=-1)
    since = history[last + 1 :]
    if last >= 0 and not since:
        fighters = {one.by for one in history[: last + 1]}
        return Fight(_rules(history), first=False) if wanted.by in fighters else None
    alike = sum((one.rule, one.what, one.by) == (wanted.rule, wanted.what, wanted.by) for one in since)
    if alike < MOST_ALIKE and len(since) < MOST:
        return None
    return Fight(_rules([*since, wanted]), first=True)


def history_of(database: sa.Engine, item: str, *, now: datetime, counts: Callable[[Step], bool]) -> list[Written]:
    """What was written to the item in the last minutes, oldest first. ``counts``: whether a step writes such things."""
    query = (
        sa.select(steps.c.step, steps.c.data, inbox.c.change)
        .join(inbox, inbox.c.seq == steps.c.seq)
        .where(inbox.c.item == item, steps.c.finished_at >= (now - WINDOW).timestamp())
        .where((steps.c.result == Result.APPLIED.value) | steps.c.data.contains(f'"{FIGHT}"'))
        .where(steps.c.result.is_not(None))
        .order_by(steps.c.finished_at)
    )
    with database.connect() as connection:
        rows = connection.execute(query).all()
    found = [(step_json.validate_json(row.step), row) for row in rows]
    return [
        written(step, answered(change_json.validate_json(row.change)), parked=FIGHT in json.loads(row.data))
        for step, row in found
        if counts(step)
    ]


def tried_by_hand(database: sa.Engine, item: str, step: Step) -> bool:
    """Whether an operator wants this step, parked for a fight, to be tried all the same."""
    query = (
        sa.select(steps.c.step)
        .join(inbox, inbox.c.seq == steps.c.seq)
        .where(inbox.c.item == item, steps.c.result.is_(None), steps.c.data.contains(f'"{FIGHT}"'))
    )
    with database.connect() as connection:
        return any(step_json.validate_json(text).key == step.key for text in connection.scalars(query))


def written(step: Step, by: str, *, parked: bool = False) -> Written:
    """The write that a step is."""
    return Written(step.rule, write_of(step), by, parked=parked)


def answered(change: Change) -> str:
    """Whose change is answered. All that carries the bot's own mark is one chain, whoever passes the mark on."""
    if change.marked:
        return MARKED
    return change.actor.username if change.actor else ""


def _rules(history: Sequence[Written]) -> tuple[str, ...]:
    """Those that wrote more than once, the most eager first."""
    counted = Counter(one.rule for one in history if not one.parked)
    eager = [name for name, count in counted.most_common() if count > 1]
    return tuple(eager or counted)
