"""Writes down each label put on or taken off an issue: the label events, and the system note."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.sandbox.acts.system_notes import add_system_note, labels_changed
from app.sandbox.state import Issue, Label, LabelEvent, User, World


def log_labels(world: World, actor: User, issue: Issue, *, before: Sequence[Label], after: Sequence[Label]) -> None:
    """Record the difference between two sets of labels."""
    had, has = {label.id for label in before}, {label.id for label in after}
    added = [label for label in after if label.id not in had]
    removed = [label for label in before if label.id not in has]
    at = world.now()  # GitLab gives all label events of one update one time
    for label in added:
        _add_event(world, actor, issue, label, at, adds=True)
    for label in removed:
        _add_event(world, actor, issue, label, at, adds=False)
    if added or removed:
        add_system_note(world, actor, issue, labels_changed(added, removed))


def _add_event(world: World, actor: User, issue: Issue, label: Label, at: datetime, *, adds: bool) -> None:
    event = LabelEvent(
        id=world.next_id(),
        issue_id=issue.id,
        user_id=actor.id,
        label_id=label.id,
        action="add" if adds else "remove",
        created_at=at,
    )
    world.label_events[event.id] = event
