"""Delivery: one authentic webhook request as it was received, with the Change that it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.change import Change

SECRET_HEADERS = ("webhook-signature", "x-gitlab-token")
"""Read to verify a delivery and dropped right after."""

KEPT_HEADERS = (
    "content-type",
    "idempotency-key",
    "user-agent",
    "webhook-id",
    "webhook-timestamp",
    "x-gitlab-event",
    "x-gitlab-event-uuid",
    "x-gitlab-instance",
    "x-gitlab-webhook-uuid",
)
"""All that the inbox is given. An admin's custom headers are not among them: they are often tokens."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the inbox is given."""

    change: Change
    body: bytes
    """As received, for the case that only a later version can read it. Never logged."""
    headers: Mapping[str, str]
    """Those of ``KEPT_HEADERS``, lower-case."""
    received_at: datetime


class Inbox(Protocol):
    """Where deliveries are kept until they are attended to."""

    async def put(self, delivery: Delivery) -> bool:
        """Store it durably; returns only then. False: it was stored before. Raises when it can't be stored."""
        ...
