"""What a channel remembers of its messages, so that each is posted once."""

from __future__ import annotations

from typing import Literal, Protocol


class SentStore(Protocol):
    """Kept in the database by the engine."""

    def begin(self, key: str) -> Literal["new", "unknown", "sent"]:
        """Claim a message. ``unknown``: it was begun before and never recorded as arrived."""
        ...

    def done(self, key: str) -> None:
        """It arrived."""
        ...

    def forget(self, key: str) -> None:
        """It certainly did not arrive: the next try may send it."""
        ...
