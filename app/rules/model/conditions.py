"""What must be true of an item: the same words in ``when``, ``unless``, ``if`` and a reminder's ``unless``."""

from __future__ import annotations

from typing import Literal

from pydantic import AliasChoices, Field, model_validator

from app.rules.duration import Duration
from app.rules.model.base import Block, Names


class FactTest(Block):
    """A test of one fact's value."""

    name: str
    """Which: one of ``facts``. Without over, under or is, it suffices that it is known."""
    over: float | None = None
    """Strictly more than this."""
    under: float | None = None
    """Strictly less than this."""
    equals: str | float | None = Field(default=None, validation_alias=AliasChoices("equals", "is"))
    """The same as this, compared without case."""


class FactsTest(Block):
    """Which facts are there."""

    present: Names = Field(default=[])
    """All of these are known (a table: it was found)."""
    missing: Names = Field(default=[])
    """All of these are unknown."""
    unreadable: Names = Field(default=[])
    """One of these is stated in a way that nobody understands."""
    complete: Names = Field(default=[])
    """All rows of these tables are answered."""
    incomplete: Names = Field(default=[])
    """These tables have unanswered rows."""
    changed: Names = Field(default=[])
    """One of these was changed by what just happened."""


class LabelsTest(Block):
    """Which labels the item carries now."""

    all: Names = Field(default=[])
    """It carries all of these."""
    any: Names = Field(default=[])
    """It carries at least one of these."""
    none: Names = Field(default=[])
    """It carries none of these. ``TA::*`` means every label of that scope."""


class SpanTest(Block):
    """How long something has lasted, counted in the calendar."""

    over: Duration | None = None
    """Longer than this: 2 business days."""
    under: Duration | None = None
    """Not yet so long."""

    @model_validator(mode="after")
    def _some_length(self) -> SpanTest:
        if self.over is None and self.under is None:
            raise ValueError("say how long: over: 2 business days, or under: …")
        return self


class AgeTest(Block):
    """How old something about the item is."""

    in_stage: SpanTest
    """How long it has been in the stage where it is."""


class CommentedTest(Block):
    """Who has commented."""

    by: Names
    """Somebody of these people lists; ``assignee``: whoever is assigned now. The bot's own comments never count."""
    since: Literal["opened", "stage entered"] = "opened"
    """opened: at any time. stage entered: since the issue came into its stage."""


class Condition(Block):
    """What must be true of the item. All keys that are written must hold."""

    labels: LabelsTest | None = None
    """Which labels the issue carries: ``{all: […], any: […], none: […]}``."""
    stage: Names | None = None
    """The item is in one of these stages."""
    fact: FactTest | None = None
    """What one fact says: ``{name: estimate_total, over: 50000}``."""
    facts: FactsTest | None = None
    """Which facts are known: ``{present: […], missing: […]}``; which tables have no open rows: ``{complete: […]}``."""
    author: Names | None = None
    """The issue's author is in one of these people lists."""
    actor: Names | None = None
    """Whoever did it is in one of these people lists; or is the issue's ``author``, an ``assignee``, or one of those
    whom a fact names (``account_team``)."""
    assignee: Names | Literal["nobody"] | None = None
    """An assignee is in one of these people lists; ``nobody``: no assignee."""
    confidential: bool | None = None
    """true: only if the issue is confidential. false: only if it is not."""
    on_board: bool | None = None
    """true: only if the issue carries the board's label. false: only if it does not; schedules then look there, too."""
    item_type: Names | None = None
    """GitLab's type of the item: Issue, Incident, Task …"""
    title: Names | None = None
    """Glob patterns, compared without case: ``* - Scope Issue and Write SOW``."""
    project: Names | None = None
    """Short names of ``projects``."""
    age: AgeTest | None = None
    """How long it has been in its stage: ``{in_stage: {over: 2 business days}}``."""
    idle: SpanTest | None = None
    """How long no person has done anything to it: ``{over: 45 days}``."""
    commented: CommentedTest | None = None
    """Somebody has commented: ``{by: engagement_managers, since: stage entered}``."""
    any_of: list[Condition] | None = None
    """At least one of these conditions holds. Three deep at most."""
    all_of: list[Condition] | None = None
    """All of these conditions hold. Three deep at most."""
    not_: Condition | None = Field(default=None, alias="not")
    """This condition does not hold."""
