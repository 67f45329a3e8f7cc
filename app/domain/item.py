"""Item and Snapshot: the issue concerned, and what GitLab says it is now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class ItemKey:
    """Names one issue (or work item) for ever: GitLab's project id and the issue's iid in it.

    The instance is not part of it: one bot process serves one GitLab.
    """

    project_id: int
    iid: int

    def __str__(self) -> str:
        return f"{self.project_id}#{self.iid}"

    @classmethod
    def parse(cls, text: str) -> ItemKey:
        """Read back what ``str()`` wrote. Raises ValueError on anything else."""
        project, _, iid = text.partition("#")
        return cls(int(project), int(iid))


@dataclass(frozen=True, slots=True)
class Person:
    """A GitLab user. ``id`` may be unknown (old payloads carry only the username)."""

    username: str
    id: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A comment on an item. System notes never become one."""

    id: int
    body: str
    author: Person
    created_at: datetime
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Firing:
    """When a rule with ``as_often_as`` last did something for an item."""

    times: tuple[datetime, ...]
    """Oldest first, as many as its limit looks at."""
    stage: str = ""
    """Where the item was the last time."""
    stage_since: datetime | None = None
    """Since when it was there; None where nobody had told."""


@dataclass(frozen=True, slots=True)
class Approval:
    """What somebody said of an approval, as it was recorded. The bot records; it never approves."""

    label: str
    """What it is about, as ``approvals`` names it: a label or a stage."""
    by: str
    """Username."""
    at: datetime
    how: str
    """``label``, ``move``, ``command`` or ``emoji``."""
    verdict: str = "approved"
    """``approved``, or ``changes`` where somebody wants changes first."""
    of: dict[str, object] = field(default_factory=dict)
    """What was approved: facts as they read then."""
    void: str = ""
    """Why it counts no more; empty while it counts."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A write of a rule that a person took back: that rule does not do it to this item again."""

    rule: str
    write: str
    """Action and settings, as ``write_of`` writes them: a rule that was changed since writes something else."""
    what: str
    """In words: *the label 'TA::Needs-Review'*."""
    by: str
    """Username."""
    at: datetime
    told: str = ""
    """The delivery that told of it."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the bot itself remembers of an item from earlier decisions; empty for an item never seen."""

    stage: str | None = None
    """The last stage the bot accepted (``Open`` included); a refused move does not change it."""
    stage_entered_at: datetime | None = None
    stage_before_hold: str | None = None
    """The stage that was left when a stage with ``pauses_reminders`` was entered."""
    facts: dict[str, object] = field(default_factory=dict)
    """The facts as the last decision saw them; ``fact changed`` compares with these."""
    internal_facts: tuple[str, ...] = ()
    """Those of them that only an internal note says so: no public note and no message repeats them."""
    refused: tuple[str, str] | None = None
    """(from, to) of the last move put back, until a legal move or another attempt clears it."""
    sensitive: bool = False
    """True once the item was seen with a label of ``private.labels``; removing the label does not clear it at once."""
    closed: bool = False
    """Whether the item was closed when it was last looked at."""
    active_at: datetime | None = None
    """When a person last did something to it that the bot looked at."""
    acted_at: datetime | None = None
    """When the bot last decided to write to it: an update soon after is the bot's own."""
    fired: dict[str, Firing] = field(default_factory=dict)
    """By rule, for rules with ``as_often_as`` only."""
    approvals: tuple[Approval, ...] = ()
    """What people said of approvals, oldest first; kept by the engine, as ``taken_back`` is."""
    taken_back: tuple[TakenBack, ...] = ()
    """What people took back of the bot's writes."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The item as GitLab has it now, read by the API. Never built from a payload."""

    key: ItemKey
    id: int
    project_path: str
    title: str
    description: str
    state: str
    """``opened`` or ``closed``."""
    labels: tuple[str, ...]
    author: Person
    assignees: tuple[Person, ...]
    web_url: str
    created_at: datetime
    updated_at: datetime
    confidential: bool = False
    item_type: str = "Issue"
    closed_at: datetime | None = None
    discussion_locked: bool = False
    notes: tuple[Note, ...] | None = None
    """Comments, oldest first; None means they were not read."""
    bot: Person | None = None
    """Who the bot is on this GitLab: its own notes are told from people's by this id."""
    memory: Memory = field(default_factory=Memory)
