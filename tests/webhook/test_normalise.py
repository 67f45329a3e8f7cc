"""Whatever comes, a Change comes out, and any database can keep it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.change import Change, Kind
from app.webhook.normalise import BUG, normalise
from tests.webhook.deliveries import OFFICIAL, body_of, headers, issue, note, official

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
HEADERS = st.dictionaries(
    st.sampled_from(["webhook-id", "idempotency-key", "x-gitlab-event", "x-gitlab-event-uuid"]),
    st.text(st.characters()),
)


def assert_sound(change: Change) -> None:
    """No reader failed, and every text can be stored."""
    assert not change.remark.startswith(BUG)
    assert 0 < len(change.delivery_id) <= 200
    assert len(change.meaning) == 32
    texts = [change.delivery_id, change.hook, change.project_path, change.title, change.item_type, change.emoji]
    texts += [change.description or "", change.echo_of, change.remark, *change.added, *change.removed, *change.edited]
    texts += [change.actor.username, change.actor.name] if change.actor else []
    texts += [change.comment.body, change.comment.discussion_id] if change.comment else []
    for text in [*texts, *(change.labels or ())]:
        assert "\0" not in text
        text.encode()
    if change.item:
        assert 0 < change.item.project_id < 2**63
        assert 0 < change.item.iid < 2**63


@pytest.mark.parametrize("path", OFFICIAL, ids=lambda path: path.stem)
def test_every_official_payload_is_read(path: Path) -> None:
    change = normalise(headers(), path.read_bytes())
    assert_sound(change)
    spoken_of = {"issue_event", "note_issue_event", "emoji_award_event"}
    assert (change.kind is not Kind.OTHER) == (path.stem in spoken_of)
    if path.stem not in spoken_of:
        assert change.remark


@pytest.mark.parametrize(
    ("body", "remark"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe\xfa", "not JSON"),
        (b'{"object_kind": "issue"', "not JSON"),
        (b"1" * 5000, "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{}", "custom webhook template"),
        (b'{"object_kind": null}', "custom webhook template"),
        (b'{"object_kind": "unknown"}', "no rule speaks of 'unknown'"),
        (b'{"event_name": "user_create"}', "no rule speaks of 'user_create'"),
        (b'{"event_name": "issue"}', "belongs to a group"),
        (b'{"object_kind": "issue", "object_attributes": {"iid": 1}}', "belongs to a group"),
    ],
)
def test_what_cannot_be_read_is_other_and_says_why(body: bytes, remark: str) -> None:
    change = normalise(headers(), body)
    assert change.kind is Kind.OTHER
    assert remark in change.remark
    assert_sound(change)


@pytest.mark.parametrize("depth", [500, 900, 980, 1100])
def test_depth_anywhere_in_a_payload_does_no_harm(depth: int) -> None:
    nested = "[" * depth + "]" * depth
    body = json.dumps(issue(changes={"x": {"previous": "HERE", "current": 1}})).replace('"HERE"', nested)
    change = normalise(headers(), body.encode())
    assert_sound(change)


def test_lone_surrogates_and_nul_are_replaced_everywhere() -> None:
    bad = "\ud800x\x00"
    for payload in (
        issue(attributes={"title": bad, "description": bad}, labels=[{"title": bad}], changes={bad: 1}),
        note(attributes={"note": bad, "discussion_id": bad}, user={"username": bad, "name": bad}),
    ):
        change = normalise(headers(bad, webhook_id=bad), body_of(payload))
        assert_sound(change)
    assert normalise(headers(), body_of(issue(attributes={"title": bad}))).title == "\ufffdx\ufffd"


def test_ids_that_no_database_holds_are_unknown() -> None:
    for wrong in (2**63, 10**300, -1, 0, True, 1.5, "7", None):
        assert normalise(headers(), body_of(issue(attributes={"iid": wrong}))).item is None


def test_text_is_cut_at_gitlabs_own_bounds() -> None:
    change = normalise(headers(), body_of(issue(attributes={"title": "t" * 9999, "description": "d" * 3_000_000})))
    assert (len(change.title), len(change.description or "")) == (1024, 1_048_576)


def test_a_delivery_is_named_by_webhook_id_then_by_idempotency_key_then_by_its_content() -> None:
    body = body_of(issue())
    both = {"webhook-id": "one", "idempotency-key": "two", "x-gitlab-webhook-uuid": "random"}
    assert normalise(both, body).delivery_id == "one"
    assert normalise({"idempotency-key": "two"}, body).delivery_id == "two"
    first, again = normalise({"x-gitlab-webhook-uuid": "a"}, body), normalise({"x-gitlab-webhook-uuid": "b"}, body)
    assert first.delivery_id == again.delivery_id
    assert first.delivery_id != normalise({"x-gitlab-event": "System Hook"}, body).delivery_id
    assert first.delivery_id != normalise({}, body + b" ").delivery_id


def test_names_that_are_too_long_stay_different() -> None:
    one, two = (normalise({"webhook-id": "x" * 300 + end}, b"{}").delivery_id for end in "ab")
    assert one != two
    assert len(one) <= 200


def test_the_chain_is_kept() -> None:
    assert normalise(headers(x_gitlab_event_uuid="chain"), body_of(issue())).echo_of == "chain"


@given(given_headers=HEADERS, body=st.binary())
def test_arbitrary_bytes_never_fail(given_headers: dict[str, str], body: bytes) -> None:
    assert_sound(normalise(given_headers, body))


@given(given_headers=HEADERS, payload=JSON, kind=st.sampled_from(["issue", "work_item", "note", "emoji", "push"]))
def test_arbitrary_json_never_fails(given_headers: dict[str, str], payload: Any, kind: str) -> None:
    if isinstance(payload, dict):
        payload["object_kind"] = kind
    assert_sound(normalise(given_headers, body_of(payload)))


def _paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        found += _paths(child, (*path, key))
    return found


@given(data=st.data(), name=st.sampled_from(["issue_event", "note_issue_event", "emoji_award_event", "own"]))
def test_official_payloads_with_anything_replaced_or_left_out_never_fail(data: st.DataObject, name: str) -> None:
    payload = issue(changes={"labels": {"previous": [{"id": 1}], "current": []}}) if name == "own" else official(name)
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(_paths(payload)))
        parent: Any = payload
        for key in path[:-1]:
            parent = parent[key]
        if data.draw(st.booleans()):
            del parent[path[-1]]
        else:
            parent[path[-1]] = data.draw(JSON)
        if not payload:
            break
    assert_sound(normalise(headers(), body_of(payload)))
