"""The status note: one note, always up to date, silent when nothing of it changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from app.domain.decision import Result
from tests.handlers.scene import DESCRIPTION, Scene

FEEDBACK = "proposal::Estimate_Feedback"


def body_of(scene: Scene) -> str:
    """The one note."""
    (body,) = scene.gitlab.bodies(scene.key)
    return body


def test_it_tells_the_stage_its_meaning_and_who_acts() -> None:
    scene = Scene(stage=FEEDBACK, labels=("Services Calculator", FEEDBACK))
    assert scene.run("status_note", {}).result is Result.APPLIED
    assert "### Where this stands: Estimate Feedback" in body_of(scene)
    assert "The estimate is with the account team or the customer" in body_of(scene)
    assert "**Next move:** the account team" in body_of(scene)


def test_needs_of_the_next_stage_are_ticked_when_they_are_met() -> None:
    scene = Scene(stage=FEEDBACK, labels=("Services Calculator", FEEDBACK, "TA::Needs-Review"))
    scene.run("status_note", {})
    assert "⬜ the label TA::Approved" in body_of(scene)
    assert "Technical Architect: asked for" in body_of(scene)
    scene.gitlab.items[scene.key] = replace(scene.item, labels=("Services Calculator", FEEDBACK, "TA::Approved"))
    assert scene.run("status_note", {}, key="rule.0.m2").result is Result.APPLIED
    assert "✅ the label TA::Approved" in body_of(scene)


def test_a_need_that_does_not_hold_for_this_deal_is_not_listed() -> None:
    scene = Scene(stage=FEEDBACK, labels=("Services Calculator", FEEDBACK), description="Estimate total: 50,000 USD")
    scene.run("status_note", {})
    assert "TA::Approved" not in body_of(scene)


def test_open_questions_are_listed_and_go_when_they_are_answered() -> None:
    scene = Scene()
    scene.run("status_note", {})
    assert "1 of 2 rows are open" in body_of(scene)
    assert "Source SCM system(s) (needed for the estimate)" in body_of(scene)
    scene.gitlab.items[scene.key] = replace(scene.item, description=DESCRIPTION.replace("| to-do |", "| SVN |"))
    scene.run("status_note", {}, key="rule.0.m2")
    assert "all 2 rows are answered" in body_of(scene)
    assert "Source SCM" not in body_of(scene)


def test_the_papers_for_approval_are_listed_while_the_sow_is_written() -> None:
    text = DESCRIPTION + "\nSOW: https://docs.google.com/document/d/1\nTerms: MSA"
    scene = Scene(stage="proposal::SOW_WIP", labels=("Services Calculator", "proposal::SOW_WIP"), description=text)
    scene.run("status_note", {})
    assert '✅ a line "SOW:' in body_of(scene)
    assert '⬜ a line "Cost estimate:' in body_of(scene)
    assert "[SOW](https://docs.google.com/document/d/1)" in body_of(scene)
    assert "terms: MSA" in body_of(scene)


def test_who_alone_may_move_the_card_on_is_told() -> None:
    stage = "proposal::Ready For Approval"
    scene = Scene(stage=stage, labels=("Services Calculator", stage))
    scene.run("status_note", {})
    assert "Only ps leadership may move it there" in body_of(scene)


def test_the_next_reminder_is_told_in_the_calendars_time_zone() -> None:
    scene = Scene()
    scene.timers.due["stage/Open/1"] = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
    scene.run("status_note", {})
    assert "Next reminder: Sat 21 Nov 2026, 09:00 PST" in body_of(scene)


def test_nothing_new_writes_nothing() -> None:
    scene = Scene()
    scene.run("status_note", {})
    before = scene.gitlab.writes
    assert scene.run("status_note", {}, key="rule.0.other").result is Result.ALREADY_SO
    assert scene.gitlab.writes == before


def test_a_won_deal_has_no_next_stage() -> None:
    stage = "proposal::closed_won"
    scene = Scene(stage=stage, labels=("Services Calculator", stage))
    scene.run("status_note", {})
    assert "**Before" not in body_of(scene)
