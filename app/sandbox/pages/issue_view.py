"""What an issue's page shows. Pure reading of the world."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

from app.sandbox.acts.access import sees_issue, sees_note
from app.sandbox.acts.labelling import usable_labels
from app.sandbox.acts.updating import home_of
from app.sandbox.shapes.issues import labels_of
from app.sandbox.state import Issue, User, World

_REFERENCE = re.compile(r"~(\d+)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_SEEN_FROM_SOURCE = {"relates_to": "relates to", "blocks": "blocks", "is_blocked_by": "is blocked by"}
_SEEN_FROM_TARGET = {"relates_to": "relates to", "blocks": "is blocked by", "is_blocked_by": "blocks"}


def issue_values(world: World, issue: Issue, viewer: User) -> dict[str, Any]:
    """The template's values."""
    home = home_of(world, issue)
    notes = [n for n in world.notes.values() if n.issue_id == issue.id and sees_note(world, viewer, n)]
    parent = world.issues.get(issue.parent_id) if issue.parent_id is not None else None
    return {
        "issue": issue,
        "home_name": home.full_path,
        "home_path": f"/{home.full_path}",
        "labels": labels_of(world, issue),
        "usable": usable_labels(world, home),
        "assignees": [world.users[i] for i in issue.assignee_ids if i in world.users],
        "iteration": world.iterations_made.get(issue.iteration_id) if issue.iteration_id is not None else None,
        "parent": parent if parent is not None and sees_issue(world, viewer, parent) else None,
        "children": [i for i in world.issues.values() if i.parent_id == issue.id and sees_issue(world, viewer, i)],
        "linked": linked_items(world, issue, viewer),
        "notes": sorted(notes, key=lambda note: (note.created_at, note.id)),
        "now": world.now(),
    }


def linked_items(world: World, issue: Issue, viewer: User) -> list[tuple[str, Issue]]:
    """How and to what the issue is linked."""
    found = []
    for link in world.links.values():
        if link.source_id == issue.id:
            found.append((_SEEN_FROM_SOURCE[link.link_type], link.target_id))
        elif link.target_id == issue.id:
            found.append((_SEEN_FROM_TARGET[link.link_type], link.source_id))
    present = ((words, world.issues[other]) for words, other in found if other in world.issues)
    return [(words, other) for words, other in present if sees_issue(world, viewer, other)]


def system_note(body: str, world: World) -> Markup:
    """A system note with its label numbers as pills and its bold words bold."""
    html = str(escape(body))
    html = _BOLD.sub(r"<b>\1</b>", html)
    return Markup(_REFERENCE.sub(lambda found: _pill(world, int(found[1])), html))  # noqa: S704 - escaped above


def _pill(world: World, label_id: int) -> str:
    label = world.labels.get(label_id)
    if label is None:
        return f"~{label_id}"
    return f'<span class="label label-{label.id}"><span>{escape(label.title)}</span></span>'
