"""Triage: what no rule can want costs no look at GitLab, and what one may want is never missed."""

from __future__ import annotations

import pytest

from app.domain.change import Change, Kind
from app.rules.deciding.triage import triage
from tests.rules.deal import BOOK, BOT, DISCOVERY, LEADER, ON_BOARD, OPEN, SOW, book, change, moved, said


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (change(Kind.OTHER, remark="a push is about no issue"), "a push is about no issue"),
        (change(item=None), "it is about no issue"),
        (
            change(Kind.OPENED, labels=("bug",), added=("bug",)),
            "no rule matched; nearest: intake-issue, because label 'Services Calculator' is not on the item",
        ),
        (change(edited=frozenset({"weight"}), labels=(ON_BOARD,)), "no rule matched"),
        (change(added=("bug",), labels=("bug",)),
         "no rule matched; nearest: ta-gate, because label 'Services Calculator' is not on the item"),
        (said("hi", labels=(ON_BOARD, DISCOVERY)), None),
        (said("hi", labels=(ON_BOARD, "TA::Approved", DISCOVERY), actor=LEADER), "no rule matched; nearest: thanks,"
         f" because the item is in {DISCOVERY}"),
        (change(added=("Scoping::Help",), labels=("Scoping::Help",), project_path="elsewhere/x"),
         "no rule matched; nearest: help-wanted, because the item is in elsewhere/x"),
        (change(removed=("proposal::x",), labels=(ON_BOARD, "TA::Approved")), "no rule matched; nearest: ta-gate,"
         " because label 'TA::Approved' is on the item"),
    ],
)  # fmt: skip
def test_unwanted_deliveries_say_why(told: Change, reason: str | None) -> None:
    answer = triage(BOOK, told)
    assert answer.wanted is (reason is None)
    if reason is not None:
        assert answer.reason == reason


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (moved(OPEN, DISCOVERY), "a stage label moved"),
        (moved(OPEN, DISCOVERY, actor=BOT), "a stage label moved"),
        (change(Kind.OPENED, labels=(ON_BOARD,), added=(ON_BOARD,)), "an item came on the board"),
        (change(Kind.OPENED), "intake-issue may want it"),
        (change(added=("TA:Approved",), labels=None), "a label is in another spelling"),
        (change(added=("proposal::Writing",), labels=(ON_BOARD,)), "a stage label moved"),
        (change(removed=("Public Sector US",), labels=("bug",)), "it was private until now"),
        (change(Kind.TIMER, timer="stage/Open/1"), "a timer came due"),
        (said("Estimate total: 82,000 USD"), "thanks may want it"),
        (said("Estimate total: 82,000 USD", actor=LEADER), "ta-gate may want it"),
        (change(edited=frozenset({"description"}), labels=(ON_BOARD,)), "ta-gate may want it"),
        (change(added=("Scoping::Help",), labels=("Scoping::Help",)), "help-wanted may want it"),
        (said("hi", labels=(ON_BOARD, "TA::Approved", SOW)), "thanks may want it"),
    ],
)
def test_wanted_deliveries_say_why(told: Change, reason: str) -> None:
    answer = triage(BOOK, told)
    assert answer.wanted
    assert answer.reason == reason


WEEKLY = {
    "name": "weekly",
    "why": "A retrospective is looked at every week.",
    "when": {"event": "schedule", "at": "Fri 09:00", "labels": {"all": ["retro"]}, "on_board": False},
    "do": [{"comment": {"template": "weekly"}}],
}


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (change(Kind.OPENED, labels=("retro",), added=("retro",)), True),
        (change(added=("retro",), labels=("retro",)), True),
        (change(Kind.REOPENED, labels=("retro",)), True),
        (change(Kind.OPENED, labels=("bug",), added=("bug",)), False),
        (change(edited=frozenset({"weight"}), labels=("retro",)), False),
    ],
)
def test_what_a_schedule_asks_for_beside_the_board_is_looked_at_once_so_that_it_is_remembered(
    told: Change, wanted: bool, own: bool
) -> None:
    answer = triage(book(rules=[WEEKLY]), told, own=own)
    assert answer.wanted is wanted
    assert not wanted or answer.reason == "weekly may want it when its time comes"
