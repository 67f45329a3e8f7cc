"""Is a delivery really GitLab's? By its signature, or by its secret token. Pure: headers, bytes and a time in.

The signature is computed here with the standard library. The ``standardwebhooks`` package reads the clock itself,
refuses bodies that are not UTF-8, signs the timestamp as it prints it rather than as it came, and lets one malformed
entry of the signature list spoil a good one; the tests use it as an independent signer.
https://docs.gitlab.com/user/project/integrations/webhooks/#signing-tokens
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime

from app.errors import SowbotError

TOKEN_PREFIX = "whsec_"  # noqa: S105  # the public prefix of every signing token, no secret
KEY_BYTES = 32


class BadSignature(SowbotError):
    """The delivery is not authentic. The message is for the operator's log, never for the sender."""


def signing_key(token: str) -> bytes:
    """The key inside a signing token: ``whsec_`` and the base64 form of 32 bytes. Raises ValueError on others."""
    if not token.startswith(TOKEN_PREFIX):
        raise ValueError(f"a signing token begins with {TOKEN_PREFIX}")
    try:
        key = b64decode(token.removeprefix(TOKEN_PREFIX), validate=True)
    except ValueError:
        raise ValueError(f"what follows {TOKEN_PREFIX} is not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"what follows {TOKEN_PREFIX} holds {len(key)} bytes, not {KEY_BYTES}")
    return key


class Signatures:
    """Knows signing tokens; several, so that they can be changed without a gap."""

    def __init__(self, tokens: Sequence[str], *, setting: str, tolerance_s: int = 300) -> None:
        """``setting`` is where the tokens are from, for the log; ``tolerance_s`` is how far a signed timestamp may lie
        from now, either way. Raises ValueError on what is no signing token."""
        self._keys = tuple(signing_key(token) for token in tokens)
        self._setting = setting
        self._tolerance_s = tolerance_s

    def __bool__(self) -> bool:
        """Whether there is one."""
        return bool(self._keys)

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Return if one of the signatures is good. ``headers`` as in :meth:`Verifier.verify`. Raises BadSignature."""
        given = headers.get("webhook-signature", "")
        if not given:
            raise BadSignature(f"there is no webhook-signature: sign with the token of {self._setting}")
        name, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not name:
            raise BadSignature("the delivery is signed but has no webhook-id")
        self._verify_age(timestamp, now)
        signed = f"{name}.{timestamp}.".encode("latin-1", "replace") + body
        expected = [b"v1," + b64encode(hmac.digest(key, signed, "sha256")) for key in self._keys]
        # Every pair is compared, so that the time taken does not tell which one matched. Entries of other versions
        # match nothing.
        entries = [entry.encode("latin-1", "replace") for entry in given.split()]
        if not sum(hmac.compare_digest(one, entry) for one in expected for entry in entries):
            raise BadSignature(
                f"the signature matches no signing token: is {self._setting} the token of this sender, and "
                "does every proxy in between leave the body as it is?"
            )

    def _verify_age(self, timestamp: str, now: datetime) -> None:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise BadSignature("webhook-timestamp is missing or not a number of seconds")
        age = now.timestamp() - int(timestamp)
        if abs(age) > self._tolerance_s:
            where = "old" if age > 0 else "ahead of this machine's clock"
            raise BadSignature(
                f"the signed timestamp is {abs(age):.0f} seconds {where}, more than {self._tolerance_s}: is the clock "
                "right, or is somebody sending an old delivery again?"
            )


class Verifier:
    """Knows the tokens that are configured; several of each, so that they can be changed without a gap."""

    def __init__(self, secret_tokens: Sequence[bytes], signing_tokens: Sequence[str], tolerance_s: int = 300) -> None:
        """``tolerance_s`` is how far a signed timestamp may lie from now, either way."""
        self._secrets = tuple(secret_tokens)
        self._signatures = Signatures(signing_tokens, setting="SOWBOT_WEBHOOK_SIGNING_TOKEN", tolerance_s=tolerance_s)
        if not all(self._secrets) or not (self._secrets or self._signatures):
            raise ValueError("a verifier needs a secret token or a signing token, and none may be empty")

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Return if the delivery is authentic. ``headers`` have lower-case names and latin-1 values, as HTTP has them.

        A signature decides as soon as one is there or could be there: the secret token travels in plain text, so that
        whoever saw one delivery could send others with it and leave the signature out.
        """
        if self._signatures or "webhook-signature" in headers:
            self._verify_signature(headers, body, now)
        else:
            self._verify_token(headers)

    def _verify_signature(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        if not self._signatures:
            raise BadSignature(
                "the delivery is signed, but no signing token is set here: put the hook's signing token into "
                "SOWBOT_WEBHOOK_SIGNING_TOKEN, or remove it from the hook"
            )
        if not headers.get("webhook-signature"):
            raise BadSignature(
                "the delivery has no webhook-signature, but SOWBOT_WEBHOOK_SIGNING_TOKEN is set: give the hook a "
                "signing token (GitLab 19.0 or newer), or unset the variable and use SOWBOT_WEBHOOK_SECRET"
            )
        self._signatures.verify(headers, body, now)

    def _verify_token(self, headers: Mapping[str, str]) -> None:
        given = headers.get("x-gitlab-token", "").encode("latin-1", "replace")
        if not given:
            raise BadSignature("the delivery has no X-Gitlab-Token: give the hook the secret of SOWBOT_WEBHOOK_SECRET")
        if not sum(hmac.compare_digest(secret, given) for secret in self._secrets):
            raise BadSignature("X-Gitlab-Token matches no secret of SOWBOT_WEBHOOK_SECRET")
