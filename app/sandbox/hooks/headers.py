"""The headers of a webhook request, Standard Webhooks signature included. Pure but for the random request id."""

from __future__ import annotations

import base64
import binascii
import uuid
from datetime import datetime

from standardwebhooks import Webhook

from app.sandbox.hooks.records import HEADER_OF, Hook, Job

VERSION = "19.4.0-ee"
REDACTED = "[REDACTED]"
_SIGNING_PREFIX = "whsec_"
_SIGNING_KEY_BYTES = 32


def request_headers(hook: Hook, job: Job, body: bytes, *, instance: str, now: datetime) -> dict[str, str]:
    """All headers of one request. GitLab's own win over custom ones of the same name."""
    own = {
        "Content-Type": "application/json",
        "User-Agent": f"GitLab/{VERSION}",
        "X-Gitlab-Event": HEADER_OF[job.trigger],
        "X-Gitlab-Instance": instance,
        # A new one for each request, as GitLab's code does whatever its manual says: worthless for telling hooks apart.
        "X-Gitlab-Webhook-UUID": str(uuid.uuid4()),
        "X-Gitlab-Event-UUID": job.event_uuid,
        "Idempotency-Key": job.delivery_id,
        "webhook-id": job.delivery_id,
        "webhook-timestamp": str(int(now.timestamp())),
    }
    if hook.token:
        own["X-Gitlab-Token"] = hook.token.replace("\r", "").replace("\n", "")
    if hook.signing_token:
        own["webhook-signature"] = signature(hook.signing_token, job.delivery_id, now, body)
    taken = {name.lower() for name in own}
    return {name: value for name, value in hook.custom_headers.items() if name.lower() not in taken} | own


def signature(signing_token: str, delivery_id: str, now: datetime, body: bytes) -> str:
    """The ``webhook-signature`` of a body: ``v1,`` and the Base64 of its MAC."""
    return str(Webhook(signing_token).sign(delivery_id, now, body.decode()))


def is_signing_token(value: str) -> bool:
    """Whether GitLab takes this as a signing token: ``whsec_`` and the Base64 of exactly 32 bytes."""
    if not value.startswith(_SIGNING_PREFIX):
        return False
    try:
        return len(base64.b64decode(value.removeprefix(_SIGNING_PREFIX), validate=True)) == _SIGNING_KEY_BYTES
    except binascii.Error:
        return False


def shown_headers(headers: dict[str, str], custom: dict[str, str]) -> dict[str, str]:
    """The headers as the log shows them: the secret token and the values of custom headers hidden."""
    secret = {"x-gitlab-token"} | {name.lower() for name in custom}
    return {name: REDACTED if name.lower() in secret else value for name, value in headers.items()}
