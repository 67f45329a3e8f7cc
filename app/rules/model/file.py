"""The whole of a rule file, and the version of the language in which it is written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from app.rules.model.base import Block, Names
from app.rules.model.board import Board
from app.rules.model.definitions import (
    Calendar,
    Channel,
    Defaults,
    FactDef,
    LabelDef,
    LabelOrApproval,
    People,
    Private,
)
from app.rules.model.digests import Digest
from app.rules.model.rules import Route, Rule, Test

VERSION = 1
"""The version of the rule language that this program reads. What a new one changes: docs/rules-language.md."""


def _this_version(value: object) -> object:
    """Say what to do about a version that this program does not read."""
    if isinstance(value, bool) or value == VERSION:
        return value
    if isinstance(value, int) and value > VERSION:
        raise ValueError(
            f"this file is written in version {value} of the rule language, and this sowbot reads version {VERSION}: "
            f"start a newer sowbot, or write the file in version {VERSION} (see docs/rules-language.md)"
        )
    raise ValueError(f"there is no version {value!r} of the rule language; write 'version: {VERSION}'")


class RuleFile(Block):
    """The whole of ``label_rules.yaml``."""

    version: Annotated[Literal[1], BeforeValidator(_this_version)]
    """The version of the rule language. Always 1 for now."""
    include: Names = Field(default=[])
    """More files with rules, labels and so on, by their paths beside this file."""
    defaults: Defaults = Defaults()
    """What holds for rules that do not say otherwise."""
    projects: dict[str, str | int] = Field(default={})
    """Short names for projects and groups: a path or a numeric id."""
    people: dict[str, People] = Field(default={})
    """Lists of people by name: a GitLab group, usernames, or both."""
    channels: dict[str, Channel] = Field(default={})
    """Channels besides GitLab by name: Slack and others. Their addresses are secrets and stay out of the file."""
    calendar: Calendar = Calendar()
    """When people work: time zone, working days and hours, holidays."""
    labels: dict[str, LabelDef] = Field(default={})
    """Every label that the bot sets or looks at, besides the stages."""
    facts: dict[str, FactDef] = Field(default={})
    """What the bot reads out of the issue's text, by name."""
    approvals: list[LabelOrApproval] = Field(default=[])
    """Labels that mean an approval, stages among them. People set them; no action ever does. (Putting a card back into
    the approved stage that an illegal move took it from is allowed: that approval was a person's.) A label alone, or
    a block with ``label`` and what is approved with it."""
    private: Private = Private()
    """Which issues are never named in an open channel."""
    board: Board
    """The board: its columns and the moves between them."""
    routes: dict[str, list[Route]] = Field(default={})
    """Routing tables by name: rows tried from the top, see the assign action."""
    rules: list[Rule]
    """When something happens, do something, because."""
    digests: list[Digest] = Field(default=[])
    """At this time, tell this channel of the whole board, because."""
    tests: list[Test] = Field(default=[])
    """Examples that must come out right whenever the file is checked or loaded."""
