"""The note on the admins' issue: once for each bad content, and nothing in a rule file can act through it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from app.engine.admins import MOST_CHARACTERS, AdminsIssue
from app.gitlab.live import LiveGitLab
from app.gitlab.markers import marker
from app.gitlab.transport import open_gitlab
from app.sandbox.app import create_sandbox
from tests.gitlab.sandbox_world import BOT_TOKEN, Scene, make_scene
from tests.sandbox.serving import serving

PROBLEMS = "label_rules.yaml:5:12: error: defaults.project: unknown project 'ps-plam' (did you mean 'ps-plan'?)"


@dataclass
class Desk:
    """A sandbox with an issue for the admins, and the bot's way to it."""

    scene: Scene
    gitlab: LiveGitLab

    def tell(self, problems: str, digest: str, *, issue: str | None = "") -> None:
        issue = f"ps/ps-plan#{self.scene.item.iid}" if issue == "" else issue
        AdminsIssue(self.gitlab.fresh, issue, "label_rules.yaml").rules_refused(problems, digest)

    @property
    def notes(self) -> list[str]:
        return [note.body for note in self.scene.notes()]


@pytest.fixture
def desk() -> Iterator[Desk]:
    scene = make_scene()
    with serving(create_sandbox(scene.world)) as url:
        scene.world.base_url = url
        gitlab = LiveGitLab(open_gitlab(url=url, token=BOT_TOKEN))
        yield Desk(scene, gitlab)
        gitlab.close()


def test_the_admins_read_what_is_wrong(desk: Desk) -> None:
    desk.tell(PROBLEMS, "one")
    [note] = desk.notes
    assert "**The rule file was refused.** `label_rules.yaml`" in note
    assert f"```text\n    {PROBLEMS}\n```" in note


def test_the_same_content_is_told_of_once_and_another_again(desk: Desk) -> None:
    for digest in ("one", "one", "two"):
        desk.tell(PROBLEMS, digest)
    assert len(desk.notes) == 2


@pytest.mark.parametrize("before", ["\n", "\r", "\r\n", "```\n", "\n```\n", "\n    ```\n", "\u2028"])
def test_what_stands_in_the_file_runs_nothing(desk: Desk, before: str) -> None:
    desk.tell(f"unknown label '{before}/close\n/label ~\"TA::Approved\"\n'", "one")
    assert desk.scene.issue.state == "opened"
    assert "TA::Approved" not in desk.scene.labels()
    assert "/close" in desk.notes[0]


def test_a_marker_in_the_file_does_not_pass_for_the_bots_own(desk: Desk) -> None:
    desk.tell(f"unknown label '{marker('rules-refused', 'two')}'", "one")
    desk.tell(PROBLEMS, "two")
    assert len(desk.notes) == 2


def test_a_flood_of_problems_is_cut(desk: Desk) -> None:
    desk.tell("x\n" * MOST_CHARACTERS, "one")
    assert "… and more\n```" in desk.notes[0]


def test_without_an_issue_or_with_a_wrong_one_nothing_happens(desk: Desk) -> None:
    desk.tell(PROBLEMS, "one", issue=None)
    desk.tell(PROBLEMS, "one", issue="ps/nowhere#1")
    desk.tell(PROBLEMS, "one", issue="ps/ps-plan#999")
    assert desk.notes == []
