"""The status note: one note, always up to date, silent when nothing of it changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from app.domain.decision import Result
from app.domain.item import Memory
from tests.handlers.scene import BOOK, DESCRIPTION, NOW, Scene

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
    scene.timers.set(scene.key, "stage/Open/1", datetime(2026, 11, 21, 17, 0, tzinfo=UTC), rule="board.reminders")
    scene.run("status_note", {})
    assert "**Next:** on Sat 21 November 2026, 09:00 PST a reminder to <code>\\@services-calculator</code>" in body_of(
        scene
    )


def test_the_note_says_whom_the_next_reminder_is_for_and_what_it_is_about() -> None:
    scene = Scene(assignees=("anna",))
    when = datetime(2026, 6, 2, 16, 0, tzinfo=UTC)
    data = {"who": "technical_architects", "says": "The estimate waits for your review. It is due."}
    scene.timers.set(scene.key, "ta-review", when, rule="ta", data=data)
    scene.timers.set(scene.key, "later", when.replace(day=5), rule="x", data={"who": "assignee"})
    scene.run("status_note", {})
    told = (
        "on Tue 2 June 2026, 09:00 PDT a reminder to <code>\\@gitlab-com/ps-ta</code>: "
        "“The estimate waits for your review”"
    )
    assert told in body_of(scene)
    assert body_of(scene).count("@gitlab-com") == body_of(scene).count("\\@gitlab-com") == 1  # nobody is called for it


def test_on_hold_the_note_says_where_the_card_came_from_and_that_reminders_rest() -> None:
    stage = "proposal::On_hold"
    scene = Scene(stage=stage, labels=("Services Calculator", stage))
    scene.gitlab.items[scene.key] = replace(scene.item, memory=Memory(stage_before_hold="proposal::SOW_WIP"))
    scene.timers.set(scene.key, "ta-review", datetime(2026, 11, 24, tzinfo=UTC), rule="ta")
    scene.timers.pause(scene.key, "*", calendar=BOOK.calendar, now=NOW)
    scene.run("status_note", {})
    assert "it came from **SOW WIP**, and goes back there" in body_of(scene)
    assert "**Paused:** 1 reminder of the stages before; it goes on" in body_of(scene)
    assert "**Next:**" not in body_of(scene)


QUIET = "**If it stays quiet here**, you are asked after 45 days and after 2 months whether the deal goes on;"


def test_the_note_says_what_comes_if_nobody_does_anything_and_which_digests_list_the_card() -> None:
    scene = Scene()
    scene.run("status_note", {})
    assert QUIET in body_of(scene)
    assert "**In a digest:** every workday 08:30 for <code>ps-engagement-mgrs</code> · Mon 08:00 for" in body_of(scene)


def test_a_digest_that_does_not_speak_of_the_card_is_not_told() -> None:
    scene = Scene(labels=("Services Calculator", "Segment::SMB"), assignees=("anna",))
    scene.run("status_note", {})
    assert "**In a digest:** Mon 08:00 for <code>ps-engagement-mgrs</code>\n" in body_of(scene)
    assert "every workday" not in body_of(scene)


def test_a_private_card_is_told_of_in_its_own_channel_only() -> None:
    scene = Scene(labels=("Services Calculator", "Public Sector US"))
    scene.run("status_note", {})
    assert "every workday 08:30 for <code>us-pubsec</code>" in body_of(scene)
    assert "ps-engagement-mgrs" not in body_of(scene)


def test_a_review_date_ends_the_question_whether_the_deal_goes_on() -> None:
    scene = Scene(description="Review on: 2027-03-01")
    scene.run("status_note", {})
    assert "stays quiet" not in body_of(scene)


def test_a_deal_that_is_over_waits_for_nothing() -> None:
    stage = "proposal::closed_won"
    scene = Scene(stage=stage, labels=("Services Calculator", stage))
    scene.gitlab.items[scene.key] = replace(scene.item, state="closed")
    scene.run("status_note", {})
    assert "stays quiet" not in body_of(scene)
    assert "In a digest" not in body_of(scene)


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
