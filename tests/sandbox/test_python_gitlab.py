"""python-gitlab uses the sandbox as it uses GitLab: library and command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import gitlab
import pytest

from app.sandbox.seed import BOARD_NAME, EDUCATION, PS_GROUP, PS_PLAN
from app.sandbox.seed_labels import STAGES
from tests.sandbox.place import Place


def test_it_signs_in_and_reads_the_version(place: Place) -> None:
    client = place.client()
    client.auth()
    assert client.user is not None
    assert (client.user.username, client.user.bot) == ("sowbot", True)
    assert client.version()[0].startswith("19.")
    assert place.ask("GET", "/metadata").json()["enterprise"]


def test_a_project_is_found_by_path_and_by_id(place: Place) -> None:
    project = place.client().projects.get(PS_PLAN)
    assert place.client().projects.get(project.id).path_with_namespace == PS_PLAN
    assert project.namespace["full_path"] == PS_GROUP


def test_an_issue_is_filed_read_changed_and_deleted(place: Place) -> None:
    project = place.plan()
    csm = place.user("csm")
    issue = project.issues.create(
        {"title": "Acme", "description": "Text", "labels": ["TA::Approved", "New one"], "assignee_ids": [csm.id]}
    )
    assert issue.labels == ["New one", "TA::Approved"]
    assert [user["username"] for user in issue.assignees] == ["csm"]
    changed = project.issues.update(issue.iid, {"add_labels": ["RDM::approved"], "remove_labels": ["New one"]})
    assert changed["labels"] == ["RDM::approved", "TA::Approved"]
    issue = project.issues.get(issue.iid)
    issue.state_event = "close"
    issue.due_date = "2030-01-01"
    issue.save()
    assert (project.issues.get(issue.iid).state, issue.due_date) == ("closed", "2030-01-01")
    issue.delete()
    with pytest.raises(gitlab.GitlabGetError, match="404"):
        project.issues.get(issue.iid)


def test_notes_are_written_edited_and_deleted(place: Place) -> None:
    issue = place.file()
    note = issue.notes.create({"body": "One", "internal": True})
    assert note.internal
    note.body = "Two"
    note.save()
    assert issue.notes.get(note.id).body == "Two"
    note.delete()
    assert issue.notes.list(activity_filter="only_comments", get_all=True) == []


def test_links_are_made_once_and_undone(place: Place) -> None:
    one, other = place.file("One"), place.file("Other")
    wanted = {"target_project_id": other.project_id, "target_issue_iid": other.iid}
    source, target = one.links.create(wanted)
    assert (source.iid, target.iid) == (one.iid, other.iid)
    with pytest.raises(gitlab.GitlabCreateError, match="already assigned") as refused:
        one.links.create(wanted)
    assert refused.value.response_code == 409
    assert [link.iid for link in other.links.list(get_all=True)] == [one.iid]
    one.links.delete(one.links.list(get_all=True)[0].issue_link_id)
    assert other.links.list(get_all=True) == []


def test_blocking_is_seen_from_both_sides(place: Place) -> None:
    one, other = place.file("One"), place.file("Other")
    one.links.create(
        {"target_project_id": other.project_id, "target_issue_iid": other.iid, "link_type": "is_blocked_by"}
    )
    assert one.links.list(get_all=True)[0].link_type == "is_blocked_by"
    assert other.links.list(get_all=True)[0].link_type == "blocks"


def test_labels_are_found_by_title_and_made_once(place: Place) -> None:
    project = place.plan()
    assert project.labels.get("proposal::Ready For Approval").is_project_label is False
    made = project.labels.create({"name": "Fresh 50%", "color": "#112233"})
    with pytest.raises(gitlab.GitlabCreateError, match="Label already exists"):
        project.labels.create({"name": "proposal::Approved", "color": "#112233"})
    project.labels.update("Fresh 50%", {"new_name": "Fresh", "description": "New"})
    assert project.labels.get(made.id).name == "Fresh"
    project.labels.delete("Fresh")
    assert "Fresh" not in {label.name for label in project.labels.list(iterator=True)}


def test_a_deleted_label_leaves_its_issues_and_its_events_behind(place: Place) -> None:
    project = place.plan()
    issue = place.file(labels=["Gone"])
    project.labels.delete("Gone")
    assert project.issues.get(issue.iid).labels == []
    assert [event.label for event in issue.resourcelabelevents.list(get_all=True)] == [None]


def test_label_events_tell_who_did_what(place: Place) -> None:
    issue = place.file(labels=["TA::Needs-Review"])
    place.plan("technical.architect").issues.update(issue.iid, {"add_labels": "TA::Approved"})
    events = [(e.action, e.label["name"], e.user["username"]) for e in issue.resourcelabelevents.list(get_all=True)]
    assert events == [
        ("add", "TA::Needs-Review", "sowbot"),
        ("add", "TA::Approved", "technical.architect"),
        ("remove", "TA::Needs-Review", "technical.architect"),
    ]


def test_boards_and_their_lists(place: Place) -> None:
    group = place.client().groups.get(PS_GROUP)
    (board,) = group.boards.list(get_all=True)
    assert board.name == BOARD_NAME
    assert [column.label["name"] for column in board.lists.list(get_all=True)] == list(STAGES)
    project = place.plan()
    mine = project.boards.create({"name": "Mine"})
    label = project.labels.get("TA::Approved")
    first = mine.lists.create({"label_id": label.id})
    second = mine.lists.create({"label_id": project.labels.get("TA::Needs-Review").id})
    second.position = 0
    second.save()
    assert [column.id for column in mine.lists.list(get_all=True)] == [second.id, first.id]
    with pytest.raises(gitlab.GitlabCreateError):
        mine.lists.create({"label_id": label.id})
    mine.delete()


def test_milestones_of_projects_and_groups(place: Place) -> None:
    project = place.plan()
    made = project.milestones.create({"title": "Sprint 1", "due_date": "2030-01-01"})
    made.state_event = "close"
    made.save()
    assert [each.title for each in project.milestones.list(state="closed", get_all=True)] == ["Sprint 1"]
    with pytest.raises(gitlab.GitlabCreateError, match="already being used"):
        project.milestones.create({"title": "Sprint 1"})
    group = place.client().groups.get(PS_GROUP)
    assert group.milestones.create({"title": "Phase 1"}).group_id == group.id


def test_emoji_on_issues_and_notes(place: Place) -> None:
    issue = place.file()
    note = issue.notes.create({"body": "Text"})
    for held in (issue, note):
        award = held.awardemojis.create({"name": "eyes"})
        with pytest.raises(gitlab.GitlabCreateError, match="already been taken"):
            held.awardemojis.create({"name": "eyes"})
        held.awardemojis.delete(award.id)
        assert held.awardemojis.list(get_all=True) == []


def test_members_are_added_once_and_inherited(place: Place) -> None:
    group = place.client().groups.get(PS_GROUP)
    member = {"user_id": place.user("root").id, "access_level": gitlab.const.AccessLevel.REPORTER}
    group.members.create(member)
    with pytest.raises(gitlab.GitlabCreateError, match="Member already exists"):
        group.members.create(member)
    everybody = {each.username for each in place.plan().members_all.list(iterator=True)}
    assert {"root", "engagement.manager", "sowbot"} <= everybody
    assert place.plan().members.list(get_all=True) == []


def test_files_are_created_read_and_updated(place: Place) -> None:
    project = place.plan()
    given = {"branch": "main", "commit_message": "Add"}
    project.files.create({"file_path": "docs/read me.md", "content": "# One", **given})
    held = project.files.get(file_path="docs/read me.md", ref="main")
    assert held.decode() == b"# One"
    held.content = "# Two"
    held.save(branch="main", commit_message="Change")
    assert project.files.raw(file_path="docs/read me.md", ref="main") == b"# Two"
    with pytest.raises(gitlab.GitlabCreateError, match="already exists"):
        project.files.create({"file_path": "docs/read me.md", "content": "", **given})
    with pytest.raises(gitlab.GitlabGetError):
        project.files.get(file_path="absent.md", ref="main")


def test_users_are_found_by_name(place: Place) -> None:
    (found,) = place.client().users.list(username="Engagement.Manager", get_all=True)
    assert found.name == "Erin Matthews"
    assert place.client().users.list(username="nobody", get_all=True) == []


def test_the_error_classes_fit(place: Place) -> None:
    with pytest.raises(gitlab.GitlabAuthenticationError):
        gitlab_as(place, "glpat-wrong").auth()
    with pytest.raises(gitlab.GitlabGetError, match="404 Project Not Found"):
        place.client().projects.get("no/such")
    with pytest.raises(gitlab.GitlabCreateError, match="can't be blank"):
        place.plan().issues.create({"title": " "})
    with pytest.raises(gitlab.GitlabUpdateError, match="403"):
        place.plan("bystander").issues.update(place.file().iid, {"title": "Mine"})


def test_the_command_line_lists_issues(place: Place) -> None:
    issue = place.file("From the command line")
    program = Path(sys.executable).parent / "gitlab"
    signed_in = ["--server-url", place.url, "--private-token", place.seeded.tokens["sowbot"], "-o", "json"]
    wanted = ["project-issue", "list", "--project-id", str(issue.project_id)]
    ran = subprocess.run([program, *signed_in, *wanted], capture_output=True, text=True, check=True, timeout=60)
    assert [each["title"] for each in json.loads(ran.stdout)] == ["From the command line"]


def test_an_issue_moves_to_another_project(place: Place) -> None:
    issue = place.file(labels=["TA::Approved", "proposal::Approved"], description="Text\n/title No")
    place.happenings.clear()
    education = place.client().projects.get(EDUCATION)
    issue.move(education.id)
    (moved,) = education.issues.list(get_all=True)
    assert moved.labels == ["proposal::Approved"]
    left = place.plan().issues.get(issue.iid)
    assert (left.state, left.moved_to_id) == ("closed", moved.id)
    assert place.told() == ["issue open", "issue close"]


def gitlab_as(place: Place, token: str) -> gitlab.Gitlab:
    client = gitlab.Gitlab(place.url, private_token=token)
    place.clients.append(client)
    return client
