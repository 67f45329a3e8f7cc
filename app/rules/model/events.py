"""What a rule listens for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from app.rules.model.base import Names, as_list
from app.rules.model.conditions import Condition
from app.rules.schedule import ScheduleText

Event = Literal[
    "issue opened",
    "issue closed",
    "issue reopened",
    "issue edited",
    "label added",
    "label removed",
    "stage entered",
    "stage left",
    "fact changed",
    "comment",
    "comment edited",
    "command",
    "emoji",
    "emoji taken back",
    "deal event",
    "timer",
    "schedule",
    "move refused",
    "move warned",
    "approval void",
]


Deal = Literal["stage_changed", "closed_won", "closed_lost", "legal_stamped"]
Deals = Annotated[list[Deal], BeforeValidator(as_list, json_schema_input_type=Deal | list[Deal])]
"""One happening of the deal or a list of them."""

Schedules = Annotated[
    list[ScheduleText], BeforeValidator(as_list, json_schema_input_type=ScheduleText | list[ScheduleText])
]
"""One time or a list of them."""


class When(Condition):
    """What happened, and what must be true of the item then."""

    event: Annotated[list[Event], BeforeValidator(as_list, json_schema_input_type=Event | list[Event])]
    """One event or several; with several, any of them."""
    label: Names | None = None
    """With *label added* and *label removed*: which (globs allowed, ``proposal::*``)."""
    unknown: bool | None = None
    """With *label added* and *label removed*: true: only a label that this file does not know; false: one it knows."""
    from_: Names | None = Field(default=None, alias="from")
    """With *stage entered* and the move events: the stage it was in."""
    to: Names | None = None
    """With *stage left* and the move events: the stage it went to (or was to go to)."""
    timer: Names | None = None
    """With *timer*: its name."""
    command: Names | None = None
    """With *command*: the words after the bot's name, ``approve`` or ``scope dispute``; more may follow them."""
    emoji: Names | None = None
    """With *emoji* and *emoji taken back*: which, without colons: ``thumbsup``."""
    approval: Names | None = None
    """With *approval void*: of which approval, as ``approvals`` names it."""
    text: Names | None = None
    """With *comment* and *comment edited*: what it says, quotes and code left out (globs: ``*moved to partner*``)."""
    deal: Deals | None = None
    """With *deal event*: what was told of the deal."""
    deal_stage: Names | None = None
    """With *deal event*: the opportunity's stage, in the sender's words (globs allowed: ``6*``)."""
    at: Schedules | None = None
    """With *schedule*: when, in the calendar's time zone: ``Mon 08:00``, ``every workday 08:00``."""
