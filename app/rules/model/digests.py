"""Digests: one look over the whole board at a time of day, told to a channel."""

from __future__ import annotations

from pydantic import Field, model_validator

from app.domain.decision import Mode
from app.rules.model.base import Block, Names
from app.rules.model.events import Schedules

ASSIGNEE = "assignee"
"""In ``lacking``: nobody is assigned."""


class Digest(Block):
    """What a channel hears of the whole board when the time comes, in one message."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Lower case, digits and dashes; unique."""
    why: str
    """One sentence for the person who asks why the channel gets this."""
    at: Schedules
    """When, in the calendar's time zone: ``Mon 08:00``, ``every workday 08:30``."""
    channel: str
    """One of ``channels``. Private issues are only counted there; the private channel hears of them by reference."""
    project: str | None = None
    """Whose issues: a short name of ``projects``. Default: ``defaults.project``."""
    template: str = "board"
    """A file of templates/digest/, without .md."""
    lacking: Names = Field(default=[])
    """Open issues that lack one of these: ``assignee``, or labels; globs allowed: ``Segment::*``."""
    stages: bool = False
    """How many open cards stand in each stage, and since when the oldest does."""
    waiting_for: Names = Field(default=[])
    """Labels and stages that somebody's answer is waited for in; the cards in each are listed."""
    win_rate: bool = False
    """won / (won + lost) of this fiscal quarter, by the ``close_qtr::`` labels."""
    mode: Mode | None = None
    """off | shadow (makes it, posts nothing) | live. In announce it posts nothing either: a channel is no comment."""
    row: list[int] | int | None = None
    """Rows of the automation table that this digest performs."""

    @model_validator(mode="after")
    def _something(self) -> Digest:
        if not (self.lacking or self.stages or self.waiting_for or self.win_rate):
            raise ValueError("say what it tells: lacking, stages, waiting_for or win_rate")
        return self
