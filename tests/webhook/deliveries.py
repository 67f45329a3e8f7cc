"""Makes deliveries for the tests: issue, comment and emoji payloads in the shape of GitLab 19, and their signatures."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook

DATA = Path(__file__).parents[1] / "data" / "gitlab"
OFFICIAL = sorted((DATA / "payloads" / "official").glob("*.json"))
TOKEN = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER_TOKEN = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()
NOW = datetime(2026, 5, 28, 6, 0, tzinfo=UTC)


def official(name: str) -> dict[str, Any]:
    """One of the documentation's samples."""
    data: dict[str, Any] = json.loads((DATA / "payloads" / "official" / f"{name}.json").read_bytes())
    return data


def label(id_: int | None, title: str) -> dict[str, Any]:
    """A label as webhooks have it."""
    return {"id": id_, "title": title, "color": "#6699cc", "type": "GroupLabel", "group_id": 3, "project_id": None}


def issue(action: str | None = "update", **parts: Any) -> dict[str, Any]:
    """An issue event; ``parts`` replace top-level keys, and keys of ``attributes`` those of the object."""
    attributes: dict[str, Any] = {
        "id": 9001,
        "iid": 7,
        "project_id": 42,
        "type": "Issue",
        "title": "Acme - Scope Issue and Write SOW",
        "description": "text",
        "state": "opened",
        "confidential": False,
        "updated_at": "2026-05-28T05:54:03.097Z",
        "action": action,
        **parts.pop("attributes", {}),
    }
    return {
        "object_kind": "issue",
        "event_type": "issue",
        "user": {"id": 5, "username": "em", "name": "Engagement Manager"},
        "project": {"id": 42, "path_with_namespace": "ps/plan"},
        "object_attributes": attributes,
        "labels": [label(1, "proposal::Scoping"), label(2, "PS")],
        "changes": {},
        **parts,
    }


def note(**parts: Any) -> dict[str, Any]:
    """A comment event on an issue."""
    attributes = {
        "id": 77,
        "note": "hello",
        "noteable_type": "Issue",
        "action": "create",
        "internal": False,
        "system": False,
        "discussion_id": "d1",
        "updated_at": "2026-05-28 05:54:03 UTC",
        **parts.pop("attributes", {}),
    }
    target = {"id": 9001, "iid": 7, "project_id": 42, "type": "Issue", "title": "Acme", "confidential": False}
    return {
        "object_kind": "note",
        "event_type": "note",
        "user": {"id": 5, "username": "em", "name": "Engagement Manager"},
        "project_id": 42,
        "project": {"id": 42, "path_with_namespace": "ps/plan"},
        "object_attributes": attributes,
        "issue": {**target, **parts.pop("issue", {})},
        **parts,
    }


def body_of(payload: object) -> bytes:
    """The bytes on the wire."""
    return json.dumps(payload).encode()


def headers(event: str = "Issue Hook", **more: str) -> dict[str, str]:
    """Lower-case headers as GitLab sends them; ``more`` in keyword form (``webhook_id=…``)."""
    return {
        "content-type": "application/json",
        "x-gitlab-event": event,
        "webhook-id": "f5e5f430-f57b-4e6e-9fac-d9128cd72320",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


def signed(body: bytes, *, token: str = TOKEN, at: datetime = NOW, **more: str) -> dict[str, str]:
    """Headers with a signature made by the Standard Webhooks package, which is not what the program uses."""
    plain = headers(**more)
    whole = at.replace(microsecond=0)
    signature = Webhook(token).sign(plain["webhook-id"], whole, body.decode())
    return {**plain, "webhook-timestamp": str(int(whole.timestamp())), "webhook-signature": signature}
