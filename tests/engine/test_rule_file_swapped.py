"""The rule file is replaced between a decision and its writes: what was decided is carried out, what comes is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from app.domain.decision import Outcome
from app.domain.item import ItemKey
from app.engine import ledger
from app.engine.rulebook import Rules
from app.errors import RateLimited
from app.rules.deciding.board_steps import REMINDERS
from tests.engine.desk import ITEM, Desk, WatchedGitLab
from tests.handlers.scene import BOOK

ASKED_S = 9.0


@dataclass
class BusyGitLab(WatchedGitLab):
    """Takes no comments while it is busy."""

    busy: bool = True

    def refuse_if_busy(self) -> None:
        if self.busy:
            raise RateLimited("GitLab asked the bot to slow down.", after_s=ASKED_S)

    def ensure_note(self, key: ItemKey, *, marker: str, body: str, internal: bool = False) -> Outcome:
        self.refuse_if_busy()
        return super().ensure_note(key, marker=marker, body=body, internal=internal)


@dataclass
class Waits:
    """What the engine was asked to do later."""

    delays: list[float] = field(default_factory=list)

    def __call__(self, item: str, *, delay_s: float, reason: str) -> None:
        self.delays.append(delay_s)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path, gitlab=BusyGitLab())
    yield opened
    opened.close()


def test_what_was_decided_stays_and_the_next_event_is_decided_by_the_new_file(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("the old one")
    silent = replace(BOOK, file=BOOK.file.model_copy(update={"rules": ()}))
    rules = Rules(file, lambda path: BOOK if path.read_text() == "the old one" else silent)
    waits = Waits()
    desk.attend = replace(desk.attend, rules=rules, later=waits)
    first = desk.moved("Awaiting_Discovery")
    desk.deliver(first)
    desk.attend(str(ITEM))
    assert len(waits.delays) == 1
    decided = ledger.account(desk.database, first.delivery_id)
    assert decided is not None
    assert decided.decision is not None
    assert decided.decision.plan

    file.write_text("the new one, which says nothing")
    rules.look()
    assert rules.book is silent
    assert isinstance(desk.gitlab, BusyGitLab)
    desk.gitlab.busy = False
    desk.attend(str(ITEM))
    done = ledger.account(desk.database, first.delivery_id)
    assert done is not None
    assert done.decision == decided.decision
    assert all(step.outcome for step in done.steps)
    assert desk.notes

    second = desk.moved("On_hold")
    desk.deliver(second)
    desk.attend(str(ITEM))
    after = ledger.account(desk.database, second.delivery_id)
    assert after is not None
    assert after.decision is not None
    assert {step.rule for step in after.decision.plan} <= {REMINDERS}, "a rule of the old file acted"


def test_waiting_for_gitlabs_limit_does_not_make_the_next_wait_longer(desk: Desk) -> None:
    waits = Waits()
    desk.attend = replace(desk.attend, later=waits)
    desk.deliver(desk.moved("Awaiting_Discovery"))
    for _ in range(8):
        desk.attend(str(ITEM))
    assert waits.delays == [ASKED_S] * 8
