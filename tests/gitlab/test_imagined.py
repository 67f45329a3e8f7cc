"""The imagined GitLab: what is written is read back, a second time changes nothing, and nothing gets out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.decision import Result
from app.domain.item import ItemKey, Person, Snapshot
from app.errors import NotFound, Refused
from app.gitlab.imagined import ImaginedGitLab
from app.gitlab.invented import InventedGitLab
from app.gitlab.port import GitLab, GitLabWriter, NewIssue

NOW = datetime(2026, 6, 9, 17, 0, tzinfo=UTC)
KEY = ItemKey(1, 7)
ITEM = Snapshot(
    KEY, 7, "ps/plan", "T", "D", "opened", ("s::a", "Deal"), Person("ann", 9), (), "https://x/7", NOW, NOW, notes=()
)


@pytest.fixture
def gitlab() -> ImaginedGitLab:
    made = ImaginedGitLab(InventedGitLab(Person("sowbot", 1), frozenset({"s::a", "s::b", "Deal"})), now=NOW)
    made.put(ITEM)
    return made


def test_it_is_a_gitlab(gitlab: ImaginedGitLab) -> None:
    door: GitLab = gitlab
    assert door.whoami().username == "sowbot"


def test_its_reader_has_no_way_to_write() -> None:
    writes = [name for name in vars(GitLabWriter) if not name.startswith("_")]
    assert writes
    assert not any(hasattr(InventedGitLab, name) for name in writes)


def test_labels_are_changed_once_with_their_scope(gitlab: ImaginedGitLab) -> None:
    assert gitlab.change_labels(KEY, add=["s::b"]).result is Result.APPLIED
    assert gitlab.read_item(KEY).labels == ("Deal", "s::b")
    assert gitlab.change_labels(KEY, add=["s::b"]).result is Result.ALREADY_SO
    with pytest.raises(Refused, match="'s::c'"):
        gitlab.change_labels(KEY, add=["s::c"])


def test_notes_are_found_by_their_markers(gitlab: ImaginedGitLab) -> None:
    assert gitlab.ensure_note(KEY, marker="a", body="one").result is Result.APPLIED
    assert gitlab.ensure_note(KEY, marker="a", body="two").result is Result.ALREADY_SO
    gitlab.ensure_sticky(KEY, marker="b", body="three")
    assert gitlab.ensure_sticky(KEY, marker="b", body="three").result is Result.ALREADY_SO
    assert gitlab.ensure_sticky(KEY, marker="b", body="four").result is Result.APPLIED
    assert [note.body for note in gitlab.read_notes(KEY)] == ["one", "four"]
    assert gitlab.read_item(KEY).notes is None


def test_issues_links_and_states_are_made_once(gitlab: ImaginedGitLab) -> None:
    view, first = gitlab.ensure_issue("ps/plan", marker="m", issue=NewIssue("Intake", "text"))
    again, second = gitlab.ensure_issue("ps/plan", marker="m", issue=NewIssue("Intake", "text"))
    assert (view.key, first.result, second.result) == (again.key, Result.APPLIED, Result.ALREADY_SO)
    for expected in (Result.APPLIED, Result.ALREADY_SO):
        assert gitlab.ensure_link(KEY, view.key).result is expected
        assert gitlab.set_state(KEY, state="closed").result is expected
        assert gitlab.assign(KEY, usernames=["bob"]).result is expected
        assert gitlab.append_to_description(KEY, marker="d", text="block").result is expected
    assert [other.title for other in gitlab.linked_issues(KEY)] == ["Intake"]
    assert gitlab.read_item(KEY).closed_at == NOW


def test_places_are_made_once_and_have_their_own_labels(gitlab: ImaginedGitLab) -> None:
    for expected in (Result.APPLIED, Result.ALREADY_SO):
        group, made = gitlab.ensure_group(parent="ps", name="Acme", path="acme")
        assert made.result is expected
        project, made = gitlab.ensure_project(group=group.path, name="SOW-1", path="SOW-1")
        assert made.result is expected
        assert gitlab.ensure_label(group=group.path, title="x", color="#000000").result is expected
        assert gitlab.ensure_file(project.path, path="a.md", content="c", message="m").result is expected
    assert gitlab.label_titles(project.path) == {"x"}
    assert [one.what for one in gitlab.written] == ["group", "project", "label", "file"]


def test_an_issue_that_nobody_described_is_not_there(gitlab: ImaginedGitLab) -> None:
    with pytest.raises(NotFound):
        gitlab.read_item(ItemKey(1, 8))


def test_issues_are_put_into_the_iterations_of_an_imagined_cadence_once(gitlab: ImaginedGitLab) -> None:
    gitlab.ensure_cadence("ps", title="SOW-1", weeks=2, start_date="2026-07-06", ahead=26)
    boxes = gitlab.iterations("ps", cadence="SOW-1")
    assert (len(boxes), boxes[1].dates) == (10, "2026-07-20 to 2026-08-02")
    assert gitlab.iterations("ps", cadence="SOW-2") == ()
    view, _ = gitlab.ensure_issue("ps/plan", marker="m", issue=NewIssue("Planning", "text"))
    assert gitlab.iteration_of(view.key) is None
    for expected in (Result.APPLIED, Result.ALREADY_SO):
        assert gitlab.ensure_iteration(view.key, boxes[1]).result is expected
    assert gitlab.ensure_iteration(view.key, boxes[2]).result is Result.NOT_APPLICABLE
    assert gitlab.iteration_of(view.key) == boxes[1]
