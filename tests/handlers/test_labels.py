"""Labels and stages: changed as asked, twice is once, and never an approval."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.decision import Result
from tests.handlers.scene import Scene

SOW, FEEDBACK, READY = "proposal::SOW_WIP", "proposal::Estimate_Feedback", "proposal::Ready For Approval"
APPROVED = "proposal::Approved"
BOARD = "Services Calculator"


def test_labels_are_added_and_removed() -> None:
    scene = Scene(labels=(BOARD, "EM_Status::Waiting"))
    outcome = scene.run("label", {"add": "TA::Needs-Review", "remove": ["EM_Status::Waiting"]})
    assert outcome.result is Result.APPLIED
    assert scene.item.labels == (BOARD, "TA::Needs-Review")
    assert scene.run("label", {"add": "TA::Needs-Review"}).result is Result.ALREADY_SO


@pytest.mark.parametrize("label", ["TA::Approved", "ta::approved", "TA:Approved", "RDM::approved", APPROVED])
def test_a_label_that_means_an_approval_is_never_added(label: str) -> None:
    scene = Scene()
    outcome = scene.run("label", {"add": [label]})
    assert outcome.result is Result.REFUSED
    assert "set by people only" in outcome.sentence
    assert scene.item.labels == (BOARD,)


@pytest.mark.parametrize("spelling", ["TA:Approved", "ta::approved"])
def test_an_approval_that_a_person_set_in_another_spelling_is_put_right(spelling: str) -> None:
    scene = Scene(labels=(BOARD, spelling))
    outcome = scene.run("label", {"add": ["TA::Approved"], "remove": [spelling]})
    assert outcome.result is Result.APPLIED
    assert scene.item.labels == (BOARD, "TA::Approved")


@pytest.mark.parametrize("remove", [["TA:Approved"], ["TA::Needs-Review"]])
def test_taking_off_a_spelling_that_is_not_there_approves_nothing(remove: list[str]) -> None:
    scene = Scene(labels=(BOARD, "TA::Needs-Review"))
    assert scene.run("label", {"add": ["TA::Approved"], "remove": remove}).result is Result.REFUSED
    assert scene.item.labels == (BOARD, "TA::Needs-Review")


def test_an_approval_may_be_taken_off() -> None:
    scene = Scene(labels=(BOARD, "TA::Approved"))
    scene.run("label", {"remove": "TA::Approved"})
    assert scene.item.labels == (BOARD,)


def test_a_card_is_moved() -> None:
    scene = Scene(labels=(BOARD, SOW))
    assert scene.run("move", {"to": "proposal::On_hold"}).result is Result.APPLIED
    assert scene.item.labels == (BOARD, "proposal::On_hold")
    assert scene.run("move", {"to": "proposal::On_hold"}).result is Result.ALREADY_SO


def test_moving_to_open_takes_the_stage_label_away() -> None:
    scene = Scene(labels=(BOARD, "proposal::Writing"))
    scene.run("move", {"to": "Open"})
    assert scene.item.labels == (BOARD,)


@pytest.mark.parametrize("stage", [APPROVED, "Proposal::approved"])
def test_a_card_is_never_moved_into_an_approval(stage: str) -> None:
    scene = Scene(labels=(BOARD, READY))
    assert scene.run("move", {"to": stage}).result is Result.REFUSED
    assert scene.item.labels == (BOARD, READY)


def test_a_refused_card_goes_back() -> None:
    scene = Scene(labels=(BOARD, SOW))
    assert scene.run("restore_stage", {"to": FEEDBACK, "refused": SOW}).result is Result.APPLIED
    assert scene.item.labels == (BOARD, FEEDBACK)
    assert scene.run("restore_stage", {"to": FEEDBACK, "refused": SOW}).result is Result.ALREADY_SO


def test_a_refused_card_goes_back_to_open() -> None:
    scene = Scene(labels=(BOARD, SOW))
    scene.run("restore_stage", {"to": "Open", "refused": SOW})
    assert scene.item.labels == (BOARD,)


def test_a_card_dragged_to_open_gets_its_stage_back() -> None:
    scene = Scene(labels=(BOARD,))
    scene.run("restore_stage", {"to": READY, "refused": "Open"})
    assert scene.item.labels == (BOARD, READY)


def test_an_old_spelling_of_the_refused_stage_goes_as_well() -> None:
    scene = Scene(labels=(BOARD, "proposal::Writing", FEEDBACK))
    scene.run("restore_stage", {"to": FEEDBACK, "refused": SOW})
    assert scene.item.labels == (BOARD, FEEDBACK)


def test_a_card_that_somebody_moved_on_is_left_alone() -> None:
    scene = Scene(labels=(BOARD, "proposal::On_hold"))
    outcome = scene.run("restore_stage", {"to": FEEDBACK, "refused": SOW})
    assert outcome.result is Result.STOOD_DOWN
    assert scene.item.labels == (BOARD, "proposal::On_hold")


def test_an_approved_card_may_be_put_back_where_a_person_had_put_it() -> None:
    scene = Scene(labels=(BOARD, "proposal::Awaiting_Discovery"))
    scene.run("restore_stage", {"to": APPROVED, "refused": "proposal::Awaiting_Discovery"})
    assert scene.item.labels == (BOARD, APPROVED)


def test_closing_and_reopening_happen_once() -> None:
    scene = Scene()
    assert scene.run("close", {}).result is Result.APPLIED
    assert scene.run("close", {}).result is Result.ALREADY_SO
    assert scene.item.state == "closed"
    assert scene.run("reopen", {}).result is Result.APPLIED
    assert scene.run("reopen", {}).result is Result.ALREADY_SO


def test_the_quarter_of_the_day_is_set_and_replaces_another() -> None:
    scene = Scene(labels=(BOARD, "close_qtr::Q327"))
    outcome = scene.run("set_quarter", {})
    assert outcome.data["quarter"] == "close_qtr::Q427"
    assert scene.item.labels == (BOARD, "close_qtr::Q427")
    assert scene.run("set_quarter", {}).result is Result.ALREADY_SO


def test_the_close_date_of_the_issue_counts_before_the_day() -> None:
    scene = Scene(description="Close date: 2027-01-31")
    assert scene.run("set_quarter", {"date_fact": "close_date"}).data["quarter"] == "close_qtr::Q427"
    later = Scene(description="Close date: 2027-02-01")
    assert later.run("set_quarter", {"date_fact": "close_date"}).data["quarter"] == "close_qtr::Q128"


def test_a_close_date_that_nobody_can_read_does_not_count() -> None:
    scene = Scene(description="Close date: soon")
    assert scene.run("set_quarter", {"date_fact": "close_date"}).data["quarter"] == "close_qtr::Q427"


def test_the_quarter_is_that_of_the_calendars_time_zone() -> None:
    scene = Scene()
    # Midnight in London on 1 February is still January in California.
    at = scene.change.at
    assert at is not None
    scene.change = replace(scene.change, at=at.replace(year=2027, month=2, day=1, hour=5))
    assert scene.run("set_quarter", {}).data["quarter"] == "close_qtr::Q427"
