"""Requests for scoping: filed once, tried again while GitLab is away, kept when somebody has to act first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from app.domain.change import Change
from app.domain.decision import Outcome, Result
from app.engine import backoff, parked
from app.engine.inbox import InboxWriter
from app.engine.migrations import create_tables
from app.engine.place import is_request, place_of
from app.engine.requests import Requests
from app.engine.tables import connect, inbox
from app.errors import AdminMustAct, TryLater
from app.rules.deciding.triage import triage
from app.webhook.calculator_form import FORM, Form
from tests.handlers.scene import BOOK
from tests.webhook.deliveries import NOW

ASKED = Form(customer="Example Bank", username="ae", email="ae@example.com", public_sector_us=False)
REQUEST: Change = ASKED.as_change("one", NOW)
PLACE = place_of(REQUEST) or ""
FILED = Outcome(Result.APPLIED, "Filed ps-plan#7.", url="https://gitlab.example/ps-plan/-/issues/7")


@dataclass
class Office:
    """A database with the one request, and a GitLab that answers as it is told to."""

    database: sa.Engine
    answers: list[Outcome | Exception]
    queued: list[tuple[str, float]] = field(default_factory=list)
    filed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        create_tables(self.database)
        writer = InboxWriter(self.database, triage=self._triage, enqueue=self.enqueue)
        with self.database.begin() as connection:
            writer.put_now(connection, [REQUEST])

    def _triage(self, change: Change) -> tuple[bool, str]:
        judged = triage(BOOK, change)
        return judged.wanted, judged.reason

    def enqueue(self, connection: sa.Connection, item: str, *, delay_s: float = 0) -> None:
        assert connection.in_transaction()
        self.queued.append((item, delay_s))

    def file(self, change: Change) -> Outcome:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        self.filed.append(change.extra[FORM])
        return answer

    def later(self, place: str, *, delay_s: float, reason: str) -> None:
        self.queued.append((place, delay_s))
        with self.database.begin() as connection:
            connection.execute(inbox.update().values(attempts=inbox.c.attempts + 1, summary=reason))

    def work(self) -> None:
        Requests(self.database, self.file, self.later)(PLACE)

    @property
    def row(self) -> parked.Row:
        (row,) = parked.listed(self.database, states=parked.STATES)
        return row


@pytest.fixture
def database(url: str) -> Iterator[sa.Engine]:
    engine = connect(url, pool_size=2)
    yield engine
    engine.dispose()


def test_a_request_is_filed_once_and_its_form_forgotten(database: sa.Engine) -> None:
    office = Office(database, [FILED])
    assert office.queued == [(PLACE, 0)]
    assert is_request(PLACE)
    office.work()
    office.work()
    assert len(office.filed) == 1
    assert (office.row.state, office.row.change.extra) == ("done", {})
    assert office.row.summary == "Filed ps-plan#7. https://gitlab.example/ps-plan/-/issues/7"
    with database.connect() as connection:
        assert "example.com" not in str(connection.execute(sa.select(inbox)).all())


def test_while_gitlab_is_away_it_waits_longer_and_longer(database: sa.Engine) -> None:
    away = TryLater("GitLab is down")
    office = Office(database, [away, away, TryLater("slow down", after_s=90), FILED])
    for _ in range(3):
        office.work()
    assert (office.row.state, office.row.summary) == ("waiting", "slow down")
    first, second, asked = (delay for _, delay in office.queued[1:])
    assert first < second < 90 <= asked
    office.work()
    assert office.row.state == "done"


def test_where_somebody_has_to_act_first_it_is_kept_whole_and_filed_when_it_is_asked_for(database: sa.Engine) -> None:
    office = Office(database, [AdminMustAct("The template is gone."), FILED])
    office.work()
    assert office.row.state == "parked"
    assert "The template is gone." in office.row.summary
    assert office.row.change.extra[FORM]
    said = parked.retry(database, REQUEST.delivery_id, enqueue=office.enqueue, triage=lambda change: (bool(change), ""))
    assert said == "calculator:one: tried again now."
    assert office.queued[-1] == (PLACE, 0)
    office.work()
    assert office.row.state == "done"


def test_an_error_of_ours_is_tried_again_and_then_parked(database: sa.Engine) -> None:
    office = Office(database, [KeyError("x")] * backoff.MOST_BUGS)
    for _ in range(backoff.MOST_BUGS):
        office.work()
    assert office.row.state == "parked"
    assert "KeyError" in office.row.summary
