"""The rule file as data: every key an admin may write, what it means, and nothing else.

The JSON Schema for editors is made from these models, so docstrings here are what an admin reads on hover.
Loading with positions and cross-checks is in ``loading/``; meaning is in ``deciding/``.
"""

from __future__ import annotations

from app.rules.model.base import Block, Names
from app.rules.model.board import ROLES, Board, Move, Need, Otherwise, Remind, Stage
from app.rules.model.conditions import AgeTest, CommentedTest, Condition, FactsTest, FactTest, LabelsTest, SpanTest
from app.rules.model.definitions import (
    ApprovalDef,
    Calendar,
    Channel,
    Defaults,
    FactDef,
    LabelDef,
    People,
    Private,
)
from app.rules.model.digests import Digest
from app.rules.model.events import Deal, Event, When
from app.rules.model.file import VERSION, RuleFile
from app.rules.model.rules import Route, RouteWhen, Rule, Test

__all__ = [
    "ROLES",
    "VERSION",
    "AgeTest",
    "ApprovalDef",
    "Block",
    "Board",
    "Calendar",
    "Channel",
    "CommentedTest",
    "Condition",
    "Deal",
    "Defaults",
    "Digest",
    "Event",
    "FactDef",
    "FactTest",
    "FactsTest",
    "LabelDef",
    "LabelsTest",
    "Move",
    "Names",
    "Need",
    "Otherwise",
    "People",
    "Private",
    "Remind",
    "Route",
    "RouteWhen",
    "Rule",
    "RuleFile",
    "SpanTest",
    "Stage",
    "Test",
    "When",
]
