"""The board: its columns, the moves between them, and the reminders in them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from app.rules.duration import Duration
from app.rules.model.base import Block, Names
from app.rules.model.conditions import Condition


class Need(Block):
    """Something a move needs. Write a fact's name, or one of these."""

    fact: str | None = None
    """This fact is known; for a table: it is complete."""
    label: Names | None = None
    """One of these labels is on the item."""
    without_label: str | None = None
    """This label is not on the item."""
    any_of: list[Need] | None = None
    """One of these suffices."""
    if_: Condition | None = Field(default=None, alias="if")
    """The need holds only under this condition."""
    because: str = ""
    """The reason, for the person whose card is put back."""

    @model_validator(mode="before")
    @classmethod
    def _bare_fact(cls, value: Any) -> Any:
        return {"fact": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_kind(self) -> Need:
        kinds = [n for n in ("fact", "label", "without_label", "any_of") if getattr(self, n) is not None]
        if len(kinds) != 1:
            raise ValueError("a need names exactly one of: fact, label, without_label, any_of")
        return self


Otherwise = Literal["allow", "warn", "restore"]


class Move(Block):
    """A way from stage to stage. A move that is not listed is illegal."""

    from_: Names = Field(alias="from")
    """The stage or stages that the card leaves; ``any`` means every stage."""
    to: Names
    """The stage or stages that it may go to."""
    needs: list[Need] = Field(default=[])
    """What must be there before: facts, labels. Each may have its own reason."""
    by: Names | None = None
    """Only people of these lists may make this move."""
    otherwise: Otherwise = "warn"
    """What the bot does when a need or ``by`` fails: allow | warn (say so) | restore (put the card back and say so)."""
    warn: str = ""
    """The move is legal, but the bot says this."""
    because: str = ""
    """The reason behind ``by`` or the needs."""


ROLES = ("assignee", "author", "account_team")
"""Who may be reminded besides people lists. The account team is who the facts of that name, else ``requested_by``,
say; an item where they say nobody, or without assignees, is its author's."""


class Remind(Block):
    """A reminder while the item stays in a stage."""

    after: Duration
    """24 hours, 2 business days, 72 business hours, 2 months."""
    who: str = "assignee"
    """assignee, author, account_team, or one of ``people``."""
    then: Duration | None = None
    """A second reminder, counted from the same start."""
    then_who: str | None = None
    """Who hears of the second one; default: the same."""
    unless: Condition | None = None
    """No reminder when this holds at the time."""
    says: str = ""
    """What to do, in the reminder's words."""
    row: list[int] | int | None = None
    """Rows of the automation table that this reminder performs."""


class Stage(Block):
    """A column of the board."""

    stage: str
    """The label, or ``Open`` for items without one."""
    means: str = ""
    """What it says about a deal that its card is here, in a sentence."""
    who_acts: str = ""
    """Who has the next move, in words: *the engagement manager*."""
    leave_when: str = ""
    """What must have happened before the card moves on."""
    checklist: list[str] = Field(default=[])
    """What the stage note lists as still to do."""
    limit: str = ""
    """The time limit, in words."""
    also_written: list[str] = Field(default=[])
    """Old or misspelt forms of the label: read as this stage."""
    remind: list[Remind] | Remind | None = None
    """Who hears of it when a card stays too long."""
    pauses_reminders: bool = False
    """While a card is here its reminders stand still; they go on with the working time that they had left."""
    ends: Literal["won", "lost"] | None = None
    """The deal is over here. Exactly one stage is the won one."""
    color: str = "#6699cc"
    """Hex colour of the label."""


class Board(Block):
    """The board: which issues, which columns, which moves."""

    title: str
    """The board's name in GitLab."""
    only: str
    """The label that puts an issue on the board."""
    scope: str = "proposal"
    """The part of the stage labels before ``::``."""
    stages: list[Stage]
    """The columns, from left to right."""
    moves: list[Move]
    """The ways from stage to stage."""
    unlisted: Otherwise = "restore"
    """What happens on a move that no line of ``moves`` allows."""
