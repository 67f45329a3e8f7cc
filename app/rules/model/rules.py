"""Rules, routing tables and the tests beside them."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app.domain.decision import Mode
from app.rules.limit import AsOftenAs
from app.rules.model.base import Block, Names
from app.rules.model.conditions import Condition
from app.rules.model.events import When


class RouteWhen(Block):
    """What an issue must look like for a row of a routing table. All keys that are written must hold."""

    label: Names | None = None
    """One of these labels is on it; globs allowed: ``Segment::*_EMEA``."""
    filer: Names | None = None
    """One of these users filed it, without @."""
    fact: dict[str, Names] = Field(default={})
    """These facts have one of these values, compared without case; globs allowed: ``territory: [EMEA*]``."""


class Route(Block):
    """A row of a routing table: the first whose ``when`` holds decides. A row without ``when`` fits every issue."""

    when: RouteWhen | None = None
    """For which issues; left out: for all."""
    assign: Names = Field(default=[])
    """Users to assign, without @."""
    add_labels: Names = Field(default=[])
    """Labels to add as well."""


class Rule(Block):
    """When something happens and something holds, do something, because."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Lower case, digits and dashes; unique. Notes name it."""
    why: str
    """One sentence for the person who asks why the bot did this."""
    when: When
    """What happened, and what must be true of the issue then."""
    unless: Condition | None = None
    """The rule stays silent when this holds."""
    do: list[dict[str, Any]]
    """Actions in order, each a block of one key: the action's name, and its settings below it."""
    mode: Mode | None = None
    """off | shadow (decides, writes nothing) | announce (comments only) | live. Default: ``defaults.mode``."""
    also_own_changes: bool = False
    """React to what the bot itself did, too. Off: the bot's own changes start nothing."""
    priority: int = 0
    """Rules with a higher number are tried, and act, first. Among equals the order in the file counts."""
    stop_after: bool = False
    """Once this rule matched, none of the rules after it is tried for the same event."""
    as_often_as: AsOftenAs | None = None
    """For one item: ``once per item``, ``once per stage`` (per stay in it), ``1 in 24 hours``. Unset: every time."""
    repeat_after_undo: bool = False
    """true: what a person took back is done again when the rule matches again. Off: never again on that issue. For
    rules whose labels people take off as their answer."""
    row: list[int] | int | None = None
    """Rows of the automation table that this rule performs."""


class Test(Block):
    """An example that must come out right whenever the file is checked or loaded."""

    name: str
    """What it shows, in words."""
    given: dict[str, Any]
    """The issue before: its stage, labels, description …"""
    when: dict[str, Any]
    """What happens: a move, a label, a comment …"""
    then: dict[str, Any]
    """What must have come of it: the stage, labels, words of a comment …"""
