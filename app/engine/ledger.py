"""The ledger: what was decided of each delivery, how each write of it ended, and what is remembered of an item.

Every function is one short transaction or takes the caller's connection; none calls GitLab.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.change import Change, Kind
from app.domain.decision import Decision, Outcome, Result, Step
from app.domain.item import Memory, Person
from app.engine.backoff import LONGEST_WAIT_S
from app.engine.clock import from_unix, utc_now
from app.engine.healing.same import FOUND, is_found, own_test, same_event
from app.engine.records import change_json, decision_json, dump, dump_seen, memory_json, step_json
from app.engine.tables import inbox, memory, steps
from app.engine.undone import Done
from app.rules.trying.seen import Seen

OPEN_STATES = ("waiting", "decided")
MOST_COMPARED = 200
"""Earlier deliveries of an item that are looked through for a twin."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An inbox row that is not finished."""

    seq: int
    state: str
    change: Change
    attempts: int
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class PendingStep:
    """A step of a decision, with its outcome once it has one."""

    seq: int
    n: int
    step: Step
    attempts: int
    outcome: Outcome | None


def open_entries(engine: sa.Engine, item: str) -> list[Entry]:
    """The item's deliveries that are not finished, in the order they came. Empty while it must wait."""
    query = sa.select(inbox).where(inbox.c.item == item, inbox.c.state.in_(OPEN_STATES)).order_by(inbox.c.seq)
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    now = utc_now().timestamp()
    if any(row.not_before and now < row.not_before <= now + LONGEST_WAIT_S for row in rows):
        return []
    return [
        Entry(
            seq=row.seq,
            state=row.state,
            change=change_json.validate_json(row.change),
            attempts=row.attempts,
            decision=decision_json.validate_json(row.decision) if row.decision else None,
        )
        for row in rows
    ]


def same_meaning(engine: sa.Engine, entry: Entry) -> str | None:
    """The delivery that said the same before this one (a group's hook beside a project's), if any."""
    query = (
        sa.select(inbox.c.delivery_id)
        .where(
            inbox.c.item == str(entry.change.item),
            inbox.c.meaning == entry.change.meaning,
            inbox.c.seq < entry.seq,
        )
        .limit(1)
    )
    with engine.connect() as connection:
        return connection.scalar(query)


def told_before(engine: sa.Engine, entry: Entry, bot: Person | None = None) -> str | None:
    """The delivery that told the same event before this one: word by word, or as healing found it. ``bot``: by whose
    tests of hooks nothing was told."""
    if twin := same_meaning(engine, entry):
        return twin
    query = sa.select(inbox.c.delivery_id, inbox.c.change).where(
        inbox.c.item == str(entry.change.item), inbox.c.seq < entry.seq
    )
    if entry.change.kind is Kind.OPENED:
        query = query.where(inbox.c.kind == Kind.OPENED.value)
    elif not is_found(entry.change):
        query = query.where(inbox.c.delivery_id.startswith(FOUND, autoescape=True))
    with engine.connect() as connection:
        for row in connection.execute(query.order_by(inbox.c.seq.desc()).limit(MOST_COMPARED)):
            older = change_json.validate_json(row.change)
            if not own_test(older, bot) and same_event(entry.change, older):
                return str(row.delivery_id)
    return None


def recall(engine: sa.Engine, item: str) -> Memory:
    """What is remembered of the item; an empty memory for one never seen."""
    with engine.connect() as connection:
        found = connection.scalar(sa.select(memory.c.memory).where(memory.c.item == item))
    return memory_json.validate_json(found) if found else Memory()


def record_decisions(
    engine: sa.Engine, item: str, decided: Sequence[tuple[Entry, Decision]], seen: Mapping[int, Seen] | None = None
) -> None:
    """Write the decisions, their steps and the new memory down, all or nothing. The last one's memory is kept."""
    now = utc_now().timestamp()
    with engine.begin() as connection:
        for entry, decision in decided:
            connection.execute(
                inbox.update()
                .where(inbox.c.seq == entry.seq)
                .values(
                    state="decided" if decision.plan else "done",
                    decision=dump(decision_json, decision),
                    seen=dump_seen(looked) if (looked := (seen or {}).get(entry.seq)) else None,
                    summary=decision.summary,
                    decided_at=now,
                    finished_at=None if decision.plan else now,
                )
            )
            for n, step in enumerate(decision.plan):
                connection.execute(steps.insert().values(seq=entry.seq, n=n, step=dump(step_json, step)))
        _remember(connection, item, decided[-1][1].memory, max(entry.seq for entry, _ in decided))


def _remember(connection: sa.Connection, item: str, what: Memory, seq: int) -> None:
    values = {"memory": dump(memory_json, what), "seq": seq}
    done = connection.execute(memory.update().where(memory.c.item == item).values(**values))
    if done.rowcount == 0:
        connection.execute(memory.insert().values(item=item, **values))


def steps_of(engine: sa.Engine, seq: int) -> list[PendingStep]:
    """The steps of one delivery's decision, in order."""
    with engine.connect() as connection:
        rows = connection.execute(sa.select(steps).where(steps.c.seq == seq).order_by(steps.c.n)).all()
    return [
        PendingStep(
            seq=row.seq,
            n=row.n,
            step=step_json.validate_json(row.step),
            attempts=row.attempts,
            outcome=Outcome(Result(row.result), row.sentence, row.url, json.loads(row.data)) if row.result else None,
        )
        for row in rows
    ]


def record_outcome(
    engine: sa.Engine, pending: PendingStep, outcome: Outcome, began: datetime, *, then: Step | None = None
) -> None:
    """Write down how a step ended; a step with an outcome is never performed again. ``then`` is added to the plan."""
    with engine.begin() as connection:
        if then is not None:
            last = connection.scalar(sa.select(sa.func.max(steps.c.n)).where(steps.c.seq == pending.seq)) or 0
            connection.execute(steps.insert().values(seq=pending.seq, n=last + 1, step=dump(step_json, then)))
        connection.execute(
            steps.update()
            .where(steps.c.seq == pending.seq, steps.c.n == pending.n)
            .values(
                result=outcome.result.value,
                sentence=outcome.sentence,
                url=outcome.url,
                data=json.dumps(outcome.data),
                attempts=pending.attempts + 1,
                began_at=began.timestamp(),
                finished_at=utc_now().timestamp(),
            )
        )


def record_failure(engine: sa.Engine, pending: PendingStep, sentence: str) -> None:
    """Count an attempt of a step that is to be tried again."""
    with engine.begin() as connection:
        connection.execute(
            steps.update()
            .where(steps.c.seq == pending.seq, steps.c.n == pending.n)
            .values(attempts=pending.attempts + 1, sentence=sentence)
        )


def finish(engine: sa.Engine, seqs: Sequence[int], *, state: str = "done", summary: str | None = None) -> None:
    """Close deliveries: ``done``, or ``parked`` for somebody to look at."""
    values: dict[str, object] = {"state": state, "finished_at": utc_now().timestamp(), "not_before": None}
    if summary is not None:
        values["summary"] = summary
    with engine.begin() as connection:
        connection.execute(inbox.update().where(inbox.c.seq.in_(list(seqs))).values(**values))


def moved_by_people_since(engine: sa.Engine, item: str, seq: int, bot_id: int | None) -> list[Change]:
    """Deliveries that came after ``seq`` in which somebody else moved labels: their hand outranks the plan."""
    query = sa.select(inbox.c.change).where(inbox.c.item == item, inbox.c.seq > seq).order_by(inbox.c.seq)
    with engine.connect() as connection:
        found = [change_json.validate_json(text) for text in connection.scalars(query)]
    by_people = [
        change for change in found if (not change.marked if change.actor is None else change.actor.id != bot_id)
    ]
    return [change for change in by_people if change.added or change.removed]


def done_since(engine: sa.Engine, item: str, at: datetime) -> list[Step]:
    """Steps that the bot carried out on the item since then."""
    query = (
        sa.select(steps.c.step)
        .join(inbox, inbox.c.seq == steps.c.seq)
        .where(inbox.c.item == item, steps.c.finished_at >= at.timestamp())
        .where(steps.c.result.in_((Result.APPLIED.value, Result.ALREADY_SO.value)))
    )
    with engine.connect() as connection:
        return [step_json.validate_json(text) for text in connection.scalars(query)]


def applied_since(engine: sa.Engine, item: str, at: datetime) -> list[Done]:
    """What the bot wrote to the item since then, oldest first."""
    query = (
        sa.select(steps)
        .join(inbox, inbox.c.seq == steps.c.seq)
        .where(inbox.c.item == item, steps.c.finished_at >= at.timestamp(), steps.c.result == Result.APPLIED.value)
        .order_by(steps.c.finished_at)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return [
        Done(
            step_json.validate_json(row.step),
            Outcome(Result(row.result), row.sentence, row.url, json.loads(row.data)),
            from_unix(row.finished_at),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Account:
    """A delivery's whole story, for people: what came, what was decided, how each write ended."""

    seq: int
    state: str
    summary: str
    received_at: datetime
    change: Change
    decision: Decision | None
    steps: tuple[PendingStep, ...]


def account(engine: sa.Engine, delivery_id: str) -> Account | None:
    """The story of one delivery; None for an unknown one."""
    with engine.connect() as connection:
        row = connection.execute(sa.select(inbox).where(inbox.c.delivery_id == delivery_id)).first()
    if row is None:
        return None
    return Account(
        seq=row.seq,
        state=row.state,
        summary=row.summary,
        received_at=from_unix(row.received_at),
        change=change_json.validate_json(row.change),
        decision=decision_json.validate_json(row.decision) if row.decision else None,
        steps=tuple(steps_of(engine, row.seq)),
    )


def latest_of(engine: sa.Engine, item: str, *, most: int = 20) -> list[str]:
    """Ids of an item's last deliveries, newest first."""
    query = sa.select(inbox.c.delivery_id).where(inbox.c.item == item).order_by(inbox.c.seq.desc()).limit(most)
    with engine.connect() as connection:
        return list(connection.scalars(query))


def waiting(engine: sa.Engine) -> tuple[int, float | None]:
    """How many deliveries are not finished, and when the oldest of them came (Unix seconds)."""
    query = sa.select(sa.func.count(), sa.func.min(inbox.c.received_at)).where(inbox.c.state.in_(OPEN_STATES))
    with engine.connect() as connection:
        count, oldest = connection.execute(query).one()
    return count, oldest
