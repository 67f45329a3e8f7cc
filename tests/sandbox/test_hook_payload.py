"""Webhook bodies against GitLab's own samples, and the rules by which they are sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.sandbox.hooks.payload import Message, message_of
from app.sandbox.state import Award, Happening, Issue, Note, World
from tests.sandbox.small_world import ANA, BOT, CALCULATOR, DISCOVERY, GUEST, PS, WRITING, put_issue, small_world

SAMPLES = Path(__file__).parents[1] / "data" / "gitlab" / "payloads" / "official"


def sample(name: str) -> dict[str, Any]:
    value = json.loads((SAMPLES / f"{name}.json").read_text())
    assert isinstance(value, dict)
    return value


def sent(world: World, happening: Happening) -> Message:
    message = message_of(world, happening)
    assert message is not None
    return message


def note_on(world: World, issue: Issue, **fields: Any) -> Note:
    note = Note(900, issue.id, "Hello", GUEST, world.now(), world.now(), discussion_id="d" * 40, **fields)
    world.notes[note.id] = note
    return note


@pytest.fixture
def world() -> World:
    return small_world()


def test_an_issue_event_has_every_key_of_the_documented_one(world: World) -> None:
    issue = put_issue(world, labels=(DISCOVERY,))
    issue.assignee_ids = [ANA]
    changes = {"labels": ([CALCULATOR], [DISCOVERY]), "updated_at": (world.now(), world.now())}

    body = sent(world, Happening("issue", "update", world.users[ANA], issue, changes)).body
    expected = sample("issue_event")

    # The sample's top-level `assignee` is no longer sent by any GitLab of these years.
    assert set(expected) - {"assignee"} == set(body)
    assert set(expected["object_attributes"]) <= set(body["object_attributes"])
    for part in ("user", "project", "repository"):
        assert set(expected[part]) == set(body[part])
    assert set(expected["labels"][0]) == set(body["labels"][0])
    assert set(expected["assignees"][0]) <= set(body["assignees"][0])
    assert set(expected["changes"]["labels"]["previous"][0]) == set(body["changes"]["labels"]["previous"][0])


def test_a_note_event_has_every_key_of_the_documented_one(world: World) -> None:
    issue = put_issue(world, labels=(DISCOVERY,))
    body = sent(world, Happening("note", "create", world.users[GUEST], issue, note=note_on(world, issue))).body
    expected = sample("note_issue_event")

    assert set(expected) == set(body)
    assert set(expected["object_attributes"]) <= set(body["object_attributes"])
    # Two columns of long ago that the sample kept.
    assert set(expected["issue"]) - {"position", "branch_name"} <= set(body["issue"])
    assert "action" not in body["issue"]


def test_an_emoji_event_has_every_key_of_the_documented_one(world: World) -> None:
    issue = put_issue(world)
    note = note_on(world, issue)
    award = Award(901, "thumbsup", ANA, issue.id, note.id, world.now())
    message = sent(world, Happening("emoji", "award", world.users[ANA], issue, note=note, award=award))
    expected = sample("emoji_award_event")

    assert message.trigger == "emoji_hooks"
    assert set(expected) == set(message.body)
    for part in ("object_attributes", "issue", "note"):
        assert set(expected[part]) <= set(message.body[part])


def test_times_are_iso_8601_with_milliseconds(world: World) -> None:
    body = sent(world, Happening("issue", "update", world.users[ANA], put_issue(world))).body
    assert body["object_attributes"]["updated_at"] == "2026-05-28T05:54:03.097Z"


def test_changed_labels_are_whole_objects_on_both_sides(world: World) -> None:
    issue = put_issue(world, labels=(WRITING,))
    changes = {"labels": ([DISCOVERY], [WRITING])}
    body = sent(world, Happening("issue", "update", world.users[ANA], issue, changes)).body
    assert [label["title"] for label in body["changes"]["labels"]["previous"]] == ["proposal::Awaiting_Discovery"]
    assert [label["title"] for label in body["changes"]["labels"]["current"]] == ["proposal::SOW_WIP"]
    assert body["labels"][0]["type"] == "GroupLabel"
    assert body["labels"][0]["project_id"] is None


def test_an_open_event_tells_its_labels_but_never_as_changes(world: World) -> None:
    issue = put_issue(world, labels=(CALCULATOR,))
    changes: dict[str, Any] = {"title": (None, "A deal"), "labels": ([], [CALCULATOR]), "assignees": ([], [ANA])}
    body = sent(world, Happening("issue", "open", world.users[ANA], issue, changes)).body
    assert [label["title"] for label in body["labels"]] == ["Services Calculator"]
    assert body["changes"] == {"title": {"previous": None, "current": "A deal"}}


def test_assignees_are_missing_where_there_are_none(world: World) -> None:
    body = sent(world, Happening("issue", "update", world.users[ANA], put_issue(world))).body
    assert "assignees" not in body
    assert body["object_attributes"]["assignee_ids"] == []


def test_the_scope_follows_the_confidentiality_after_the_change(world: World) -> None:
    issue = put_issue(world, confidential=True)
    happening = Happening("issue", "update", world.users[ANA], issue, {"confidential": (False, True)})
    message = sent(world, happening)
    assert message.trigger == "confidential_issue_hooks"
    assert message.body["event_type"] == "confidential_issue"
    assert message.body["object_kind"] == "issue"


@pytest.mark.parametrize(("internal", "confidential"), [(True, False), (False, True)])
def test_a_note_is_confidential_when_it_or_its_issue_is(world: World, internal: bool, confidential: bool) -> None:
    issue = put_issue(world, confidential=confidential)
    note = note_on(world, issue, internal=internal)
    message = sent(world, Happening("note", "create", world.users[GUEST], issue, note=note))
    assert message.trigger == "confidential_note_hooks"
    assert message.body["event_type"] == "confidential_note"
    assert message.body["issue"]["confidential"] is confidential


def test_an_edited_note_names_its_author_as_the_user(world: World) -> None:
    issue = put_issue(world)
    note = note_on(world, issue)
    body = sent(world, Happening("note", "update", world.users[BOT], issue, note=note)).body
    assert body["user"]["id"] == GUEST


def test_system_notes_are_never_sent(world: World) -> None:
    issue = put_issue(world)
    happening = Happening("note", "create", world.users[ANA], issue, note=note_on(world, issue, system=True))
    assert message_of(world, happening) is None


def test_an_epic_has_no_project_and_sends_no_notes(world: World) -> None:
    epic = put_issue(world)
    epic.project_id, epic.group_id, epic.item_type = None, PS, "Epic"
    body = sent(world, Happening("issue", "open", world.users[ANA], epic)).body
    assert (body["project"], body["repository"], body["object_kind"]) == (None, None, "work_item")
    assert body["event_type"] == "work_item"
    assert body["object_attributes"]["url"].endswith(f"/groups/acme/ps/-/work_items/{epic.iid}")
    note = note_on(world, epic)
    assert message_of(world, Happening("note", "create", world.users[ANA], epic, note=note)) is None


def test_people_keep_their_mail_address_to_themselves(world: World) -> None:
    body = sent(world, Happening("issue", "update", world.users[ANA], put_issue(world))).body
    assert body["user"]["email"] == "[REDACTED]"
    assert "example.com" not in json.dumps(body["user"])
