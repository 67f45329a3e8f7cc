"""Turns a happening into the webhook body that GitLab would send, and says under which scope. Pure.

The shape is that of GitLab 19's data builders: everything at its place, labels and people as objects, times in ISO 8601
with milliseconds, ``assignees`` only where there is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.sandbox.hooks.payload_parts import (
    event_url,
    issue_part,
    labels_part,
    note_part,
    people_part,
    plain,
    project_part,
    repository_part,
    user_part,
)
from app.sandbox.hooks.records import Trigger
from app.sandbox.shapes.basics import iso
from app.sandbox.state import Award, Happening, Issue, Note, World


@dataclass(frozen=True)
class Message:
    """What goes out, and which hooks want it."""

    trigger: Trigger
    body: dict[str, Any]


def message_of(world: World, happening: Happening) -> Message | None:
    """The message for a happening; None where GitLab sends none (system notes, comments and emoji on epics)."""
    if happening.kind == "issue":
        return _issue_message(world, happening)
    if happening.issue.project_id is None:
        return None
    if happening.kind == "note":
        return _note_message(world, happening) if happening.note and not happening.note.system else None
    return _emoji_message(world, happening, happening.award) if happening.award else None


def _issue_message(world: World, happening: Happening) -> Message:
    issue = happening.issue
    kind = "issue" if issue.item_type == "Issue" else "work_item"
    body: dict[str, Any] = {
        "object_kind": kind,
        "event_type": f"confidential_{kind}" if issue.confidential else kind,
        "user": user_part(happening.actor),
        **_place(world, issue),
        "object_attributes": issue_part(world, issue) | {"action": happening.action},
        "labels": labels_part(world, issue.label_ids),
        "changes": _changes(world, happening),
    }
    if issue.assignee_ids:
        body["assignees"] = people_part(world, issue.assignee_ids)
    # The scope follows the confidentiality after the change: a hook that wants only open issues sees one vanish.
    return Message("confidential_issue_hooks" if issue.confidential else "issue_hooks", body)


def _place(world: World, issue: Issue) -> dict[str, Any]:
    """``project`` and ``repository``: both null for an epic, which belongs to a group."""
    if issue.project_id is None:
        return {"project": None, "repository": None}
    project = world.projects[issue.project_id]
    return {"project": project_part(world, project), "repository": repository_part(world, project)}


def _changes(world: World, happening: Happening) -> dict[str, Any]:
    # An open event tells the columns that were set, never the labels or assignees it was born with.
    left_out = {"labels", "assignees"} if happening.action == "open" else set()
    return {name: _change(world, name, pair) for name, pair in happening.changes.items() if name not in left_out}


def _change(world: World, name: str, pair: tuple[Any, Any]) -> dict[str, Any]:
    previous, current = pair
    if name == "labels":
        return {"previous": labels_part(world, previous), "current": labels_part(world, current)}
    if name == "assignees":
        return {"previous": people_part(world, previous), "current": people_part(world, current)}
    return {"previous": plain(previous), "current": plain(current)}


def _note_message(world: World, happening: Happening) -> Message:
    issue, note = happening.issue, happening.note
    if note is None:
        raise ValueError("a happening of kind note needs its note")
    hidden = note.internal or issue.confidential
    # GitLab names the note's author here, even where somebody else edited it.
    author = world.users.get(note.author_id, happening.actor)
    body = {
        "object_kind": "note",
        "event_type": "confidential_note" if hidden else "note",
        "user": user_part(author),
        "project_id": issue.project_id,
        **_place(world, issue),
        "object_attributes": note_part(world, note, issue) | {"action": happening.action},
        "issue": issue_part(world, issue),
    }
    return Message("confidential_note_hooks" if hidden else "note_hooks", body)


def _emoji_message(world: World, happening: Happening, award: Award) -> Message:
    issue, note = happening.issue, happening.note
    body = {
        "object_kind": "emoji",
        "event_type": happening.action,
        "user": user_part(happening.actor),
        "project_id": issue.project_id,
        "project": _place(world, issue)["project"],
        "object_attributes": _award_part(world, award, issue, note) | {"action": happening.action},
        "issue" if issue.item_type == "Issue" else "work_item": issue_part(world, issue),
    }
    if note is not None:
        body["note"] = note_part(world, note, issue)
    return Message("emoji_hooks", body)


def _award_part(world: World, award: Award, issue: Issue, note: Note | None) -> dict[str, Any]:
    url = event_url(world, issue)
    return {
        "user_id": award.user_id,
        "created_at": iso(award.created_at),
        "id": award.id,
        "name": award.name,
        "awardable_type": "Issue" if note is None else "Note",
        "awardable_id": issue.id if note is None else note.id,
        "updated_at": iso(award.created_at),
        "awarded_on_url": url if note is None else f"{url}#note_{note.id}",
    }
