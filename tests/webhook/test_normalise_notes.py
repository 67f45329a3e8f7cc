"""What comment and emoji events say."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.change import Change, Comment, Kind
from app.domain.item import ItemKey
from app.webhook.normalise import normalise
from tests.webhook.deliveries import body_of, headers, note, official


def read(payload: dict[str, Any], event: str = "Note Hook") -> Change:
    return normalise(headers(event), body_of(payload))


def test_the_official_comment_is_read() -> None:
    change = read(official("note_issue_event"))
    assert (change.kind, change.item) == (Kind.COMMENTED, ItemKey(5, 17))
    assert change.comment == Comment(1241, "Hello world")
    assert change.labels == ("Afterpod", "Element")


@pytest.mark.parametrize("name", ["note_commit_event", "note_merge_request_event", "note_snippet_event"])
def test_comments_on_other_things_are_recorded_only(name: str) -> None:
    change = read(official(name))
    assert (change.kind, change.item) == (Kind.OTHER, None)
    assert "not on an issue" in change.remark


def test_an_edit_is_told_from_a_new_comment_and_an_old_payload_without_action_is_a_new_one() -> None:
    assert read(note(attributes={"action": "update"})).kind is Kind.COMMENT_EDITED
    assert read(note(attributes={"action": None})).kind is Kind.COMMENTED
    assert read(note(attributes={"action": "sing"})).kind is Kind.OTHER


def test_system_notes_never_become_comments() -> None:
    assert read(note(attributes={"system": True})).kind is Kind.OTHER


@pytest.mark.parametrize(
    ("event", "internal", "issue_is", "expected"),
    [
        ("Note Hook", False, False, (False, False)),
        ("Note Hook", None, None, (False, False)),
        ("Confidential Note Hook", True, False, (True, False)),
        ("Confidential Note Hook", None, False, (True, False)),  # 2023: no key, internal comment on an open issue
        ("Confidential Note Hook", False, True, (False, True)),
        ("Confidential Note Hook", None, None, (True, None)),  # not known which of the two it is: the careful reading
        ("Confidential Note Hook", None, True, (False, True)),
    ],
)
def test_an_internal_comment_is_told_from_a_confidential_issue(
    event: str, internal: bool | None, issue_is: bool | None, expected: tuple[bool, bool | None]
) -> None:
    change = read(note(attributes={"internal": internal}, issue={"confidential": issue_is}), event)
    assert change.comment is not None
    assert (change.comment.internal, change.confidential) == expected


def test_a_comment_on_a_work_item_is_read_the_same() -> None:
    payload = note()
    payload["work_item"] = payload.pop("issue") | {"type": "Task"}
    assert (read(payload).item, read(payload).item_type) == (ItemKey(42, 7), "Task")


def test_a_comment_without_project_or_id_is_recorded_only() -> None:
    assert read(note(project_id=None, project=None, issue={"project_id": None})).kind is Kind.OTHER
    assert read(note(attributes={"id": None})).kind is Kind.OTHER


def test_the_meaning_of_a_comment_is_its_id_and_time() -> None:
    assert read(note()).meaning == read(note(issue={"title": "other"})).meaning
    assert read(note()).meaning != read(note(attributes={"updated_at": "2026-05-28 05:54:04 UTC"})).meaning


def test_the_official_emoji_is_read_with_the_comment_that_it_is_on() -> None:
    change = read(official("emoji_award_event"), "Emoji Hook")
    assert (change.kind, change.item, change.emoji) == (Kind.EMOJI, ItemKey(6, 42), "thumbsup")
    assert change.comment is not None
    assert change.comment.id == 363


def test_an_emoji_may_be_under_work_item_and_without_an_action() -> None:
    payload = official("emoji_award_event")
    payload["work_item"] = payload.pop("issue")
    del payload["object_attributes"]["action"]
    assert (read(payload).kind, read(payload).item) == (Kind.EMOJI, ItemKey(6, 42))


def test_an_emoji_taken_back_is_told_as_that() -> None:
    given = official("emoji_award_event")
    payload = given | {"event_type": "revoke"}
    del payload["object_attributes"]["action"]
    change = read(payload)
    assert (change.kind, change.item) == (Kind.EMOJI_TAKEN_BACK, ItemKey(6, 42))
    assert change.emoji == given["object_attributes"]["name"]
    assert change.meaning != read(official("emoji_award_event")).meaning


def test_whatever_else_becomes_of_an_emoji_is_recorded_only() -> None:
    payload = official("emoji_award_event") | {"event_type": "polish"}
    payload["object_attributes"].pop("action", None)
    change = read(payload)
    assert (change.kind, change.item) == (Kind.OTHER, ItemKey(6, 42))
    assert "polish" in change.remark


def test_an_emoji_on_a_merge_request_is_recorded_only() -> None:
    payload = official("emoji_award_event")
    del payload["issue"]
    assert read(payload).kind is Kind.OTHER
