"""Deliveries as GitLab would send them, signed, as ready-made HTTP requests."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time
import uuid
from collections.abc import Sequence
from typing import Any

SECRET = "secret-token-of-the-bench"  # noqa: S105  # it opens nothing
"""Sent along for who reads the token; the bot, which has a signing token, does not."""
SIGNING_KEY = os.urandom(32)
SIGNING_TOKEN = "whsec_" + base64.b64encode(SIGNING_KEY).decode()

_DESCRIPTION = "We move from another SCM and want it done by spring.\n\n" + "| question | to-do |\n" * 60


def issue_update(
    *, iid: int, labels: Sequence[str], added: Sequence[str] = (), title: str = "A change"
) -> dict[str, Any]:
    """The body of an issue's update; about 6 KB, as a scoping issue's is."""
    objects = [_label(title_of) for title_of in labels]
    before = [label for label in objects if label["title"] not in added]
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    changes: dict[str, Any] = {"updated_at": {"previous": now, "current": now}}
    if added:
        changes["labels"] = {"previous": before, "current": objects}
    return {
        "object_kind": "issue",
        "event_type": "issue",
        "user": {"id": 9001, "name": "Somebody", "username": "somebody", "email": "[REDACTED]", "avatar_url": None},
        "project": {
            "id": 4711,
            "name": "ps-plan",
            "path_with_namespace": "ps/ps-plan",
            "web_url": "http://127.0.0.1/x",
        },
        "object_attributes": {
            "id": 100_000 + iid,
            "iid": iid,
            "project_id": 4711,
            "title": title,
            "description": _DESCRIPTION,
            "author_id": 1,
            "state": "opened",
            "state_id": 1,
            "action": "update",
            "type": "Issue",
            "confidential": False,
            "created_at": now,
            "updated_at": now,
            "labels": objects,
            "url": f"http://127.0.0.1/ps/ps-plan/-/issues/{iid}",
        },
        "labels": objects,
        "changes": changes,
        "repository": {"name": "ps-plan"},
    }


def request(path: str, body: dict[str, Any]) -> bytes:
    """The whole HTTP request, signed as GitLab signs."""
    raw = json.dumps(body).encode()
    delivery, sent = str(uuid.uuid4()), str(int(time.time()))
    mac = hmac.new(SIGNING_KEY, f"{delivery}.{sent}.".encode() + raw, hashlib.sha256).digest()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nUser-Agent: GitLab/19.4.0\r\n"
        f"X-Gitlab-Event: Issue Hook\r\nX-Gitlab-Token: {SECRET}\r\n"
        f"X-Gitlab-Event-UUID: {uuid.uuid4()}\r\nIdempotency-Key: {delivery}\r\n"
        f"webhook-id: {delivery}\r\nwebhook-timestamp: {sent}\r\n"
        f"webhook-signature: v1,{base64.b64encode(mac).decode()}\r\nContent-Length: {len(raw)}\r\n\r\n"
    )
    return head.encode() + raw


def _label(title: str) -> dict[str, Any]:
    number = int(hashlib.sha256(title.encode()).hexdigest()[:6], 16)
    return {"id": number, "title": title, "color": "#6699cc", "project_id": 4711, "type": "ProjectLabel"}
