"""How often a rule may do something for one item: ``once per item``, ``once per stage``, ``1 in 24 hours``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from app.rules.duration import Length, parse_length

MOST_TIMES = 100
"""Each time is remembered with the item, so there is an end to it."""

SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
LONGEST_THROTTLE_S = 86_400

_IN = re.compile(r"\s*(\d{1,3})\s+in\s+(.+)", re.IGNORECASE)
_EXAMPLES = "write for example 'once per item', 'once per stage' or '1 in 24 hours'"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in the item's life, in one stay in a stage, or in a length of time."""

    times: int
    per: Literal["item", "stage"] | Length

    def __str__(self) -> str:
        return f"{self.times} in {self.per}" if isinstance(self.per, Length) else f"once per {self.per}"


def parse_limit(value: object) -> Limit:
    """Read ``1 in 24 hours``. Raises ValueError with examples of what to write."""
    if isinstance(value, Limit):
        return value
    words = " ".join(value.casefold().split()) if isinstance(value, str) else ""
    if words == "once per item":
        return Limit(1, "item")
    if words == "once per stage":
        return Limit(1, "stage")
    found = _IN.fullmatch(words)
    if not found:
        raise ValueError(f"{value!r} does not say how often; {_EXAMPLES}")
    times = int(found[1])
    if not 1 <= times <= MOST_TIMES:
        raise ValueError(f"{value!r}: the number is between 1 and {MOST_TIMES}; {_EXAMPLES}")
    length = parse_length(found[2])
    if not length.amount:
        raise ValueError(f"{value!r} names no time; {_EXAMPLES}")
    return Limit(times, length)


AsOftenAs = Annotated[
    Limit,
    BeforeValidator(parse_limit),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "examples": ["once per item", "once per stage", "1 in 24 hours"]}),
]
"""A limit in a model."""


def parse_throttle(value: object) -> Limit:
    """Read ``20 in 10 minutes``. Raises ValueError with an example of what to write."""
    if isinstance(value, Limit):
        return value
    example = "write for example '20 in 10 minutes'"
    found = _IN.fullmatch(" ".join(value.casefold().split())) if isinstance(value, str) else None
    if not found or not 1 <= int(found[1]) <= MOST_TIMES:
        raise ValueError(f"{value!r} does not say how many messages in which time; {example}")
    length = parse_length(found[2])
    if length.amount == 0 or length.unit not in SECONDS or length.amount * SECONDS[length.unit] > LONGEST_THROTTLE_S:
        raise ValueError(f"{value!r}: the time is counted in minutes or hours, a day at most; {example}")
    return Limit(int(found[1]), length)


Throttle = Annotated[
    Limit,
    BeforeValidator(parse_throttle),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "examples": ["20 in 10 minutes"]}),
]
"""So many messages in a time that no calendar is needed for."""
