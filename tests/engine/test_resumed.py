"""A write that was made and not recorded, because the bot died: afterwards it is known as the bot's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey
from app.engine import ledger
from app.engine.resumed import as_done
from app.rules.actions import Effects
from tests.engine.desk import ITEM, Desk, WatchedGitLab

MOVE = "move 1"
DEAR = Effects(adds=frozenset({"TA::Needs-Review"}))


class Killed(BaseException):
    """As SIGKILL: nothing of the program sees it."""


@dataclass
class DeadlyGitLab(WatchedGitLab):
    """The bot dies when the write has been made, before anybody could record it."""

    at_labels: bool = False
    at_note: bool = False

    def change_labels(self, key: ItemKey, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Outcome:
        outcome = super().change_labels(key, add=add, remove=remove)
        if self.at_labels:
            raise Killed
        return outcome

    def ensure_note(self, key: ItemKey, **note: Any) -> Outcome:
        outcome = super().ensure_note(key, **note)
        if self.at_note:
            raise Killed
        return outcome


@pytest.fixture
def gitlab() -> DeadlyGitLab:
    return DeadlyGitLab()


@pytest.fixture
def desk(tmp_path: Path, gitlab: DeadlyGitLab) -> Iterator[Desk]:
    made = Desk(tmp_path, gitlab=gitlab)
    yield made
    made.close()


def ends(desk: Desk, action: str) -> list[Outcome]:
    """How the steps of this action ended."""
    account = ledger.account(desk.database, MOVE)
    assert account is not None
    return [one.outcome for one in account.steps if one.step.action == action and one.outcome is not None]


def first_end_after_a_kill(
    desk: Desk, gitlab: DeadlyGitLab, action: str, *, at: Literal["at_labels", "at_note"]
) -> Outcome:
    """A card is dragged; the bot dies in the middle of the action, and goes on."""
    desk.deliver(desk.moved("Awaiting_Discovery"))
    setattr(gitlab, at, True)
    with pytest.raises(Killed):
        desk.attend(str(ITEM))
    setattr(gitlab, at, False)
    desk.settle()
    return ends(desk, action)[0]


def test_labels_that_were_put_on_before_the_crash_are_the_bots_own(desk: Desk, gitlab: DeadlyGitLab) -> None:
    first = first_end_after_a_kill(desk, gitlab, "label", at="at_labels")
    assert first.result is Result.APPLIED
    assert first.data["added"] == ["EM_Status::Waiting"]
    assert "before a restart" in first.sentence


def test_so_is_a_comment(desk: Desk, gitlab: DeadlyGitLab) -> None:
    first = first_end_after_a_kill(desk, gitlab, "comment", at="at_note")
    assert first.result is Result.APPLIED
    assert "note_id" in first.data
    assert len([body for body in gitlab.bodies(ITEM) if "Where this stands" not in body]) == 1


ALREADY = Outcome(Result.ALREADY_SO, "It is so.")


@pytest.mark.parametrize(
    ("then", "now", "own", "data"),
    [
        (["A"], ["A", "TA::Needs-Review"], [], {"added": ["TA::Needs-Review"]}),
        (["TA::Approved"], ["TA::Needs-Review"], [], {"added": ["TA::Needs-Review"], "removed": ["TA::Approved"]}),
        (["TA::Needs-Review"], ["TA::Needs-Review"], [], None),  # it was there when it was decided
        ([], ["TA::Needs-Review"], [DEAR], None),  # another step put it on
        (["A"], ["B"], [], None),  # nothing that the step is about
    ],
)
def test_only_what_changed_since_the_decision_was_done_by_the_step(
    then: list[str], now: list[str], own: list[Effects], data: dict[str, object] | None
) -> None:
    outcome = as_done(ALREADY, DEAR, then=then, now=now, own=own)
    assert (outcome.result, outcome.data) == ((Result.ALREADY_SO, {}) if data is None else (Result.APPLIED, data))
