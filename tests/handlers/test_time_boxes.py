"""The issues of an iteration are in GitLab's iteration of its dates; those that GitLab has not made are waited for."""

from __future__ import annotations

import pytest

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey
from app.errors import TryLater
from app.gitlab.imagined_places import imagined_boxes
from app.gitlab.views import IterationView
from tests.handlers.fake_gitlab import FakeGitLab
from tests.handlers.scene import Scene
from tests.handlers.test_collaboration import BUILD, DEAL, GROUP, WON

SOW = "SOW-3697"
KINDS = ("planning", "review", "retrospective")


def large(iterations: int = 6, gitlab: FakeGitLab | None = None) -> Scene:
    text = f"{DEAL}\nIterations: {iterations}\nStart date: 2026-07-06\n"
    return Scene(labels=WON, description=text, gitlab=gitlab or FakeGitLab())


def build(scene: Scene) -> Outcome:
    return scene.run("create_collaboration_project", BUILD)


def key_of(scene: Scene, title: str) -> ItemKey:
    (found,) = (key for key, item in scene.gitlab.items.items() if item.title == title)
    return found


def box_of(scene: Scene, title: str) -> str:
    """The dates of the iteration that the issue with this title is in."""
    box = scene.gitlab.boxed.get(key_of(scene, title))
    return "" if box is None else box.dates


def all_boxes(scene: Scene, number: int) -> set[str]:
    return {box_of(scene, f"Iteration {number}: {kind}") for kind in KINDS}


def test_each_issue_is_in_the_iteration_of_its_dates_which_come_after_iteration_0() -> None:
    scene = large()
    outcome = build(scene)
    assert all_boxes(scene, 1) == {"2026-07-20 to 2026-08-02"}, "the first of GitLab's is Iteration 0"
    assert all_boxes(scene, 6) == {"2026-09-28 to 2026-10-11"}
    assert len(scene.gitlab.boxed) == 18, "issues that belong to no iteration are in none"
    assert outcome.data["waiting"] == []
    assert "wait" not in outcome.sentence
    writes = scene.gitlab.writes
    assert build(scene).result is Result.ALREADY_SO
    assert scene.gitlab.writes == writes


def test_an_issue_that_a_person_put_elsewhere_stays_there_and_is_named() -> None:
    scene = large()
    build(scene)
    second = scene.gitlab.boxes[GROUP, SOW][2]
    scene.gitlab.boxed[key_of(scene, "Iteration 1: planning")] = second
    outcome = build(scene)
    assert outcome.result is Result.ALREADY_SO
    assert "1 of those that were there differ" in outcome.sentence
    assert box_of(scene, "Iteration 1: planning") == second.dates


def test_iterations_beyond_ten_are_waited_for_and_a_later_run_puts_their_issues_in() -> None:
    scene = large(12)
    outcome = build(scene)
    assert outcome.result is Result.APPLIED
    assert all_boxes(scene, 9) == {"2026-11-09 to 2026-11-22"}
    assert all_boxes(scene, 10) == {""}
    assert "9 issues wait for iterations that GitLab has not made yet: Iteration 10, Iteration 11, Iteration 12." in (
        outcome.sentence
    )
    waiting = outcome.data["waiting"]
    assert isinstance(waiting, list)
    assert set(waiting) == {f"Iteration {number}: {kind}" for number in (10, 11, 12) for kind in KINDS}
    again = build(scene)
    assert (again.result, again.data["waiting"]) == (Result.ALREADY_SO, waiting)
    more = imagined_boxes(weeks=2, start_date="2026-11-23", ahead=2)
    scene.gitlab.boxes[GROUP, SOW] += more
    later = build(scene)
    assert later.result is Result.APPLIED
    assert later.sentence.startswith("SOW-3697: 6 things were made")
    assert all_boxes(scene, 11) == {"2026-12-07 to 2026-12-20"}
    assert all_boxes(scene, 12) == {""}
    assert "3 issues wait" in later.sentence


def test_a_new_cadence_without_iterations_is_waited_for_once() -> None:
    """GitLab makes them in the background. All else stands by then, and nothing is lost if they never come."""
    scene = large(gitlab=FakeGitLab(boxes_come_at_once=False))
    with pytest.raises(TryLater, match="still makes the iterations") as late:
        build(scene)
    assert late.value.after_s
    writes = scene.gitlab.writes
    assert build(scene).data["waiting"], "the second time, the note says that they wait"
    assert scene.gitlab.writes == writes
    scene.gitlab.boxes_come_at_once = True
    assert build(scene).data["waiting"] == []
    assert all_boxes(scene, 1) == {"2026-07-20 to 2026-08-02"}


def test_a_cadence_to_which_a_person_gave_other_dates_is_left_and_named() -> None:
    scene = large()
    shifted = imagined_boxes(weeks=2, start_date="2026-07-13", ahead=10)
    scene.gitlab.ensure_cadence(GROUP, title=SOW, weeks=2, start_date="2026-07-13", ahead=10)
    assert scene.gitlab.boxes[GROUP, SOW] == shifted
    outcome = build(scene)
    assert scene.gitlab.boxed == {}
    assert outcome.data["waiting"] == []
    assert "18 of those that were there differ" in outcome.sentence


class Stubborn(FakeGitLab):
    """It puts nothing into iterations."""

    def ensure_iteration(self, key: ItemKey, iteration: IterationView) -> Outcome:
        return Outcome(Result.REFUSED, "GitLab would not.")


def test_what_gitlab_refuses_is_told_and_the_rest_stands() -> None:
    scene = large(gitlab=Stubborn())
    outcome = build(scene)
    assert outcome.result is Result.REFUSED
    assert "GitLab refused 18 of them, the first: " in outcome.sentence
    assert "GitLab would not." in outcome.sentence
    assert key_of(scene, "Iteration 6: review") in scene.gitlab.items


def test_where_milestones_stand_in_nothing_is_in_an_iteration() -> None:
    free = large(gitlab=FakeGitLab(has_iterations=False))
    assert build(free).data["waiting"] == []
    undated = Scene(labels=WON, description=f"{DEAL}\nIterations: 6\n", gitlab=FakeGitLab())
    assert build(undated).data["waiting"] == []
    assert (free.gitlab.boxed, undated.gitlab.boxed) == ({}, {})


def test_the_note_says_which_issues_wait() -> None:
    scene = large(12)
    build(scene)
    scene.run("comment", {"template": "collaboration_project_ready"})
    said = scene.gitlab.bodies(scene.key)[0].replace("\\", "")
    assert "9 issues wait for iterations that GitLab has not made yet: Iteration 10, Iteration 11" in said


def test_a_planned_project_waits_for_nothing() -> None:
    scene = large(12)
    outcome = scene.run("create_collaboration_project", {**BUILD, "how": "request"})
    assert outcome.data["waiting"] == []
    assert outcome.result is Result.APPLIED
