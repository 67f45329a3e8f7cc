"""What channels remember of their messages: each is posted once, threads go on, and what had to wait comes later."""

from __future__ import annotations

from typing import Literal, Protocol

from app.domain.message import Held


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

    def thread(self, place: str, name: str) -> str:
        """The message that opened a thread, by the channel's own name for it; empty: none did."""
        ...

    def open_thread(self, place: str, name: str, message: str) -> None:
        """Remember it, unless one is remembered."""
        ...

    def close_thread(self, place: str, name: str) -> None:
        """It is gone: the next message opens another."""
        ...

    def take_place(self, channel: str, most: int, within_s: float) -> int | None:
        """A place among the ``most`` messages in such a time, to be given back if it is not used; None: all taken."""
        ...

    def give_back(self, place: int) -> None:
        """Nothing was posted."""
        ...

    def hold(self, channel: str, message: Held) -> bool:
        """Keep it for later; from now on it counts as posted. False: it was posted or held before."""
        ...

    def held(self, channel: str, most: int) -> tuple[str, tuple[Held, ...]] | None:
        """The oldest of what waits, and a name for that bundle: the same until it is let go."""
        ...

    def let_go(self, bundle: str) -> None:
        """It was posted."""
        ...

    def waiting(self) -> tuple[str, ...]:
        """Channels for which something is held."""
        ...
