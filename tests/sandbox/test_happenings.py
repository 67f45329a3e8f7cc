"""What is announced of a change: exactly what GitLab would send to its webhooks."""

from __future__ import annotations

from typing import Any

import pytest

from app.sandbox.state import Happening
from tests.sandbox.place import Place


def change(place: Place, iid: int, **fields: Any) -> list[Happening]:
    """The happenings of one PUT."""
    place.happenings.clear()
    place.plan().issues.update(iid, fields)
    return place.happenings


def test_opening_tells_columns_from_null_but_never_labels(place: Place) -> None:
    issue = place.file(description="Text", labels=["TA::Approved"], assignee_ids=[place.user("csm").id])
    (opened,) = place.happenings
    assert (opened.kind, opened.action, opened.actor.username) == ("issue", "open", "sowbot")
    assert {"id", "iid", "title", "description", "author_id", "created_at", "project_id"} <= set(opened.changes)
    assert not {"labels", "assignees"} & set(opened.changes)
    assert opened.changes["iid"] == (None, issue.iid)


def test_an_update_tells_labels_before_and_after_by_id(place: Place) -> None:
    issue = place.file(labels=["TA::Needs-Review"])
    (told,) = change(place, issue.iid, add_labels="TA::Approved")
    by_id = {label.id: label.title for label in place.world.labels.values()}
    before, after = told.changes["labels"]
    assert [by_id[label] for label in before] == ["TA::Needs-Review"]
    assert [by_id[label] for label in after] == ["TA::Approved"]
    assert "updated_at" in told.changes


def test_an_update_that_changes_nothing_is_told_all_the_same(place: Place) -> None:
    issue = place.file(labels=["TA::Approved"])
    before = place.plan().issues.get(issue.iid).updated_at
    (told,) = change(place, issue.iid, add_labels="TA::Approved")
    assert (told.action, told.changes) == ("update", {})
    assert place.plan().issues.get(issue.iid).updated_at == before


def test_a_state_change_with_other_fields_is_told_twice(place: Place) -> None:
    issue = place.file()
    closed, updated = change(place, issue.iid, state_event="close", title="Other")
    assert (closed.action, set(closed.changes)) == ("close", {"state_id", "closed_at", "updated_at"})
    assert closed.changes["state_id"] == (1, 2)
    assert (updated.action, updated.changes["title"]) == ("update", ("Acme", "Other"))


def test_a_state_change_alone_is_told_once_and_not_again(place: Place) -> None:
    issue = place.file()
    assert [each.action for each in change(place, issue.iid, state_event="close")] == ["close"]
    assert change(place, issue.iid, state_event="close") == []
    assert [each.action for each in change(place, issue.iid, state_event="reopen")] == ["reopen"]


def test_an_edited_text_tells_who_edited_it(place: Place) -> None:
    issue = place.file()
    (told,) = change(place, issue.iid, description="New")
    assert told.changes["description"] == (None, "New")
    assert told.changes["last_edited_by_id"] == (None, place.user("sowbot").id)


def test_assignees_and_confidentiality_are_told(place: Place) -> None:
    issue = place.file()
    (told,) = change(place, issue.iid, assignee_ids=[place.user("csm").id], confidential=True)
    assert told.changes["assignees"] == ([], [place.user("csm").id])
    assert told.changes["confidential"] == (False, True)


def test_notes_are_told_but_not_when_their_text_stays(place: Place) -> None:
    note = place.file().notes.create({"body": "One"})
    place.happenings.clear()
    note.save()
    note.body = "One"
    note.save()
    assert place.told() == []
    note.body = "Two"
    note.save()
    assert place.told() == ["note update"]
    note.delete()
    assert place.told() == ["note update"]


def test_emoji_are_told(place: Place) -> None:
    note = place.file().notes.create({"body": "One"})
    place.happenings.clear()
    award = note.awardemojis.create({"name": "eyes"})
    note.awardemojis.delete(award.id)
    assert place.told() == ["emoji award", "emoji revoke"]
    assert place.happenings[0].note is not None


@pytest.mark.parametrize("silent", ["link", "label", "delete", "milestone", "board"])
def test_much_is_not_told_at_all(place: Place, silent: str) -> None:
    project, issue, other = place.plan(), place.file(), place.file("Other")
    place.happenings.clear()
    if silent == "link":
        issue.links.create({"target_project_id": project.id, "target_issue_iid": other.iid})
    elif silent == "label":
        project.labels.update("TA::Approved", {"new_name": "TA::Fine"})
    elif silent == "delete":
        issue.delete()
    elif silent == "milestone":
        project.milestones.create({"title": "M"})
    else:
        project.boards.create({"name": "B"})
    assert place.told() == []


def test_the_event_id_of_a_chain_is_handed_on(place: Place) -> None:
    issue = place.file()
    place.happenings.clear()
    path = f"/projects/{issue.project_id}/issues/{issue.iid}"
    for method, suffix, sent in (
        ("PUT", "", {"title": "x", "state_event": "close"}),
        ("POST", "/notes", {"body": "Text\n/reopen"}),
        ("POST", "/award_emoji", {"name": "eyes"}),
    ):
        place.ask(method, path + suffix, json=sent, headers={"X-Gitlab-Event-UUID": "chain-1"})
    assert len(place.happenings) == 5
    assert {happening.event_uuid for happening in place.happenings} == {"chain-1"}
