"""Deliveries in any order, people in between: what a person did last stays, and nobody is blamed for GitLab's order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.decision import Result
from app.engine import ledger
from tests.engine.desk import ITEM, OPEN, Desk

ROUND = ("Awaiting_Discovery", "On_hold", "Estimate_Feedback", "Awaiting_Discovery", "On_hold")
"""A walk over the board in which every step is allowed."""
REFUSED = "Approved"
"""No move leads there from Open."""


@contextmanager
def desk() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as folder:
        opened = Desk(Path(folder))
        try:
            yield opened
        finally:
            opened.close()


@st.composite
def orders(draw: st.DrawFn) -> list[list[int]]:
    """The deliveries of a walk in any order, in any batches."""
    order = draw(st.permutations(range(len(ROUND))))
    cuts = draw(st.lists(st.booleans(), min_size=len(order), max_size=len(order)))
    batches: list[list[int]] = [[]]
    for number, cut in zip(order, cuts, strict=True):
        batches[-1].append(number)
        if cut:
            batches.append([])
    return [batch for batch in batches if batch]


@settings(max_examples=150, deadline=None)
@given(orders(), st.integers(0, len(ROUND)))
def test_the_order_in_which_deliveries_come_changes_nothing(batches: list[list[int]], lost: int) -> None:
    """All of them tell of allowed moves, so the card stays where it is whatever comes first or never."""
    with desk() as place:
        told = [place.moved(stage) for stage in ROUND]
        for batch in batches:
            place.deliver(*(told[number] for number in batch if number != lost))
            place.settle()
        assert place.stage == ROUND[-1]
        assert "is back in" not in place.notes


@settings(max_examples=150, deadline=None)
@given(orders(), st.integers(0, len(ROUND) - 2))
def test_the_remembered_stage_is_that_of_the_card_in_whatever_order_deliveries_come(
    batches: list[list[int]], lost: int
) -> None:
    with desk() as place:
        told = [place.moved(stage) for stage in ROUND]
        for batch in batches:
            place.deliver(*(told[number] for number in batch if number != lost))
            place.settle()
        assert ledger.recall(place.database, str(ITEM)).stage == f"proposal::{ROUND[-1]}"


def test_a_delivery_older_than_the_last_move_looked_at_moves_no_memory(tmp_path: Path) -> None:
    """Even where it speaks of the stage that the card is in: it was there before as well."""
    place = Desk(tmp_path)
    told = [place.moved(stage) for stage in ROUND]
    for batch in ([3], [1, 4], [2]):
        place.deliver(*(told[number] for number in batch))
        place.settle()
    remembered = ledger.recall(place.database, str(ITEM))
    assert remembered.stage == f"proposal::{ROUND[-1]}"
    assert remembered.stage_entered_at == told[-1].at
    place.close()


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(len(ROUND))))
def test_every_move_of_a_burst_is_judged_in_whatever_order_it_came(order: list[int]) -> None:
    with desk() as place:
        told = [place.moved(stage) for stage in ROUND]
        place.deliver(*(told[number] for number in order))
        place.settle()
        for change in told:
            account = ledger.account(place.database, change.delivery_id)
            assert account is not None
            assert change.added[0] in account.summary
            assert "The move is older" not in account.summary


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 8), st.sampled_from([OPEN, "On_hold", "Awaiting_Discovery"]), st.booleans())
def test_a_move_made_at_any_moment_of_the_bots_work_stays(moment: int, target: str, told_at_once: bool) -> None:
    """The bot is putting a card back; a person moves it on in between: before any of the bot's looks at the item."""
    with desk() as place:
        place.deliver(place.moved("Awaiting_Discovery"))
        place.settle()
        refused = place.moved(REFUSED)
        reads = place.gitlab.reads
        late = []

        def act(number: int) -> None:
            if number - reads == moment:
                late.append(place.moved(target))
                if told_at_once:
                    place.deliver(*late)

        place.gitlab.before_read = act
        place.deliver(refused)
        place.settle()
        if not told_at_once:
            place.deliver(*late)
        place.settle()
        if late and target != OPEN:  # nothing leads back to Open, so that is put back in turn
            assert place.stage == target
        elif not late:
            assert place.stage == "Awaiting_Discovery"


def test_a_card_that_was_moved_on_is_left_alone_and_a_comment_says_so(tmp_path: Path) -> None:
    place = Desk(tmp_path)
    place.deliver(place.moved("Awaiting_Discovery"))
    place.settle()
    refused = place.moved(REFUSED)
    reads = place.gitlab.reads

    def act(number: int) -> None:
        if number == reads + 2:  # the first look is the decision's, the second comes right before the write
            place.deliver(place.moved("On_hold"))

    place.gitlab.before_read = act
    place.deliver(refused)
    place.settle()
    assert place.stage == "On_hold"
    assert "@engagement.manager moved this card while it was about to be put into **Awaiting Discovery**" in place.notes
    assert "is back in" not in place.notes
    account = ledger.account(place.database, refused.delivery_id)
    assert account is not None
    ended = {step.step.action: step.outcome for step in account.steps if step.step.rule == "board.moves"}
    assert ended["restore_stage"] is not None
    assert ended["restore_stage"].result is Result.STOOD_DOWN
    assert "by @engagement.manager" in ended["restore_stage"].sentence
    place.close()


@pytest.mark.parametrize("after", ["On_hold", "Awaiting_Discovery"])
def test_a_plan_that_a_crash_left_behind_does_not_undo_what_happened_meanwhile(tmp_path: Path, after: str) -> None:
    """Decided, then killed; the person's next move is not even told. The plan is old, the item is looked at anew."""
    place = Desk(tmp_path)
    place.deliver(place.moved("Awaiting_Discovery"))
    place.settle()
    reads = place.gitlab.reads

    def kill(number: int) -> None:
        if number == reads + 2:
            raise KeyboardInterrupt

    place.gitlab.before_read = kill
    place.deliver(place.moved(REFUSED))
    with pytest.raises(KeyboardInterrupt):
        place.settle()
    place.moved(after)
    place.gitlab.before_read = lambda number: None
    place.settle()
    assert place.stage == after
    place.close()
