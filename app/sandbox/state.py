"""What the sandbox GitLab holds: one container of records, and what is told of their changes.

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

from app.sandbox.records import (
    Award,
    Board,
    BoardList,
    Cadence,
    Group,
    Issue,
    Iteration,
    Label,
    LabelEvent,
    Link,
    Member,
    Mention,
    Milestone,
    Note,
    Project,
    Token,
    User,
)

__all__ = [
    "Award",
    "Board",
    "BoardList",
    "Cadence",
    "Group",
    "Happening",
    "Issue",
    "Iteration",
    "Label",
    "LabelEvent",
    "Limits",
    "Link",
    "Member",
    "Mention",
    "Milestone",
    "Note",
    "Project",
    "Token",
    "User",
    "World",
]


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
    iterations: bool = True
    """Premium's iterations; off: the Free tier."""
    iterations_at_once: bool = True
    """Automatic cadences get their iterations at once. Off: GitLab's background job has not run yet."""
    users: dict[int, User] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    projects: dict[int, Project] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    labels: dict[int, Label] = field(default_factory=dict)
    milestones: dict[int, Milestone] = field(default_factory=dict)
    cadences: dict[int, Cadence] = field(default_factory=dict)
    iterations_made: dict[int, Iteration] = field(default_factory=dict)
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
