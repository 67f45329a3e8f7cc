"""``./run scaffold`` against the sandbox: of a project that is not there, half there, there, and changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.commands.scaffold import Wanted, scaffold
from app.errors import AdminMustAct
from app.sandbox.acts.filing import file_issue
from app.sandbox.acts.issue_edit import Edit
from app.sandbox.app import create_sandbox
from app.sandbox.seed import GITLAB_DELIVERY, PARTNER_DELIVERY, PS_PLAN, Seeded, seed
from app.sandbox.state import Issue, World
from tests.gitlab.conftest import _serve

GROUP = f"{GITLAB_DELIVERY}/Example-Bank"
PROJECT = f"{GROUP}/SOW-3697"
DEAL = """Project manager: @project.manager
SOW number: 3697
Estimate total: 82,000 USD

## SOW activities

- Migration of repositories
"""


@dataclass
class Town:
    """A seeded sandbox that is being served."""

    world: World
    made: Seeded
    wanted: Wanted

    def run(self, capsys: pytest.CaptureFixture[str], **how: Any) -> tuple[int, dict[str, Any]]:
        """One run with --json."""
        code = scaffold(replace(self.wanted, as_json=True, **how))
        data: dict[str, Any] = json.loads(capsys.readouterr().out)
        return code, data

    def file(self, title: str, text: str, labels: tuple[str, ...] = ("Services Calculator",)) -> Issue:
        """A scoping issue."""
        edit = Edit(fields={"title": title, "description": text, "item_type": "Issue"}, add_labels=list(labels))
        edit.relabelled = True
        return file_issue(self.world, self.made.users["root"], self.made.ps_plan, edit)


@pytest.fixture
def town() -> Iterator[Town]:
    world = World()
    made = seed(world)
    server, thread, url = _serve(create_sandbox(world))
    world.base_url = url
    environ = {"SOWBOT_GITLAB_URL": url, "SOWBOT_GITLAB_TOKEN": made.tokens["sowbot"]}
    wanted = Wanted(
        customer="Example Bank", sow="3697", activities=["Migration"], pm="project.manager", environ=environ
    )
    yield Town(world, made, wanted)
    server.should_exit = True
    thread.join(timeout=5)


def states(data: dict[str, Any]) -> set[str]:
    return {piece["state"] for piece in data["pieces"]}


def test_a_plan_writes_nothing_then_a_build_makes_all_then_nothing_is_missing(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(town.world.issues), len(town.world.projects), len(town.world.labels), len(town.world.groups)
    code, planned = town.run(capsys)
    assert (code, planned["project"]) == (1, PROJECT)
    # The labels that the groups above have already need not be made.
    assert {piece["kind"] for piece in planned["pieces"] if piece["state"] == "there"} == {"label"}
    assert (len(town.world.issues), len(town.world.projects), len(town.world.labels), len(town.world.groups)) == before
    code, built = town.run(capsys, apply=True)
    assert code == 0
    made = [(piece["kind"], piece["name"]) for piece in built["pieces"] if piece["state"] == "made"]
    assert made == [(piece["kind"], piece["name"]) for piece in planned["pieces"] if piece["state"] == "missing"]
    again = len(town.world.issues), len(town.world.labels)
    assert town.run(capsys)[0] == 0
    code, twice = town.run(capsys, apply=True)
    assert (code, states(twice)) == (0, {"there"})
    assert (len(town.world.issues), len(town.world.labels)) == again


def test_what_is_missing_or_was_changed_is_named_and_only_what_is_missing_is_made(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    town.run(capsys, apply=True)
    world = town.world
    project = next(one for one in world.projects.values() if one.full_path == PROJECT)
    future = next(one for one in world.labels.values() if one.title == "Future")
    board = next(one for one in world.boards.values() if one.name == "PSD Workflow" and one.project_id == project.id)
    future.color = "#000000"
    gone = board.lists.pop()
    del project.files[".gitlab/issue_templates/RAID.md"]
    project.files[".gitlab/issue_templates/Task.md"] = "Other.\n"
    project.files["README.md"] += "More.\n"
    code, data = town.run(capsys)
    assert code == 1
    told = {(one["kind"], one["name"]): one for one in data["pieces"]}
    assert told["label", "Future"]["differs"] == "its colour is #000000, not #cccccc"
    assert told["board", "PSD Workflow"]["state"] == "missing"
    assert "PSD Workflow::Done" in told["board", "PSD Workflow"]["sentence"]
    assert told["file", ".gitlab/issue_templates/RAID.md"]["state"] == "missing"
    assert told["file", ".gitlab/issue_templates/Task.md"]["differs"] == "its text is another"
    assert told["file", "README.md"]["differs"] == "", "people write on in a README"
    town.run(capsys, apply=True)
    assert future.color == "#000000"
    assert project.files[".gitlab/issue_templates/Task.md"] == "Other.\n"
    assert gone.label_id in {column.label_id for column in board.lists}
    assert town.run(capsys)[0] == 0


def test_it_is_told_in_words_too(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    assert scaffold(town.wanted) == 1
    said = capsys.readouterr().out
    assert f"{PROJECT}: a plan, nothing is written" in said
    assert "  missing  labels: PS Risk" not in said, "the group above has it"
    assert "  missing  boards: RAID" in said
    assert "Nobody has said how long it takes" in said


@pytest.mark.parametrize("by", ["reference", "address"])
def test_a_scoping_issue_gives_the_facts_and_gets_the_tie(
    town: Town, capsys: pytest.CaptureFixture[str], by: str
) -> None:
    issue = town.file("Example Bank - Scope Issue and Write SOW", f"{DEAL}\nStaffed by: partner\n")
    address = f"{town.world.base_url}/{PS_PLAN}/-/issues/{issue.iid}"
    said = f"{PS_PLAN}#{issue.iid}" if by == "reference" else address
    how = {"customer": None, "sow": None, "activities": (), "pm": None, "item": said}
    code, data = town.run(capsys, **how, apply=True)
    assert code == 0
    assert data["project"] == f"{PARTNER_DELIVERY}/Example-Bank/SOW-3697"
    assert "Migration of repositories" in {one["name"] for one in data["pieces"]}
    assert "Collaboration project:" in (issue.description or "")
    assert town.run(capsys, **how)[0] == 0


def test_a_public_sector_deal_needs_a_word_more(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    labels = ("Services Calculator", "Public Sector US")
    issue = town.file("Example Agency - Scope Issue and Write SOW", DEAL, labels)
    how: dict[str, Any] = {"customer": None, "sow": None, "item": f"{PS_PLAN}#{issue.iid}"}
    with pytest.raises(AdminMustAct, match="--private-too"):
        town.run(capsys, **how)
    assert town.run(capsys, **how, private_too=True)[0] == 1


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"customer": None}, "Name one deal"),
        ({"item": "a/b#1"}, "Name one deal"),
        ({"sow": None}, "--customer with --sow"),
        ({"sow": "latest"}, "write the number"),
        ({"start": "July"}, "write a day"),
        ({"root": "delivery-rot"}, "did you mean 'delivery-root'"),
        ({"customer": None, "item": "nothing"}, "write it as group/project#7"),
    ],
)
def test_what_can_not_be_understood_is_refused(town: Town, how: dict[str, Any], message: str) -> None:
    with pytest.raises(AdminMustAct, match=message):
        scaffold(replace(town.wanted, **how))


def test_another_customers_group_is_never_shared(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    town.run(capsys, apply=True)
    group = next(one for one in town.world.groups.values() if one.full_path == GROUP)
    group.name = "Example Bank Holding"
    with pytest.raises(AdminMustAct, match="another customer's"):
        scaffold(town.wanted)


LARGE: dict[str, Any] = {"iterations": 11, "start": "2026-12-07"}


def large_town(town: Town, capsys: pytest.CaptureFixture[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """A project of eleven iterations, of which GitLab makes ten at first, Iteration 0 counted."""
    town.world.clock = lambda: datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    code, data = town.run(capsys, apply=True, **LARGE)
    assert code == 0
    return told(data)


def told(data: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["kind"], one["name"]): one for one in data["pieces"]}


def issue_called(town: Town, title: str) -> Issue:
    return next(one for one in town.world.issues.values() if one.title == title)


def test_issues_that_wait_for_their_iteration_are_named_and_missing_once_gitlab_has_made_it(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    built = large_town(town, capsys)
    assert built["issue", "Iteration 9: review"]["waits"] == ""
    assert built["issue", "Iteration 10: review"]["waits"] == "Iteration 10"
    code, data = town.run(capsys, **LARGE)
    assert (code, states(data)) == (0, {"there"}), "nothing that --apply could do is missing"
    assert "6 issues wait" in data["remarks"][0]
    town.world.clock = lambda: datetime(2026, 12, 8, 12, 0, tzinfo=UTC)  # Iteration 0 has begun: GitLab makes one more
    code, data = town.run(capsys, **LARGE)
    assert code == 1
    missing = [one["name"] for one in data["pieces"] if one["state"] == "missing"]
    assert sorted(missing) == [f"Iteration 10: {what}" for what in ("planning", "retrospective", "review")]
    assert "into the iteration 2027-04-26 to 2027-05-09" in told(data)["issue", "Iteration 10: review"]["sentence"]
    assert town.run(capsys, apply=True, **LARGE)[0] == 0
    assert town.run(capsys, **LARGE)[0] == 0
    held = issue_called(town, "Iteration 10: review").iteration_id
    assert held is not None
    assert town.world.iterations_made[held].start_date == date(2027, 4, 26)


def test_an_issue_out_of_its_iteration_is_missing_it_and_one_in_another_differs(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    large_town(town, capsys)
    moved, taken = issue_called(town, "Iteration 1: planning"), issue_called(town, "Iteration 2: planning")
    moved.iteration_id, taken.iteration_id = taken.iteration_id, None
    other = moved.iteration_id
    assert scaffold(replace(town.wanted, **LARGE)) == 1
    said = capsys.readouterr().out
    assert "missing  issues: Iteration 2: planning (into the iteration 2027-01-04 to 2027-01-17)" in said
    assert "differs  issues: Iteration 1: planning: it is in another iteration (2027-01-04 to 2027-01-17)" in said
    assert "waits    issues: Iteration 11: review: GitLab has not made its iteration yet" in said
    assert "1 missing" in said
    assert "1 differ, 6 wait." in said
    town.run(capsys, apply=True, **LARGE)
    assert (moved.iteration_id, taken.iteration_id) == (other, other)


def test_before_gitlab_has_made_any_iteration_all_of_them_wait(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    town.world.iterations_at_once = False
    built = large_town(town, capsys)
    assert sum(bool(one["waits"]) for one in built.values()) == 33
    town.world.iterations_at_once = True
    assert town.run(capsys, **LARGE)[0] == 1
    assert town.run(capsys, apply=True, **LARGE)[0] == 0
    assert issue_called(town, "Iteration 1: planning").iteration_id is not None
