"""The pieces that GitLab's webhook bodies are made of: people, projects, labels, issues, notes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.sandbox.shapes.basics import avatar_url, iso
from app.sandbox.shapes.issues import issue_url
from app.sandbox.shapes.places import group_url, project_url
from app.sandbox.state import Group, Issue, Label, Note, Project, User, World

_VISIBILITY = {"private": 0, "internal": 10, "public": 20}
_STATE_ID = {"opened": 1, "closed": 2}


def plain(value: Any) -> Any:
    """A changed value as JSON holds it."""
    if isinstance(value, datetime):
        return iso(value)
    return value.isoformat() if isinstance(value, date) else value


def user_part(user: User) -> dict[str, Any]:
    """Who did it. E-mail addresses are private by default, so GitLab sends ``[REDACTED]``."""
    return {
        "id": user.id,
        "name": user.name,
        "username": user.username,
        "avatar_url": avatar_url(user),
        "email": "[REDACTED]",
    }


def project_part(world: World, project: Project) -> dict[str, Any]:
    """The ``project`` of a body."""
    web, http, ssh = _addresses(world, project)
    return {
        "id": project.id,
        "name": project.name,
        "description": project.description,
        "web_url": web,
        "avatar_url": None,
        "git_ssh_url": ssh,
        "git_http_url": http,
        "namespace": world.groups[project.group_id].name,
        "visibility_level": _VISIBILITY.get(project.visibility, 0),
        "path_with_namespace": project.full_path,
        "default_branch": "main" if project.files else None,
        "ci_config_path": "",
        "homepage": web,
        "url": ssh,
        "ssh_url": ssh,
        "http_url": http,
    }


def repository_part(world: World, project: Project) -> dict[str, Any]:
    """The ``repository`` of a body."""
    web, _, ssh = _addresses(world, project)
    return {"name": project.name, "url": ssh, "description": project.description, "homepage": web}


def _addresses(world: World, project: Project) -> tuple[str, str, str]:
    web = f"{world.base_url}/{project.full_path}"
    host = world.base_url.split("://", 1)[-1]
    return web, f"{web}.git", f"ssh://git@{host}/{project.full_path}.git"


def label_part(label: Label) -> dict[str, Any]:
    """A label: ``title`` here, where the REST API says ``name``."""
    return {
        "id": label.id,
        "title": label.title,
        "color": label.color,
        "project_id": label.project_id,
        "created_at": iso(label.created_at),
        "updated_at": iso(label.updated_at),
        "template": False,
        "description": label.description,
        "type": "GroupLabel" if label.project_id is None else "ProjectLabel",
        "group_id": label.group_id if label.project_id is None else None,
    }


def labels_part(world: World, ids: list[int]) -> list[dict[str, Any]]:
    """The labels of ``ids`` that still exist, by title as GitLab orders them."""
    found = [world.labels[i] for i in ids if i in world.labels]
    return [label_part(label) for label in sorted(found, key=lambda label: label.title.lower())]


def people_part(world: World, ids: list[int]) -> list[dict[str, Any]]:
    """The users of ``ids`` that still exist."""
    return [user_part(world.users[i]) for i in ids if i in world.users]


def event_url(world: World, issue: Issue) -> str:
    """The address that webhooks tell: epics and tasks under ``work_items``, whatever the REST API calls them."""
    if issue.project_id is not None and issue.item_type == "Issue":
        return issue_url(world, issue)
    place = world.groups[issue.group_id or 0] if issue.project_id is None else world.projects[issue.project_id]
    home = group_url(world, place) if isinstance(place, Group) else project_url(world, place)
    return f"{home}/-/work_items/{issue.iid}"


def issue_part(world: World, issue: Issue) -> dict[str, Any]:
    """Every attribute that GitLab's issue builder writes, but ``action``."""
    return {
        "author_id": issue.author_id,
        "closed_at": plain(issue.closed_at),
        "confidential": issue.confidential,
        "created_at": iso(issue.created_at),
        "description": issue.description,
        "discussion_locked": issue.discussion_locked,
        "due_date": issue.due_date,
        "start_date": issue.start_date,
        "id": issue.id,
        "iid": issue.iid,
        "last_edited_at": plain(issue.last_edited_at),
        "last_edited_by_id": issue.last_edited_by_id,
        "milestone_id": issue.milestone_id,
        "moved_to_id": issue.moved_to_id,
        "duplicated_to_id": None,
        "project_id": issue.project_id,
        "relative_position": None,
        "state_id": _STATE_ID[issue.state],
        "time_estimate": 0,
        "title": issue.title,
        "updated_at": iso(issue.updated_at),
        "updated_by_id": issue.updated_by_id,
        "type": issue.item_type,
        "url": event_url(world, issue),
        "total_time_spent": 0,
        "time_change": 0,
        "human_total_time_spent": None,
        "human_time_change": None,
        "human_time_estimate": None,
        "assignee_ids": list(issue.assignee_ids),
        "assignee_id": issue.assignee_ids[0] if issue.assignee_ids else None,
        "labels": labels_part(world, issue.label_ids),
        "state": issue.state,
        "severity": "unknown",
        "customer_relations_contacts": [],
        "weight": issue.weight,
        "health_status": issue.health_status,
        "escalation_policy": None,
        "escalation_status": None,
    }


def note_part(world: World, note: Note, issue: Issue) -> dict[str, Any]:
    """Every attribute that GitLab's note builder writes, but ``action``."""
    return {
        "attachment": None,
        "author_id": note.author_id,
        "change_position": None,
        "commit_id": None,
        "created_at": iso(note.created_at),
        "discussion_id": note.discussion_id,
        "id": note.id,
        "internal": note.internal,
        "line_code": None,
        "note": note.body,
        "noteable_id": issue.id,
        "noteable_type": "Issue",
        "original_position": None,
        "position": None,
        "project_id": issue.project_id,
        "resolved_at": None,
        "resolved_by_id": None,
        "resolved_by_push": None,
        "st_diff": None,
        "system": note.system,
        "type": None,
        "updated_at": iso(note.updated_at),
        "updated_by_id": None,
        "description": note.body,
        "url": f"{event_url(world, issue)}#note_{note.id}",
    }
