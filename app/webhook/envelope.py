"""What the headers of a delivery say, and what every Change needs from them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.change import Change, Kind
from app.domain.item import ItemKey, Person
from app.webhook.fields import SHORT, Json, clean, number, text

LONGEST_ID = 200

_encode = json.JSONEncoder(sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class Envelope:
    """One delivery's name, hook and chain."""

    delivery_id: str
    hook: str
    echo_of: str
    body: bytes

    @classmethod
    def of(cls, headers: Mapping[str, str], body: bytes) -> Envelope:
        """Read it from lower-case headers."""
        hook = clean(headers.get("x-gitlab-event", ""))
        # X-Gitlab-Webhook-UUID is made anew for each attempt, whatever GitLab's documentation says: it names nothing.
        name = headers.get("webhook-id") or headers.get("idempotency-key") or _hash_of(hook, body)
        return cls(
            delivery_id=clean(name) if len(name) <= LONGEST_ID else _digest([name]),
            hook=hook,
            echo_of=clean(headers.get("x-gitlab-event-uuid", "")),
            body=body,
        )

    @property
    def confidential_hook(self) -> bool:
        """GitLab sends a confidential issue's events, and internal comments, under a header of their own."""
        return self.hook.startswith("Confidential ")

    def other(self, remark: str, *, item: ItemKey | None = None, meaning: str = "") -> Change:
        """A delivery that no rule can speak of."""
        return Change(
            delivery_id=self.delivery_id,
            meaning=meaning or _hash_of(self.hook, self.body)[:32],
            kind=Kind.OTHER,
            hook=self.hook,
            item=item,
            echo_of=self.echo_of,
            remark=clean(remark),
        )


def meaning_of(*parts: object) -> str:
    """A short hash of what a delivery says. It leaves out all that differs between a project's and a group's hook."""
    return _digest(parts)[:32]


def item_key(target: Json, payload: Json, project: Json) -> ItemKey | None:
    """The item of a payload; None for a group's own (an epic), which belongs to no project."""
    project_id = number(target, "project_id") or number(payload, "project_id") or number(project, "id")
    iid = number(target, "iid")
    return ItemKey(project_id, iid) if project_id and iid else None


def person(user: Json) -> Person | None:
    """Somebody, by username or at least by id."""
    username, id_ = text(user, "username"), number(user, "id")
    return Person(username, id_, text(user, "name", SHORT)) if username or id_ else None


def _hash_of(hook: str, body: bytes) -> str:
    return hashlib.sha256(hook.encode() + b"\n" + body).hexdigest()


def _digest(parts: object) -> str:
    return hashlib.sha256(_encode(parts).encode()).hexdigest()
