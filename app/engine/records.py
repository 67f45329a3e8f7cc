"""How changes, decisions, memories and steps are written in rows: JSON by pydantic, so that rows can be read."""

from __future__ import annotations

from typing import TypeVar

from pydantic import TypeAdapter

from app.domain.change import Change
from app.domain.decision import Decision, Step
from app.domain.item import Memory

T = TypeVar("T")

change_json: TypeAdapter[Change] = TypeAdapter(Change)
decision_json: TypeAdapter[Decision] = TypeAdapter(Decision)
memory_json: TypeAdapter[Memory] = TypeAdapter(Memory)
step_json: TypeAdapter[Step] = TypeAdapter(Step)


def dump(adapter: TypeAdapter[T], value: T) -> str:
    """The JSON text of a record."""
    return adapter.dump_json(value).decode()
