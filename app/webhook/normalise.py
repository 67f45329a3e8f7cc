"""From headers and bytes to a Change. Pure, and never an error: what can't be read is OTHER with a remark.

A delivery that comes here is authentic, and GitLab disables a hook that is answered with errors.
The rules of reading are in docs/webhooks.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from pydantic_core import from_json

from app.domain.change import Change
from app.webhook.emoji_event import read_emoji
from app.webhook.envelope import Envelope
from app.webhook.fields import Json, text
from app.webhook.issue_event import read_issue
from app.webhook.note_event import read_note

_READERS: dict[str, Callable[[Envelope, Json], Change]] = {
    "issue": read_issue,
    "work_item": read_issue,
    "note": read_note,
    "emoji": read_emoji,
}

BUG = "sowbot could not read this delivery, which is a bug of sowbot's:"
"""How the remark begins when a reader failed. The tests look for it."""


def normalise(headers: Mapping[str, str], body: bytes) -> Change:
    """What the delivery says. ``headers`` have lower-case names."""
    envelope = Envelope.of(headers, body)
    try:
        payload = _parsed(body)
    except ValueError:
        return envelope.other("the body is not JSON")
    except RecursionError:
        return envelope.other("the body is nested too deeply")
    try:
        return _read(envelope, payload)
    except RecursionError:
        return envelope.other("the body is nested too deeply")
    except Exception as error:
        # The delivery is stored all the same and can be read again by a mended version.
        return envelope.other(f"{BUG} {type(error).__name__}")


def _parsed(body: bytes) -> object:
    """By pydantic's parser in half the time; what only Python's takes (a lone surrogate) is read by that one."""
    try:
        return from_json(body, cache_strings="keys")
    except ValueError:
        return json.loads(body)


def _read(envelope: Envelope, payload: object) -> Change:
    if not isinstance(payload, dict):
        return envelope.other("the body is not a JSON object")
    kind = text(payload, "object_kind") or text(payload, "event_name")
    if not kind:
        return envelope.other("no object_kind: does the hook have a custom webhook template? It must have none")
    reader = _READERS.get(kind)
    return reader(envelope, payload) if reader else envelope.other(f"no rule speaks of '{kind}' events")
