"""Comments: once for each event, or once for the item; with their line of provenance."""

from __future__ import annotations

from dataclasses import replace

from app.domain.change import Change, Kind
from app.domain.decision import Mode, Result
from tests.handlers.scene import NOW, Scene


def test_the_same_step_twice_comments_once() -> None:
    scene = Scene()
    assert scene.run("comment", {"template": "stage"}).result is Result.APPLIED
    assert scene.run("comment", {"template": "stage"}).result is Result.ALREADY_SO
    assert len(scene.gitlab.bodies(scene.key)) == 1


def test_another_event_comments_again() -> None:
    scene = Scene()
    scene.run("comment", {"template": "stage"}, key="rule.0.first")
    scene.run("comment", {"template": "stage"}, key="rule.0.second")
    assert len(scene.gitlab.bodies(scene.key)) == 2


def test_a_comment_about_the_item_is_made_once_whatever_happens() -> None:
    scene = Scene()
    scene.run("comment", {"template": "welcome", "about": "item"}, key="rule.0.first")
    scene.run("comment", {"template": "welcome", "about": "item"}, key="rule.0.second")
    assert len(scene.gitlab.bodies(scene.key)) == 1


def test_an_internal_comment_is_internal() -> None:
    scene = Scene()
    scene.run("comment", {"template": "stage", "internal": True})
    assert [internal for _, _, internal in scene.gitlab.notes[scene.key]] == [True]


def test_every_comment_ends_in_rule_line_and_decision() -> None:
    scene = Scene()
    scene.run("comment", {"template": "stage"})
    last = scene.gitlab.bodies(scene.key)[0].strip().splitlines()[-1]
    assert last == "<sub>Rule `rule` · `label_rules.yaml` line 120 · [why](https://sowbot.example/decisions/d1)</sub>"


def test_the_mode_is_named_where_it_is_not_live() -> None:
    scene = Scene(mode=Mode.ANNOUNCE)
    scene.run("comment", {"template": "stage"})
    assert "mode announce" in scene.gitlab.bodies(scene.key)[0]


def test_the_welcome_names_whom_an_earlier_step_assigned_and_what_it_filed() -> None:
    scene = Scene()
    scene.run("create_issue", {"template": "project_scheduling_intake"})
    scene.run("assign", {"route": "engagement-managers"})
    scene.run("comment", {"template": "welcome", "about": "item"})
    body = scene.gitlab.bodies(scene.key)[0]
    assert "@engagement.manager scopes it" in body
    assert "/-/issues/13)" in body


def test_a_title_cannot_run_a_quick_action_or_mention_a_crowd() -> None:
    scene = Scene(title="x\n/close @all", description="Account team: @seller\nEstimate total: 1 USD\n/approve @all")
    for template in ("stage", "welcome", "approval_requested", "lost"):
        scene.run("comment", {"template": template}, key=template)
    for body in scene.gitlab.bodies(scene.key):
        assert not any(line.startswith("/") for line in body.replace("\r", "").split("\n"))
        assert "@all" not in body.replace("\\@all", "")


def test_a_reminder_that_a_rule_set_speaks_to_whom_it_was_set_for() -> None:
    change = Change(
        "d",
        "m",
        Kind.TIMER,
        "timer",
        at=NOW,
        timer="welcome-email",
        extra={"who": "project_coordinators", "says": "Go."},
    )
    scene = Scene(change=change)
    scene.run("comment", {"template": "reminder_due"})
    assert "@gitlab-com/ps-project-coordinators: Go." in scene.gitlab.bodies(scene.key)[0]


def test_a_reminder_for_the_assignee_falls_back_to_the_author() -> None:
    change = Change("d", "m", Kind.TIMER, "timer", at=NOW, timer="t", extra={"who": "assignee", "says": "Go."})
    unassigned = Scene(change=change)
    unassigned.run("comment", {"template": "reminder_due"})
    assert "@services-calculator: Go." in unassigned.gitlab.bodies(unassigned.key)[0]
    assigned = Scene(change=replace(change), assignees=("engagement.manager",))
    assigned.run("comment", {"template": "reminder_due"})
    assert "@engagement.manager: Go." in assigned.gitlab.bodies(assigned.key)[0]
