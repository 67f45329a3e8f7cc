"""The notes that GitLab itself writes below an issue when something about it changes."""

from __future__ import annotations

from collections.abc import Sequence

from app.sandbox.state import Issue, Label, Note, User, World


def add_system_note(world: World, actor: User, issue: Issue, body: str) -> Note:
    """Put a system note; no webhook tells of it."""
    note = Note(
        id=world.next_id(),
        issue_id=issue.id,
        body=body,
        author_id=actor.id,
        created_at=world.now(),
        updated_at=world.now(),
        system=True,
    )
    world.notes[note.id] = note
    return note


def labels_changed(added: Sequence[Label], removed: Sequence[Label]) -> str:
    """``added ~1 ~2 labels and removed ~3 label``."""
    parts = [
        f"{verb} {' '.join(f'~{label.id}' for label in labels)} label{'s' if len(labels) > 1 else ''}"
        for verb, labels in (("added", added), ("removed", removed))
        if labels
    ]
    return " and ".join(parts)


def assignees_changed(added: Sequence[User], removed: Sequence[User]) -> str:
    """``assigned to @a and unassigned @b``."""
    parts = [
        f"{verb} {' '.join(f'@{user.username}' for user in users)}"
        for verb, users in (("assigned to", added), ("unassigned", removed))
        if users
    ]
    return " and ".join(parts)
