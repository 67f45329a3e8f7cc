"""A dry run writes nothing, whatever is asked of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
import respx

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey
from app.errors import Refused
from app.gitlab.dry import DryGitLab
from app.gitlab.live import LiveGitLab
from app.gitlab.port import GitLab, GitLabWriter, NewIssue
from app.gitlab.transport import open_gitlab
from app.gitlab.views import EpicView, IterationView
from app.sandbox.state import World
from tests.gitlab.conftest import Stage
from tests.gitlab.sandbox_world import BOT_TOKEN

KEY = ItemKey(7, 3)
WRITES: dict[str, Callable[[GitLab], Any]] = {
    "change_labels": lambda g: g.change_labels(KEY, add=["a"], remove=["b"]),
    "ensure_note": lambda g: g.ensure_note(KEY, marker="m", body="Hello."),
    "ensure_sticky": lambda g: g.ensure_sticky(KEY, marker="m", body="Hello.", internal=True),
    "ensure_issue": lambda g: g.ensure_issue("a/b", marker="m", issue=NewIssue("T", "d")),
    "append_to_description": lambda g: g.append_to_description(KEY, marker="m", text="x"),
    "ensure_link": lambda g: g.ensure_link(KEY, ItemKey(7, 4)),
    "set_state": lambda g: g.set_state(KEY, state="closed"),
    "assign": lambda g: g.assign(KEY, usernames=["em"], keep=False),
    "withdraw_note": lambda g: g.withdraw_note(KEY, note_id=1, banner="Taken back."),
    "react": lambda g: g.react(KEY, note_id=1, emoji="eyes"),
    "ensure_group": lambda g: g.ensure_group(parent="a", name="N", path="n"),
    "ensure_project": lambda g: g.ensure_project(group="a", name="N", path="n"),
    "ensure_label": lambda g: g.ensure_label(project="a/b", title="l", color="#000000"),
    "ensure_milestone": lambda g: g.ensure_milestone("a/b", title="m", due_date="2026-12-01"),
    "ensure_board": lambda g: g.ensure_board("a/b", name="B", lists=["l"]),
    "ensure_file": lambda g: g.ensure_file("a/b", path="p", content="c", message="m"),
    "ensure_parent": lambda g: g.ensure_parent(KEY, EpicView("gid://gitlab/WorkItem/9", 1, "Acme", "")),
    "describe_epic": lambda g: g.describe_epic("gid://gitlab/WorkItem/9", marker="m", text="x"),
    "ensure_cadence": lambda g: g.ensure_cadence("a", title="C", weeks=2, start_date="2026-12-01", ahead=4),
    "ensure_iteration": lambda g: g.ensure_iteration(KEY, IterationView("gid://gitlab/Iteration/9", "", "")),
    "ensure_epic": lambda g: g.ensure_epic("a", marker="m", title="T", description="d", fallback_project="a/b"),
}


def everything(world: World) -> str:
    """All that a write could change, as text."""
    kinds = (world.issues, world.notes, world.links, world.projects, world.groups, world.labels, world.boards)
    return repr((kinds, world.milestones, world.awards))


def refuses(write: Callable[[], Any]) -> bool:
    """Does it refuse, by raising or by its outcome?"""
    try:
        answer = write()
    except Refused:
        return True
    return isinstance(answer, Outcome) and answer.result is Result.REFUSED


def test_the_list_above_has_every_write_of_the_port() -> None:
    assert set(WRITES) == {name for name, _ in inspect.getmembers(GitLabWriter, inspect.isfunction) if name[0] != "_"}


@pytest.mark.parametrize("name", sorted(WRITES))
def test_a_dry_write_is_a_sentence_and_no_call(name: str) -> None:
    with respx.mock as router:
        dry = DryGitLab(LiveGitLab(open_gitlab(url="https://gitlab.example.com", token="t")).as_reader())
        answer = WRITES[name](dry)
        assert not router.calls
    outcome = answer if isinstance(answer, Outcome) else answer[1]
    assert outcome.result is Result.SHADOWED
    assert outcome.sentence.startswith("Would ")
    assert len(dry.would) == 1


@pytest.mark.parametrize("name", sorted(WRITES))
def test_even_the_live_port_cannot_write_over_a_read_only_connection(stage: Stage, name: str) -> None:
    scene = stage.scene
    dry = LiveGitLab(open_gitlab(url=scene.world.base_url, token=BOT_TOKEN, read_only=True))
    before = everything(scene.world)
    assert refuses(lambda: WRITES[name](dry))
    assert everything(scene.world) == before
    dry.close()


def test_a_dry_run_reads(stage: Stage) -> None:
    dry = DryGitLab(stage.gitlab.as_reader())
    key = stage.scene.item
    assert dry.whoami().username == "sowbot"
    assert dry.read_item(key).key == key
    assert dry.read_notes(key) == ()
    assert dry.linked_issues(key) == ()
    assert dry.find_issues(key.project_id, marker="m") == ()
    assert dry.project(key.project_id).path == "ps/ps-plan"
    assert dry.group("ps") is not None
    assert "sowbot" in dry.group_members("ps")
    assert "TA::Approved" in dry.label_titles(key.project_id)


def test_a_dry_run_is_not_made_of_something_that_can_write(stage: Stage) -> None:
    with pytest.raises(TypeError, match="takes a reader only; this one has change_labels"):
        DryGitLab(stage.gitlab)
