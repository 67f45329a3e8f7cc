"""A SentStore in memory, and one in a database, for tests that must hold of both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from app.domain.message import Held


@dataclass
class Memory:
    """A SentStore in memory."""

    states: dict[str, Literal["unknown", "sent"]] = field(default_factory=dict)
    threads: dict[tuple[str, str], str] = field(default_factory=dict)
    places: list[int] = field(default_factory=list)
    waits: dict[str, list[Held]] = field(default_factory=dict)

    def begin(self, key: str) -> Literal["new", "unknown", "sent"]:
        if key in self.states:
            return self.states[key]
        self.states[key] = "unknown"
        return "new"

    def done(self, key: str) -> None:
        self.states[key] = "sent"

    def forget(self, key: str) -> None:
        del self.states[key]

    def thread(self, place: str, name: str) -> str:
        return self.threads.get((place, name), "")

    def open_thread(self, place: str, name: str, message: str) -> None:
        self.threads.setdefault((place, name), message)

    def close_thread(self, place: str, name: str) -> None:
        self.threads.pop((place, name), None)

    def take_place(self, channel: str, most: int, within_s: float) -> int | None:
        del channel, within_s
        if len(self.places) >= most:
            return None
        self.places.append(max(self.places, default=0) + 1)
        return self.places[-1]

    def give_back(self, place: int) -> None:
        self.places.remove(place)

    def hold(self, channel: str, message: Held) -> bool:
        if message.key in self.states:
            return False
        self.states[message.key] = "sent"
        self.waits.setdefault(channel, []).append(message)
        return True

    def held(self, channel: str, most: int) -> tuple[str, tuple[Held, ...]] | None:
        found = self.waits.get(channel, [])[:most]
        return (found[0].key, tuple(found)) if found else None

    def let_go(self, bundle: str) -> None:
        for channel, messages in list(self.waits.items()):
            if messages and messages[0].key == bundle:
                del self.waits[channel]

    def waiting(self) -> tuple[str, ...]:
        return tuple(self.waits)
