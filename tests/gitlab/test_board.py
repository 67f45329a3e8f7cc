"""The look over the whole board: all pages, no more calls than pages, closed issues only where they are asked for."""

from __future__ import annotations

from app.domain.item import Snapshot
from app.gitlab.live import LiveGitLab
from tests.gitlab.conftest import Stage
from tests.gitlab.sandbox_world import make_issue


def test_two_hundred_and_fifty_cards_cost_three_calls(stage: Stage) -> None:
    scene = stage.scene
    ids = {label.title: label.id for label in scene.world.labels.values()}
    for number in range(250):
        issue = make_issue(scene.world, scene.project, scene.manager, f"Customer {number}", "")
        issue.label_ids.append(ids["Services Calculator"])
        if number % 50 == 0:
            issue.label_ids.append(ids["TA::Approved"])
            issue.state = "closed"
    board = stage.gitlab.board()
    found: list[Snapshot] = []
    calls = stage.count(
        lambda: found.extend(
            board.labelled_issues(scene.project.full_path, labels=["Services Calculator"], state="opened")
        )
    )
    assert len(found) == 245
    assert calls.count("GET /projects/:id/issues") == 3
    assert len(calls) <= 4  # and who the bot is, once
    decided = board.labelled_issues(scene.project.id, labels=["Services Calculator", "TA::Approved"], state="all")
    assert len(decided) == 5
    assert all(one.state == "closed" for one in decided)


def test_the_look_has_no_way_to_write(stage: Stage) -> None:
    assert not isinstance(stage.gitlab.board(), LiveGitLab)
    assert [name for name in dir(stage.gitlab.board()) if not name.startswith("_")] == ["labelled_issues"]
