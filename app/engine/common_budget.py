"""What processes with one token write down for each other: one small record, and how a limit is divided by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from app.gitlab.budget import Window


@dataclass(frozen=True, slots=True)
class Lot:
    """A process's part of what may be made of one kind of call in a minute."""

    may: int
    """So many it may make at the most."""
    wants: int
    """So many it would like to."""


@dataclass(frozen=True, slots=True)
class Member:
    """A process."""

    name: str
    """Of its replica. One that was started again has the name of the one before."""
    lots: dict[str, Lot]


@dataclass(frozen=True, slots=True)
class Common:
    """The record. Times are Unix seconds by the database's clock: the machines' own may be as wrong as they like.

    If the database's clock jumps, a wait that was written down before is longer or shorter by the jump for those who
    hear of it only then, and never longer than ``LONGEST_WAIT_S``.
    """

    members: dict[str, Member] = field(default_factory=dict)
    """By a name that no two starts share."""
    closed: dict[str, float] = field(default_factory=dict)
    """Until when which kind of call is not to be made; ``""`` is all of them."""
    window: Window | None = None
    """GitLab's limit for all calls, written down only when it gets short."""

    def lots(self, call: str) -> Iterator[tuple[str, Lot]]:
        """The lots of one kind of call."""
        return ((life, member.lots[call]) for life, member in self.members.items() if call in member.lots)


common_json: TypeAdapter[Common] = TypeAdapter(Common)


def divide(amount: int, wants: Mapping[str, int]) -> dict[str, int]:
    """Give each what it wants, and where that is too much, as equally as can be: who wants least gets it first."""
    left, given = max(amount, 0), {}
    for place, (who, want) in enumerate(sorted(wants.items(), key=lambda entry: (entry[1], entry[0]))):
        share = -(-left // (len(wants) - place))  # rounded up, or of a limit below their number nobody would get any
        given[who] = min(want, share)
        left -= given[who]
    return given
