"""How changes, decisions, memories and steps are written in rows: JSON by pydantic, so that rows can be read."""

from __future__ import annotations

from typing import TypeVar

from pydantic import TypeAdapter

from app.domain.change import Change
from app.domain.decision import Decision, Step
from app.domain.item import Memory
from app.rules.trying.seen import Seen

T = TypeVar("T")

change_json: TypeAdapter[Change] = TypeAdapter(Change)
decision_json: TypeAdapter[Decision] = TypeAdapter(Decision)
memory_json: TypeAdapter[Memory] = TypeAdapter(Memory)
step_json: TypeAdapter[Step] = TypeAdapter(Step)
seen_json: TypeAdapter[Seen] = TypeAdapter(Seen)


def dump(adapter: TypeAdapter[T], value: T) -> str:
    """The JSON text of a record."""
    # The adapter's own method asks for twenty options first: half of the time for a change.
    return adapter.serializer.to_json(value).decode()


def dump_seen(seen: Seen) -> str:
    """The JSON text without what is as usual: there is one for each decision."""
    return seen_json.dump_json(seen, exclude_defaults=True).decode()
