"""Putting and taking emoji, on issues and on notes."""

from __future__ import annotations

from app.sandbox.state import Award, Happening, Issue, Note, User, World


def find_award(world: World, actor: User, issue: Issue, *, name: str, note: Note | None = None) -> Award | None:
    """This user's emoji of that name there."""
    note_id = None if note is None else note.id
    for held in world.awards.values():
        if (held.issue_id, held.note_id, held.user_id, held.name) == (issue.id, note_id, actor.id, name):
            return held
    return None


def award(
    world: World, actor: User, issue: Issue, *, name: str, note: Note | None = None, event_uuid: str | None = None
) -> Award | None:
    """Award an emoji and tell of it; None when this user has awarded it already."""
    if find_award(world, actor, issue, name=name, note=note) is not None:
        return None
    made = Award(
        id=world.next_id(),
        name=name,
        user_id=actor.id,
        issue_id=issue.id,
        note_id=None if note is None else note.id,
        created_at=world.now(),
    )
    world.awards[made.id] = made
    world.announce(
        Happening(kind="emoji", action="award", actor=actor, issue=issue, note=note, award=made, event_uuid=event_uuid)
    )
    return made


def revoke(world: World, actor: User, held: Award, *, event_uuid: str | None = None) -> None:
    """Take an emoji away and tell of it."""
    del world.awards[held.id]
    issue = world.issues[held.issue_id]
    note = world.notes.get(held.note_id) if held.note_id is not None else None
    world.announce(
        Happening(kind="emoji", action="revoke", actor=actor, issue=issue, note=note, award=held, event_uuid=event_uuid)
    )
