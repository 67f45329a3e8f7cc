"""Every kind of failure has a home: who must act decides what becomes of the event, and none is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey
from app.engine import backoff, ledger, parked
from app.errors import AdminMustAct, Forbidden, NotYet, PersonMustAct, RateLimited, Refused, StoodDown, TryLater
from tests.engine.desk import ITEM, Desk, WatchedGitLab

SAID = "words of the failure"
MOVE = "move 1"


@dataclass
class FailingGitLab(WatchedGitLab):
    """Fails at every comment for as long as there is something to fail with."""

    failure: Exception | None = None

    def ensure_note(self, key: ItemKey, **note: Any) -> Outcome:
        if self.failure is not None:
            raise self.failure
        return super().ensure_note(key, **note)


class Waits(list[float]):
    """The waits that were asked for, in seconds."""

    def __call__(self, item: str, *, delay_s: float, reason: str) -> None:
        assert item == str(ITEM)
        self.append(delay_s)


@pytest.fixture
def gitlab() -> FailingGitLab:
    return FailingGitLab()


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def desk(tmp_path: Path, gitlab: FailingGitLab, waits: Waits) -> Iterator[Desk]:
    made = Desk(tmp_path, gitlab=gitlab)
    made.attend = replace(made.attend, later=waits)
    made.deliver(made.moved("Awaiting_Discovery"))
    yield made
    made.close()


def look(desk: Desk) -> tuple[str, list[Outcome]]:
    """Attend once; the delivery's state, and how its comments ended."""
    desk.attend(str(ITEM))
    account = ledger.account(desk.database, MOVE)
    assert account is not None
    ends = [step.outcome for step in account.steps if step.step.action in ("comment", "status_note")]
    return account.state, [end for end in ends if end is not None]


@pytest.mark.parametrize("failure", [TryLater(SAID), TryLater(SAID, after_s=40.0), RateLimited(SAID, after_s=90.0)])
def test_what_may_work_later_is_tried_until_it_does(
    desk: Desk, gitlab: FailingGitLab, waits: Waits, failure: TryLater
) -> None:
    gitlab.failure = failure
    tries = backoff.MOST_BUGS + 3
    assert {look(desk)[0] for _ in range(tries)} == {"decided"}
    assert len(waits) == tries
    assert min(waits) >= (failure.after_s or 0)
    assert max(waits) <= backoff.LONGEST_S * 1.25

    gitlab.failure = None
    state, ends = look(desk)
    assert state == "done"
    assert ends
    assert {end.result for end in ends} == {Result.APPLIED}


def test_what_has_its_time_is_no_failure(desk: Desk, gitlab: FailingGitLab, waits: Waits) -> None:
    gitlab.failure = NotYet(SAID, after_s=7.0)
    for _ in range(backoff.MOST_BUGS + 3):
        assert look(desk)[0] == "decided"
    assert set(waits) == {7.0}
    account = ledger.account(desk.database, MOVE)
    assert account is not None
    assert {step.attempts for step in account.steps if step.outcome is None} == {0}
    gitlab.failure = None
    assert look(desk)[0] == "done"


@pytest.mark.parametrize(
    ("failure", "result"),
    [
        (Refused(SAID), Result.REFUSED),
        (Forbidden(SAID), Result.REFUSED),
        (AdminMustAct(SAID), Result.REFUSED),
        (PersonMustAct(SAID), Result.REFUSED),
        (StoodDown(SAID), Result.STOOD_DOWN),
    ],
)
def test_what_somebody_has_to_do_is_written_down_in_its_own_words_and_not_tried_again(
    desk: Desk, gitlab: FailingGitLab, waits: Waits, failure: Exception, result: Result
) -> None:
    gitlab.failure = failure
    state, ends = look(desk)
    assert state == "done"
    assert not waits
    assert {(end.result, end.sentence) for end in ends} == {(result, SAID)}


def test_an_error_of_ours_is_tried_a_few_times_and_parked_with_its_event(
    desk: Desk, gitlab: FailingGitLab, waits: Waits
) -> None:
    gitlab.failure = ZeroDivisionError(SAID)
    states = [look(desk)[0] for _ in range(2 * backoff.MOST_BUGS)]
    assert states[-1] == "parked"
    (row,) = parked.listed(desk.database)
    assert (row.delivery_id, row.state) == (MOVE, "parked")
    account = ledger.account(desk.database, MOVE)
    assert account is not None
    told = " ".join(step.outcome.sentence for step in account.steps if step.outcome)
    assert "ZeroDivisionError" in told
    assert SAID not in told, "an error's own words may quote what people wrote"

    gitlab.failure = None
    parked.retry(desk.database, MOVE, enqueue=lambda *_, **__: None, triage=lambda _: (True, ""))
    state, ends = look(desk)
    assert state == "done"
    assert ends
    assert {end.result for end in ends} == {Result.APPLIED}
