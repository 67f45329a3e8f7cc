"""What somebody asks to be changed about an issue, gathered from a request and from quick actions before it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.sandbox.state import Issue

PLAIN = frozenset(
    {
        "title", "description", "confidential", "milestone_id", "iteration_id", "due_date", "start_date", "weight",
        "discussion_locked", "health_status", "item_type",
    }
)  # fmt: skip
"""Attributes that are set as they are."""

FOR_AUTHORS = frozenset({"title", "description", "item_type"})
"""What author and assignees may change without further rights; all else is metadata, dropped silently."""


@dataclass
class Edit:
    """Wishes; what is not named stays."""

    fields: dict[str, Any] = field(default_factory=dict)
    labels: list[str] | None = None
    """The whole set of titles, replacing the present one."""
    add_labels: list[str] = field(default_factory=list)
    remove_labels: list[str] = field(default_factory=list)
    relabelled: bool = False
    """True: label parameters were sent, even if they are empty."""
    assignee_ids: list[int] | None = None
    state_event: str | None = None
    """``close`` or ``reopen``."""
    parent_id: int | None = None
    parent_sent: bool = False
    after: list[Callable[[Issue], object]] = field(default_factory=list)
    """Acts that need the saved issue: links, emoji."""

    def is_empty(self) -> bool:
        """Whether nothing but a state change is asked for."""
        labels = self.relabelled or self.labels is not None or self.add_labels or self.remove_labels
        return not (self.fields or labels or self.assignee_ids is not None or self.parent_sent)

    def without_metadata(self) -> Edit:
        """What is left of it for somebody who may not set metadata."""
        kept = {name: value for name, value in self.fields.items() if name in FOR_AUTHORS}
        return Edit(fields=kept, state_event=self.state_event)
