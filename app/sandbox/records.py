"""The things that a GitLab holds, as plain mutable records. Ids point from one to another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal


@dataclass
class User:
    """An account. ``bot`` marks access tokens' own users."""

    id: int
    username: str
    name: str
    email: str
    admin: bool = False
    bot: bool = False
    state: str = "active"
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Token:
    """An access token: whoever sends it acts as ``user_id``."""

    value: str
    user_id: int
    name: str
    scopes: tuple[str, ...] = ("api",)
    expires_at: str | None = None
    """ISO date; the token is dead from the start of that day."""
    revoked: bool = False
    id: int = 0
    group_id: int | None = None
    """Set for a group access token, as ``project_id`` is for a project's; neither: a personal one."""
    project_id: int | None = None
    access_level: int | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Group:
    """A group or subgroup."""

    id: int
    name: str
    path: str
    parent_id: int | None
    full_path: str
    visibility: str = "private"
    description: str = ""
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Project:
    """A project in a group."""

    id: int
    name: str
    path: str
    group_id: int
    full_path: str
    visibility: str = "private"
    description: str | None = None
    archived: bool = False
    creator_id: int | None = None
    default_branch: str = "main"
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    last_activity_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    files: dict[str, str] = field(default_factory=dict)
    """Files of the default branch by path."""


@dataclass
class Member:
    """Somebody's access level in a group or a project (10 guest, 15 planner, 20 reporter, 30 developer, 40, 50)."""

    user_id: int
    access_level: int
    group_id: int | None = None
    project_id: int | None = None
    expires_at: str | None = None


@dataclass
class Label:
    """A label of a project or of a group."""

    id: int
    title: str
    color: str
    description: str | None = None
    project_id: int | None = None
    group_id: int | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Milestone:
    """A milestone of a project or of a group."""

    id: int
    iid: int
    project_id: int | None
    title: str
    group_id: int | None = None
    description: str = ""
    state: str = "active"
    due_date: str | None = None
    start_date: str | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Cadence:
    """A cadence of iterations of a group, whose iterations GitLab makes by itself."""

    id: int
    group_id: int
    title: str
    weeks: int
    start_date: date
    ahead: int
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Iteration:
    """A time box of a cadence. It has no title: people name it by its dates."""

    id: int
    iid: int
    cadence_id: int
    start_date: date
    due_date: date
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Issue:
    """An issue of a project, or (``project_id`` None) an epic of ``group_id``: both are work items."""

    id: int
    iid: int
    project_id: int | None
    title: str
    description: str | None
    author_id: int
    created_at: datetime
    updated_at: datetime
    group_id: int | None = None
    item_type: str = "Issue"
    state: Literal["opened", "closed"] = "opened"
    confidential: bool = False
    label_ids: list[int] = field(default_factory=list)
    assignee_ids: list[int] = field(default_factory=list)
    milestone_id: int | None = None
    iteration_id: int | None = None
    parent_id: int | None = None
    """Global id of the parent work item (the epic)."""
    closed_at: datetime | None = None
    closed_by_id: int | None = None
    updated_by_id: int | None = None
    last_edited_at: datetime | None = None
    last_edited_by_id: int | None = None
    due_date: str | None = None
    start_date: str | None = None
    weight: int | None = None
    discussion_locked: bool | None = None
    moved_to_id: int | None = None
    health_status: str | None = None


@dataclass
class Note:
    """A comment, or a system note."""

    id: int
    issue_id: int
    body: str
    author_id: int
    created_at: datetime
    updated_at: datetime
    system: bool = False
    internal: bool = False
    discussion_id: str = ""


@dataclass
class Award:
    """An emoji on an issue or a note."""

    id: int
    name: str
    user_id: int
    issue_id: int
    note_id: int | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Link:
    """A link between two issues."""

    id: int
    source_id: int
    target_id: int
    link_type: str = "relates_to"
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class LabelEvent:
    """Who put or took a label, and when (``resource_label_events``)."""

    id: int
    issue_id: int
    user_id: int
    label_id: int
    action: Literal["add", "remove"]
    created_at: datetime


@dataclass
class BoardList:
    """A column of a board."""

    id: int
    label_id: int
    position: int


@dataclass
class Board:
    """An issue board of a project or a group."""

    id: int
    name: str
    project_id: int | None = None
    group_id: int | None = None
    label_ids: list[int] = field(default_factory=list)
    """The board's filter."""
    hide_backlog_list: bool = False
    hide_closed_list: bool = False
    lists: list[BoardList] = field(default_factory=list)


@dataclass
class Mention:
    """That somebody was @-mentioned, as GitLab would have mailed them."""

    username: str
    issue_id: int
    note_id: int | None
    by_id: int
    created_at: datetime
