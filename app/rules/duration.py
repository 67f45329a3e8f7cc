"""Lengths of time as admins write them: 24 hours, 2 business days, 72 business hours, 2 months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

Unit = Literal["minute", "hour", "day", "week", "month", "business hour", "business day"]

_PATTERN = re.compile(r"^\s*(\d{1,4})\s+(minute|hour|day|week|month|business hour|business day)s?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Length:
    """An amount and a unit. What it comes to depends on the calendar: see ``calendar.py``."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}{'' if self.amount == 1 else 's'}"


def parse_length(value: object) -> Length:
    """Read ``2 business days``. Raises ValueError with an example of what to write."""
    if isinstance(value, Length):
        return value
    found = _PATTERN.match(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"{value!r} is not a length of time; write for example '24 hours' or '2 business days'")
    return Length(int(found[1]), found[2].lower())  # type: ignore[arg-type]  # the pattern allows only units


Duration = Annotated[
    Length,
    BeforeValidator(parse_length),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": _PATTERN.pattern, "examples": ["24 hours", "2 business days"]}),
]
"""A length of time in a model."""
