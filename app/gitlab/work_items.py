"""What the mutations of GitLab's GraphQL have in common, those of work items above all: epics and issues alike."""

from __future__ import annotations

from typing import Any

from app.errors import Refused


def work_item_id(issue_id: int) -> str:
    """The global id of an issue as a work item: the number is the same."""
    return f"gid://gitlab/WorkItem/{issue_id}"


def mutated(data: dict[str, Any], name: str) -> dict[str, Any]:
    """The work item of a mutation's answer: GitLab answers 200 even where it did nothing. Raises Refused."""
    item = done(data, name).get("workItem")
    if not item:
        raise Refused(f"GitLab answered {name} without a work item.")
    return dict(item)


def done(data: dict[str, Any], name: str) -> dict[str, Any]:
    """What any mutation answered. Raises Refused with GitLab's words where it names errors."""
    payload = data.get(name) or {}
    if errors := payload.get("errors"):
        raise Refused(f"GitLab refused {name}: {'; '.join(map(str, errors))}.")
    return dict(payload)
