"""What the sandbox GitLab holds: plain mutable records, and one container of them.

No rule of GitLab's is here (who may what, scoped labels, quick actions): those are in the modules that change it. Every
change of an issue, note or emoji is announced through :attr:`World.listeners`, from which the webhooks are made.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal


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


@dataclass(frozen=True)
class Happening:
    """Something that GitLab tells its webhooks: issue (open, update, close, reopen), note (create, update), emoji
    (award, revoke). ``changes``: attribute → (previous, current); ``labels`` and ``assignees`` are lists of ids, times
    are datetimes, and a state is told as GitLab does, as ``state_id`` (1 opened, 2 closed)."""

    kind: Literal["issue", "note", "emoji"]
    action: str
    actor: User
    issue: Issue
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    note: Note | None = None
    award: Award | None = None
    event_uuid: str | None = None
    """The ``X-Gitlab-Event-UUID`` that the request causing this carried (recursion detection)."""


@dataclass
class Limits:
    """How much one user may ask per minute; 0 switches a limit off."""

    api_per_minute: int = 7200
    """All requests. The only limit that is told in ``RateLimit-*`` headers."""
    issues_per_minute: int = 0
    """Issues created, per project and user (GitLab.com: 200)."""
    notes_per_minute: int = 0
    """Comments created, per user (GitLab.com: 60)."""


@dataclass
class World:
    """Everything, in memory. One lock guards it; hold it for the length of a request."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    base_url: str = "http://127.0.0.1:8929"
    scoped_labels: bool = True
    """Premium's exclusivity of ``scope::value`` labels; off: the Free tier."""
    epics: bool = True
    """Premium's epics; off: the Free tier."""
    users: dict[int, User] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    projects: dict[int, Project] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    labels: dict[int, Label] = field(default_factory=dict)
    milestones: dict[int, Milestone] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    notes: dict[int, Note] = field(default_factory=dict)
    awards: dict[int, Award] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    label_events: dict[int, LabelEvent] = field(default_factory=dict)
    boards: dict[int, Board] = field(default_factory=dict)
    mentions: list[Mention] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)
    usage: dict[tuple[str, str, int], int] = field(default_factory=dict)
    """Requests counted so far, by limit, by whom or what it counts, and by minute."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    listeners: list[Callable[[Happening], None]] = field(default_factory=list)
    """Called with the lock held, in order; they must not block: the webhooks only queue."""
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(101))
    _iids: Counter[tuple[str, int]] = field(default_factory=Counter)

    def next_id(self) -> int:
        """A new id, unique over all kinds: so that a mixed-up id is noticed."""
        return next(self._ids)

    def next_iid(self, kind: str, container_id: int) -> int:
        """The next number within a project or group; one that was deleted does not come again."""
        self._iids[kind, container_id] += 1
        return self._iids[kind, container_id]

    def now(self) -> datetime:
        """The sandbox's time, cut to the milliseconds that GitLab's API shows, so that what was read compares equal."""
        moment = self.clock()
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def announce(self, happening: Happening) -> None:
        """Tell the listeners."""
        for listener in self.listeners:
            listener(happening)
