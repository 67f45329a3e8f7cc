"""Operators' hands: what waits or is parked is listed, tried again or dropped; old rows go by what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.change import Change, Kind
from app.domain.decision import Decision, Mode, Outcome, Result, Source, Step
from app.engine import ledger, parked
from app.engine.inbox import InboxWriter
from app.engine.migrations import create_tables
from app.engine.retention import purge_ledger
from app.engine.tables import connect, database_url, inbox
from app.webhook.normalise import BUG
from tests.engine.changes import change

STEP = Step("r.0.m", "comment", {"template": "welcome"}, "r", Source("label_rules.yaml", 1), Mode.LIVE)


class Desk:
    """A ledger, and what was enqueued."""

    def __init__(self, folder: Path) -> None:
        self.database = connect(database_url("", folder), pool_size=3)
        create_tables(self.database)
        self.enqueued: list[str] = []
        self.writer = InboxWriter(self.database, triage=self.triage, enqueue=self.enqueue)

    def triage(self, told: Change) -> tuple[bool, str]:
        return told.kind is not Kind.OTHER, "no rule speaks of it"

    def enqueue(self, connection: sa.Connection, item: str, *, delay_s: float = 0) -> None:
        self.enqueued.append(item)

    def put(self, *changes: Change) -> list[ledger.Entry]:
        with self.database.begin() as connection:
            self.writer.put_now(connection, changes)
        self.enqueued.clear()
        return ledger.open_entries(self.database, "1#1")

    def decide(self, entry: ledger.Entry, *plan: Step) -> None:
        decision = Decision(entry.change.delivery_id, datetime.now(UTC), "Decided.", plan=plan)
        ledger.record_decisions(self.database, "1#1", [(entry, decision)])

    def retry(self, name: str) -> str:
        return parked.retry(self.database, name, enqueue=self.enqueue, triage=self.triage)

    def state(self, name: str) -> tuple[str, str]:
        account = ledger.account(self.database, name)
        assert account is not None
        return account.state, account.summary


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path)
    yield opened
    opened.database.dispose()


def test_a_parked_delivery_is_listed_with_the_reason_and_tried_again(desk: Desk) -> None:
    (entry,) = desk.put(change("a"))
    ledger.finish(desk.database, [entry.seq], state="parked", summary="An error in sowbot.")
    (row,) = parked.listed(desk.database)
    assert (row.delivery_id, row.state, row.summary) == ("a", "parked", "An error in sowbot.")
    assert desk.retry("a") == "a: tried again now."
    assert desk.state("a") == ("waiting", "tried again by hand")
    assert desk.enqueued == ["1#1"]
    assert [one.attempts for one in ledger.open_entries(desk.database, "1#1")] == [0]


def test_only_the_steps_that_failed_are_performed_again(desk: Desk) -> None:
    (entry,) = desk.put(change("a"))
    desk.decide(entry, STEP, replace(STEP, key="r.1.m"))
    well, ill = ledger.steps_of(desk.database, entry.seq)
    now = datetime.now(UTC)
    ledger.record_outcome(desk.database, well, Outcome(Result.APPLIED, "Done."), now)
    ledger.record_outcome(desk.database, ill, Outcome(Result.RETRYING, "Parked."), now)
    ledger.finish(desk.database, [entry.seq], state="parked")
    desk.retry("a")
    assert desk.state("a")[0] == "decided"
    assert [step.outcome is None for step in ledger.steps_of(desk.database, entry.seq)] == [False, True]


def test_a_waiting_delivery_is_tried_at_once_instead_of_at_its_time(desk: Desk) -> None:
    (entry,) = desk.put(change("a"))
    with desk.database.begin() as connection:
        connection.execute(inbox.update().values(not_before=datetime.now(UTC).timestamp() + 500))
    assert ledger.open_entries(desk.database, "1#1") == []
    desk.retry("a")
    assert [one.seq for one in ledger.open_entries(desk.database, "1#1")] == [entry.seq]


def test_what_is_done_or_unknown_is_not_tried_again(desk: Desk) -> None:
    (entry,) = desk.put(change("a"))
    ledger.finish(desk.database, [entry.seq], summary="Done.")
    assert desk.retry("a") == "a: it is done (Done.); nothing to retry."
    assert desk.retry("b") == "b: there is no such delivery."
    assert desk.enqueued == []


def test_dropping_names_who_did_it_and_is_done_once(desk: Desk) -> None:
    desk.put(change("a"))
    assert parked.drop(desk.database, "a", who="olga") == "a: dropped."
    assert desk.state("a") == ("done", "dropped by olga")
    assert "no such delivery" in parked.drop(desk.database, "a", who="olga")


def test_a_delivery_that_could_not_be_read_is_read_again_by_a_mended_version(desk: Desk) -> None:
    failed = replace(change("a", kind=Kind.OTHER), remark=f"{BUG} KeyError")
    body = b'{"object_kind": "issue", "object_attributes": {"id": 9, "iid": 1, "action": "open"}, "project": {"id": 1}}'
    desk.put(failed)
    with desk.database.begin() as connection:
        connection.execute(inbox.update().values(unread=body))
    assert [row.delivery_id for row in parked.listed(desk.database)] == ["a"]
    assert desk.retry("a") == "a: read again."
    assert [one.change.kind for one in ledger.open_entries(desk.database, "1#1")] == [Kind.OPENED]
    assert desk.enqueued == ["1#1"]


def test_rows_are_kept_by_what_became_of_them(desk: Desk) -> None:
    unwanted = change("unwanted", kind=Kind.OTHER)
    entries = desk.put(unwanted, change("looked at"), change("acted"), change("parked"), change("waiting"))
    desk.decide(entries[0])
    desk.decide(entries[1], STEP)
    ledger.finish(desk.database, [entries[1].seq])
    ledger.finish(desk.database, [entries[2].seq], state="parked")

    def left_after(days: int) -> set[str]:
        purge_ledger(desk.database, datetime.now(UTC) + timedelta(days=days))
        with desk.database.connect() as connection:
            return set(connection.scalars(sa.select(inbox.c.delivery_id)))

    kept = {"unwanted", "looked at", "acted", "parked", "waiting"}
    assert left_after(13) == kept
    assert left_after(15) == kept - {"unwanted"}
    assert left_after(91) == kept - {"unwanted", "looked at"}
    assert left_after(401) == {"parked", "waiting"}
    assert ledger.steps_of(desk.database, entries[1].seq) == []
