"""Changes for tests of the engine."""

from __future__ import annotations

from datetime import UTC, datetime

from app.domain.change import Change, Kind
from app.domain.item import ItemKey, Person
from app.webhook.delivery import Delivery


def change(
    name: str,
    *,
    iid: int = 1,
    kind: Kind = Kind.EDITED,
    added: tuple[str, ...] = (),
    removed: tuple[str, ...] = (),
    actor: str = "engagement.manager",
    actor_id: int = 7,
) -> Change:
    """A delivery called ``name`` about issue ``iid`` of project 1."""
    return Change(
        delivery_id=name,
        meaning=f"meaning of {name}",
        kind=kind,
        hook="Issue Hook",
        item=ItemKey(1, iid),
        actor=Person(actor, actor_id),
        added=added,
        removed=removed,
    )


def delivered(change: Change, body: bytes = b"{}") -> Delivery:
    """The change as the receiver hands it on."""
    return Delivery(change, body, {}, datetime.now(UTC))
