"""What the person on the page may do. GitLab drops some of it without a word; a person deserves a sentence."""

from __future__ import annotations

from fastapi import HTTPException

from app.sandbox.acts.access import PLANNER, level_at
from app.sandbox.acts.issue_edit import Edit
from app.sandbox.state import Issue, User, World


def require_edit(world: World, actor: User, issue: Issue, edit: Edit) -> None:
    """Refuse with 403 what takes more rights: labels for planners, closing also for author and assignees."""
    takes_part = actor.id in {issue.author_id, *issue.assignee_ids}
    if edit.add_labels or edit.remove_labels or not takes_part:
        _require_planner(world, actor, issue, "change this item")


def require_internal(world: World, actor: User, issue: Issue) -> None:
    """Refuse with 403 an internal note by somebody who could not read it."""
    _require_planner(world, actor, issue, "write internal notes here")


def _require_planner(world: World, actor: User, issue: Issue, act: str) -> None:
    if level_at(world, actor, issue) < PLANNER:
        raise HTTPException(403, f"{actor.name} may not {act}: that takes the Planner role or higher.")
