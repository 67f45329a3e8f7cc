"""What issue and work item events say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.change import Change, Kind
from app.domain.item import ItemKey, Person
from app.webhook.normalise import normalise
from tests.webhook.deliveries import body_of, headers, issue, label, official


def read(payload: dict[str, Any], event: str = "Issue Hook", **more: str) -> Change:
    return normalise(headers(event, **more), body_of(payload))


def moved(previous: list[dict[str, Any]], current: list[dict[str, Any]]) -> Change:
    return read(issue(changes={"labels": {"previous": previous, "current": current}}))


def test_the_official_sample_is_an_opening_with_all_its_labels_added() -> None:
    change = read(official("issue_event"))
    assert (change.kind, change.item, change.added, change.removed) == (Kind.OPENED, ItemKey(14, 23), ("API",), ())
    assert change.actor == Person("root", 1, "Administrator")
    assert change.at == datetime(2013, 12, 3, 17, 15, 43, tzinfo=UTC)
    assert change.project_path == "gitlabhq/gitlab-test"


def test_an_update_tells_item_labels_actor_and_time() -> None:
    change = read(issue())
    assert change.kind is Kind.EDITED
    assert change.item == ItemKey(42, 7)
    assert change.labels == ("proposal::Scoping", "PS")
    assert change.actor == Person("em", 5, "Engagement Manager")
    assert change.at == datetime(2026, 5, 28, 5, 54, 3, 97000, tzinfo=UTC)
    assert (change.added, change.removed, change.edited) == ((), (), frozenset())


def test_several_labels_that_come_and_go_at_once_are_all_told() -> None:
    change = moved([label(1, "a"), label(2, "b")], [label(2, "b"), label(3, "c"), label(4, "d")])
    assert (change.added, change.removed) == (("c", "d"), ("a",))


def test_a_label_that_was_renamed_meanwhile_did_not_move() -> None:
    change = moved([label(1, "old name")], [label(1, "new name")])
    assert (change.added, change.removed) == ((), ())


def test_labels_without_ids_are_compared_by_title() -> None:
    change = moved([label(None, "a"), label(2, "b")], [label(1, "a"), label(None, "b"), label(None, "c")])
    assert (change.added, change.removed) == (("c",), ())


def test_a_label_that_was_made_anew_under_the_same_title_left_and_came() -> None:
    change = moved([label(1, "a")], [label(2, "a")])
    assert (change.added, change.removed) == (("a",), ("a",))


@pytest.mark.parametrize(
    ("action", "changes", "kind"),
    [
        ("open", {"state_id": {"previous": None, "current": 1}}, Kind.OPENED),
        ("close", {}, Kind.CLOSED),
        ("reopen", {}, Kind.REOPENED),
        ("update", {"state_id": {"previous": 1, "current": 2}}, Kind.CLOSED),
        ("update", {"state_id": {"previous": 2, "current": 1}}, Kind.REOPENED),
        ("update", {"state": {"previous": "opened", "current": "closed"}}, Kind.CLOSED),
        ("update", {"state": {"previous": "closed", "current": "opened"}}, Kind.REOPENED),
        ("update", {"state_id": None}, Kind.EDITED),
        ("update", {"state_id": {"previous": [1], "current": {}}}, Kind.EDITED),
        (None, {"state_id": {"previous": 1, "current": 2}}, Kind.CLOSED),
        (None, {}, Kind.EDITED),
        ("explode", {}, Kind.OTHER),
    ],
)
def test_the_kind_comes_from_the_action_and_from_the_state(
    action: str | None, changes: dict[str, Any], kind: Kind
) -> None:
    assert read(issue(action, changes=changes)).kind is kind


def test_edited_names_what_changed_but_not_book_keeping_nor_what_stayed() -> None:
    changes = {
        "title": {"previous": "a", "current": "b"},
        "assignees": {"previous": [], "current": [{"id": 1}]},
        "description": {"previous": "same", "current": "same"},
        "updated_at": {"previous": 1, "current": 2},
        "updated_by_id": {"previous": 1, "current": 2},
        "relative_position": {"previous": 1, "current": 2},
        "labels": {"previous": [], "current": [label(1, "a")]},
        "a_key_of_tomorrow": 5,
    }
    change = read(issue(changes=changes))
    assert change.edited == {"title", "assignees", "a_key_of_tomorrow"}
    assert change.added == ("a",)


def test_an_opening_has_no_edited_attributes_although_gitlab_lists_every_column() -> None:
    assert read(issue("open", changes={"title": {"previous": None, "current": "x"}})).edited == frozenset()


def test_labels_are_taken_from_the_object_when_the_top_has_none() -> None:
    payload = issue(attributes={"labels": [label(1, "inner")]})
    del payload["labels"]
    assert read(payload).labels == ("inner",)


def test_labels_that_are_not_there_are_unknown_and_not_none() -> None:
    payload = issue("open")
    del payload["labels"]
    assert (read(payload).labels, read(payload).added) == (None, ())
    assert read(issue(labels=[])).labels == ()


@pytest.mark.parametrize(
    ("event", "event_type", "attribute", "confidential"),
    [
        ("Issue Hook", "issue", False, False),
        ("Issue Hook", "issue", None, False),
        ("Confidential Issue Hook", None, None, True),
        ("Issue Hook", "confidential_issue", None, True),
        ("System Hook", "confidential_work_item", None, True),
        ("System Hook", None, True, True),
        ("System Hook", None, None, None),
    ],
)
def test_any_sign_of_confidentiality_counts(
    event: str, event_type: str | None, attribute: bool | None, confidential: bool | None
) -> None:
    payload = issue(event_type=event_type, attributes={"confidential": attribute})
    assert read(payload, event).confidential is confidential


def test_a_work_item_is_told_by_its_type_and_not_by_the_kind_of_event() -> None:
    change = read(issue(object_kind="work_item", attributes={"type": "Task"}))
    assert (change.kind, change.item_type) == (Kind.EDITED, "Task")


def test_the_type_of_an_old_issue_event_is_issue_and_of_an_old_work_item_unknown() -> None:
    assert read(issue(attributes={"type": None})).item_type == "Issue"
    assert read(issue(object_kind="work_item", attributes={"type": None})).item_type == ""


def test_an_epic_has_no_project_and_is_recorded_without_an_item() -> None:
    payload = issue(object_kind="work_item", project=None, attributes={"project_id": None, "type": "Epic"})
    change = read(payload)
    assert (change.kind, change.item) == (Kind.OTHER, None)
    assert "Epic belongs to a group" in change.remark


def test_an_actor_without_an_id_is_known_by_username() -> None:
    assert read(issue(user={"username": "old", "name": "Old"})).actor == Person("old", None, "Old")
    assert read(issue(user=None)).actor is None


def test_a_missing_description_is_unknown_and_an_empty_one_is_empty() -> None:
    payload = issue(attributes={"description": None})
    assert read(payload).description == ""
    del payload["object_attributes"]["description"]
    assert read(payload).description is None


def test_a_project_hook_and_a_group_hook_tell_the_same_meaning() -> None:
    payload = issue(changes={"title": {"previous": "a", "current": "b"}})
    one, two = read(payload, webhook_id="one"), read(payload, webhook_id="two")
    assert one.delivery_id != two.delivery_id
    assert one.meaning == two.meaning


@pytest.mark.parametrize(
    "other",
    [
        issue("close"),
        issue(attributes={"id": 9002}),
        issue(attributes={"updated_at": "2026-05-28T05:54:03.098Z"}),
        issue(changes={"labels": {"previous": [], "current": [label(1, "a")]}}),
        issue(changes={"labels": {"previous": [label(1, "a")], "current": []}}),
        issue(changes={"title": {"previous": "a", "current": "b"}}),
    ],
)
def test_different_things_have_different_meanings(other: dict[str, Any]) -> None:
    assert read(issue()).meaning != read(other).meaning
