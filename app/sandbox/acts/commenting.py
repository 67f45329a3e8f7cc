"""Writing and editing comments: their quick actions are done, their mentions recorded, and both are told of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1
from typing import Any

from app.sandbox.acts.mentions import record_mentions
from app.sandbox.acts.updating import home_of, update_issue
from app.sandbox.quick_actions.run import run_quick_actions
from app.sandbox.state import Happening, Issue, Note, User, World


@dataclass(frozen=True)
class Written:
    """What came of a comment: a note, or only the quick actions in it."""

    note: Note | None
    summary: list[str] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)


def write_note(
    world: World,
    actor: User,
    issue: Issue,
    body: str,
    *,
    internal: bool = False,
    created_at: datetime | None = None,
    event_uuid: str | None = None,
) -> Written:
    """Comment on an issue. A body of nothing but quick actions leaves no note."""
    done = run_quick_actions(world, actor, home_of(world, issue), body, issue=issue)
    text = done.text if done.found else body
    note = None
    if text.strip():
        note = _record(world, actor, issue, text, internal=internal, at=created_at or world.now())
        record_mentions(world, text=text, before="", issue=issue, note=note, by=actor)
        world.announce(
            Happening(kind="note", action="create", actor=actor, issue=issue, note=note, event_uuid=event_uuid)
        )
    if done.summary:
        update_issue(world, actor, issue, done.edit, event_uuid=event_uuid)
    return Written(note=note, summary=done.summary, changes=done.changes)


def edit_note(world: World, actor: User, note: Note, body: str, *, event_uuid: str | None = None) -> None:
    """Change a comment's text; GitLab tells of it only if it differs, and does its quick actions again."""
    issue = world.issues[note.issue_id]
    done = run_quick_actions(world, actor, home_of(world, issue), body, issue=issue)
    text = done.text if done.found else body
    if text != note.body:
        before, note.body, note.updated_at = note.body, text, world.now()
        record_mentions(world, text=text, before=before, issue=issue, note=note, by=actor)
        world.announce(
            Happening(kind="note", action="update", actor=actor, issue=issue, note=note, event_uuid=event_uuid)
        )
    if done.summary:
        update_issue(world, actor, issue, done.edit, event_uuid=event_uuid)


def _record(world: World, actor: User, issue: Issue, text: str, *, internal: bool, at: datetime) -> Note:
    note_id = world.next_id()
    note = Note(
        id=note_id,
        issue_id=issue.id,
        body=text,
        author_id=actor.id,
        created_at=at,
        updated_at=at,
        internal=internal,
        discussion_id=sha1(f"discussion {note_id}".encode(), usedforsecurity=False).hexdigest(),
    )
    world.notes[note.id] = note
    issue.updated_at = max(issue.updated_at, at)  # a comment touches its issue, without an event
    return note
