"""Any other system: JSON to an address, signed as Standard Webhooks says (https://www.standardwebhooks.com)."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from datetime import datetime

import httpx
from pydantic import SecretStr

from app.outbound.kind import Answer, Letter, Message, by_status
from app.outbound.spans import plain, shortened

LONGEST = 20_000
"""Characters of a text."""
_PREFIX = "whsec_"


class Webhook:
    """One address. The body is described in docs/channels.md."""

    service = "The webhook"
    threads = ""

    def __init__(self, url: SecretStr, variable: str, *, signing: SecretStr | None = None) -> None:
        """Raises ValueError when the signing token is none."""
        self.variable = variable
        self._url = url
        self._key = signing_key(signing.get_secret_value()) if signing else None

    def letter(self, message: Message, now: datetime) -> Letter:
        """See the protocol."""
        about = message.about
        said = {
            "type": "channel.message",
            "timestamp": now.isoformat(timespec="seconds"),
            "data": {
                "channel": message.channel,
                "mention": message.mention,
                "text": plain(shortened(message.text.strip(), LONGEST)),
                "heading": about.heading,
                "url": about.url,
                "provenance": about.provenance,
                "thread": about.thread,
            },
        }
        body = json.dumps(said, ensure_ascii=False).encode()
        name = f"msg_{hashlib.sha256(f'{message.channel}/{message.key}'.encode()).hexdigest()[:32]}"
        headers = {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": f"{now.timestamp():.0f}",
        }
        if self._key is not None:
            signed = f"{name}.{headers['webhook-timestamp']}.".encode() + body
            headers["webhook-signature"] = "v1," + b64encode(hmac.digest(self._key, signed, "sha256")).decode()
        return Letter(self._url, body, headers)

    def read(self, answer: httpx.Response) -> Answer:
        """See the protocol."""
        return by_status(answer, self.variable)


def signing_key(token: str) -> bytes:
    """The key in ``whsec_…``: 24 to 64 bytes, as Standard Webhooks asks. Raises ValueError on others."""
    try:
        key = b64decode(token.removeprefix(_PREFIX), validate=True)
    except ValueError:
        key = b""
    if not token.startswith(_PREFIX) or not 24 <= len(key) <= 64:
        raise ValueError("it is no signing token (whsec_… with 24 to 64 bytes in base64)")
    return key
