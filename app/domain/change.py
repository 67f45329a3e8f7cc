"""Change: what one delivery says happened, normalised. It says *look*; it is never proof of what is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.item import ItemKey, Person


class Kind(StrEnum):
    """What happened, in the words of the rule file's events."""

    OPENED = "opened"
    EDITED = "edited"
    """Any update that neither closed nor reopened; label moves are in ``added`` / ``removed``."""
    CLOSED = "closed"
    REOPENED = "reopened"
    COMMENTED = "commented"
    COMMENT_EDITED = "comment edited"
    EMOJI = "emoji"
    EMOJI_TAKEN_BACK = "emoji taken back"
    TIMER = "timer"
    """The bot's own: a reminder or an age limit came due."""
    SCHEDULE = "schedule"
    """The bot's own: a time of day came that a rule names; one change for each item."""
    DEAL = "deal event"
    """Another system told something of the deal behind the item."""
    REQUEST = "request"
    """The Services Calculator asks for scoping: there is no item yet, one is filed."""
    OTHER = "other"
    """Authentic, but nothing any rule can speak of: recorded and done."""


@dataclass(frozen=True, slots=True)
class Comment:
    """The comment that a COMMENTED change is about."""

    id: int
    body: str
    internal: bool = False
    discussion_id: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One delivery, normalised. Everything that GitLab may leave out is optional here.

    Parser rules: ``docs/webhooks.md``.
    """

    delivery_id: str
    """``webhook-id``, else ``Idempotency-Key``, else a hash of header event and body."""
    meaning: str
    """A hash of what it says (object, action, updated_at, diff): the same for a project's and a group's hook."""
    kind: Kind
    hook: str
    """The ``X-Gitlab-Event`` header, for example ``Issue Hook``."""
    item: ItemKey | None = None
    project_path: str = ""
    actor: Person | None = None
    at: datetime | None = None
    """``updated_at`` of the object, aware; None where the payload has none that can be read."""
    labels: tuple[str, ...] | None = None
    """Titles after the change; None is *unknown*, not *none*."""
    added: tuple[str, ...] = ()
    """Labels added, in payload order. On OPENED every label counts as added."""
    removed: tuple[str, ...] = ()
    edited: frozenset[str] = frozenset()
    """Other attributes that changed: title, description, assignees, confidential, milestone_id …"""
    confidential: bool | None = None
    item_type: str = ""
    title: str = ""
    description: str | None = None
    comment: Comment | None = None
    emoji: str = ""
    timer: str = ""
    """Name of the timer that came due (kind TIMER)."""
    schedule: str = ""
    """The time that came, as the rule file's ``at`` says it (kind SCHEDULE)."""
    deal: str = ""
    """What was told of the deal (kind DEAL): ``closed_won`` and the like."""
    echo_of: str = ""
    """``X-Gitlab-Event-UUID``: shared along a chain that the bot's own write may have started."""
    marked: bool = False
    """``echo_of`` is a mark of the bot's own: one of its writes caused this, or somebody passed its mark on."""
    filed_by: int | None = None
    """Id of the item's author, on OPENED. Whoever has a hook tested is told as the actor of somebody else's opening."""
    remark: str = ""
    """Why a delivery became OTHER, for the person who reads the log."""
    extra: dict[str, str] = field(default_factory=dict)
