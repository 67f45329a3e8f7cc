"""The mark that a write to GitLab may carry, so that the deliveries which it causes are known as the bot's own.

GitLab gives the webhooks that a request fires the ``X-Gitlab-Event-UUID`` of that request. It is a detail of GitLab's,
not a promise, and whoever sees one may send it again: so it is a second sign beside the actor's id, off unless
``SOWBOT_MARK_WRITES`` is set.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid

HEADER = "X-Gitlab-Event-UUID"
_HALF = 8
"""Bytes: the first eight are made up, the others say that whoever holds the key made them up."""


class WriteMarks:
    """Makes marks and knows them again. All processes with the same access token know each other's."""

    def __init__(self, token: str) -> None:
        # From the token, so that replicas need no further secret. After a rotation the old ones are not known any more;
        # the actor's id still tells.
        self._key = hmac.digest(token.encode(), b"sowbot: marks of writes", hashlib.sha256)

    def fresh(self) -> str:
        """A new one. Never the same twice: GitLab calls a webhook once for each."""
        return str(self._made(secrets.token_bytes(_HALF)))

    def knows(self, mark: str) -> bool:
        """Whether it was made with this key."""
        try:
            told = uuid.UUID(mark)
        except ValueError:
            return False
        return hmac.compare_digest(self._made(told.bytes[:_HALF]).bytes, told.bytes)

    def _made(self, random: bytes) -> uuid.UUID:
        # Version 8, "custom": its two fixed places are set before signing and after.
        head = random[:6] + bytes([random[6] & 0x0F | 0x80]) + random[7:]
        tail = bytearray(hmac.digest(self._key, head, hashlib.sha256)[:_HALF])
        tail[0] = tail[0] & 0x3F | 0x80
        return uuid.UUID(bytes=head + bytes(tail))
