"""Places in the queue: what is attended to one at a time. An item, or a request for one that is not there yet."""

from __future__ import annotations

from app.domain.change import Change, Kind

_REQUEST = "request:"
"""An item's place begins with a number."""


def place_of(change: Change) -> str | None:
    """Where in the queue a change is attended to; None: nowhere."""
    if change.kind is Kind.REQUEST:
        return f"{_REQUEST}{change.meaning[:32]}"
    return str(change.item) if change.item else None


def is_request(place: str) -> bool:
    """Whether a place is a request's."""
    return place.startswith(_REQUEST)
