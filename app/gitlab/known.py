"""Known: what GitLab said that changes seldom, kept for every door to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.item import ItemKey, Person
from app.gitlab.answers import GroupAnswer, ProjectAnswer, UserAnswer
from app.gitlab.memory import Kept
from app.gitlab.views import LabelView

SELDOM_S = 300.0
"""Labels, members, projects, groups."""

PAGE = 100
"""Entries that GitLab gives at once, at the most."""


@dataclass(frozen=True)
class Known:
    """What changes seldom, shared by every door to the same GitLab."""

    me: Kept[str, Person] = field(default_factory=lambda: Kept(float("inf")))
    labels: Kept[str | int, frozenset[str]] = field(default_factory=lambda: Kept(SELDOM_S))
    group_labels: Kept[str, tuple[LabelView, ...]] = field(default_factory=lambda: Kept(SELDOM_S))
    projects: Kept[str | int, ProjectAnswer] = field(default_factory=lambda: Kept(SELDOM_S))
    groups: Kept[str, GroupAnswer] = field(default_factory=lambda: Kept(SELDOM_S))
    members: Kept[str, frozenset[str]] = field(default_factory=lambda: Kept(SELDOM_S))
    users: Kept[str, UserAnswer | None] = field(default_factory=lambda: Kept(SELDOM_S))
    addresses: Kept[ItemKey, str] = field(default_factory=lambda: Kept(SELDOM_S))
    epic_types: Kept[str, str | None] = field(default_factory=lambda: Kept(SELDOM_S))
