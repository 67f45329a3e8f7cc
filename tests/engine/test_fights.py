"""Two bots that undo each other's work: the fight is bounded, told once, and ends when somebody else comes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine import parked
from app.engine.fights import MOST, MOST_ALIKE, Written, fight
from tests.engine.healing.theatre import theatre

RESTORE = Written("board.moves", "restore", "other-bot")


def test_a_few_writes_alike_are_no_fight() -> None:
    assert fight([RESTORE] * (MOST_ALIKE - 1), RESTORE) is None


def test_one_write_too_many_alike_is_a_fight_that_names_its_rule() -> None:
    found = fight([RESTORE] * MOST_ALIKE, RESTORE)
    assert found is not None
    assert found.first
    assert found.rules == ("board.moves",)


def test_the_same_write_for_many_people_is_no_fight() -> None:
    history = [Written("board.moves", "restore", f"person-{number}") for number in range(MOST - 1)]
    assert fight(history, RESTORE) is None


def test_rules_that_undo_each_other_in_ever_new_ways_are_bounded_too() -> None:
    history = [Written(f"rule-{number % 3}", f"label {number}", "sowbot") for number in range(MOST)]
    found = fight(history, Written("rule-0", "label x", "sowbot"))
    assert found is not None
    assert set(found.rules) == {"rule-0", "rule-1", "rule-2"}


def test_after_parking_the_fighter_is_given_up_and_anybody_else_is_answered() -> None:
    history = [*[RESTORE] * MOST_ALIKE, Written("board.moves", "restore", "other-bot", parked=True)]
    again = fight(history, RESTORE)
    assert again is not None
    assert not again.first
    assert fight(history, Written("board.moves", "restore", "a-person")) is None
    assert fight([*history, Written("board.moves", "restore", "a-person")], RESTORE) is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy")), max_size=200))
def test_no_account_gets_more_than_a_bounded_number_of_writes_out_of_the_bot(asked: list[tuple[str, str]]) -> None:
    history: list[Written] = []
    done = 0
    for rule, what in asked:
        wanted = Written(rule, what, "other-bot")
        found = fight(history, wanted)
        history.append(Written(rule, what, "other-bot", parked=found is not None))
        done += found is None
    assert done <= MOST


@pytest.mark.slow
def test_another_bot_that_undoes_ours_is_let_go_with_one_comment_that_names_the_rule(tmp_path: Path) -> None:
    with theatre(tmp_path) as place, place.bot() as bot:
        iid = place.file()
        place.quiet(bot)

        def approve(by: str) -> bool:
            place.project(by).issues.update(iid, {"add_labels": "TA::Approved"})
            place.quiet(bot)
            return "TA::Approved" in place.project(by).issues.get(iid).labels

        stands = [approve("engagement.manager") for _ in range(MOST_ALIKE + 3)]
        assert stands == [False] * MOST_ALIKE + [True] * 3
        notes = place.project("engagement.manager").issues.get(iid).notes.list(get_all=True)
        told = [note.body for note in notes if "I let go" in note.body]
        assert len(told) == 1
        assert "ta-approval-by-a-ta" in told[0]
        (row,) = parked.listed(bot.engine.database, states=("parked",))
        place.project("engagement.manager").issues.update(iid, {"remove_labels": "TA::Approved"})
        place.quiet(bot)
        assert not approve("solutions.architect")  # somebody else is answered
        assert not approve("engagement.manager")  # and then all are, until it begins again
        place.project("engagement.manager").issues.update(iid, {"add_labels": "TA::Approved"})
        parked.retry(bot.engine.database, row.delivery_id, enqueue=bot.engine.enqueue, triage=bot.sieve)
        place.quiet(bot)
        assert "TA::Approved" not in place.project("engagement.manager").issues.get(iid).labels
