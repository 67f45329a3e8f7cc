"""``GET /-/sandbox/state``: all that the sandbox holds, but no token's value, as JSON in one fixed order."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from app.sandbox.acts.linking import other_end
from app.sandbox.http.auth import world_of
from app.sandbox.shapes.basics import Json, iso, iso_or_none
from app.sandbox.shapes.issues import issue_url, labels_of, reference
from app.sandbox.state import Board, Issue, Label, Member, World

router = APIRouter()


@router.get("/-/sandbox/state", include_in_schema=False)
async def get_state(request: Request) -> JSONResponse:
    """The end state, for whoever drives the sandbox; needs no token."""
    world = world_of(request)
    with world.lock:
        return JSONResponse(state_of(world))


def state_of(world: World) -> Json:
    """Everything. People are told by username, labels by title, issues by reference (``group/project#7``)."""
    issues = sorted(world.issues.values(), key=lambda issue: issue.id)
    return {
        "users": [_user(world, user_id) for user_id in sorted(world.users)],
        "groups": [_group(world, group_id) for group_id in sorted(world.groups)],
        "projects": [_project(world, project_id) for project_id in sorted(world.projects)],
        "issues": [_issue(world, issue) for issue in issues if issue.item_type != "Epic"],
        "epics": [_issue(world, issue) for issue in issues if issue.item_type == "Epic"],
        "links": _links(world),
        "mentions": [
            {
                "username": each.username,
                "in": reference(world, world.issues[each.issue_id]),
                "note_id": each.note_id,
                "by": _username(world, each.by_id),
                "created_at": iso(each.created_at),
            }
            for each in world.mentions
            if each.issue_id in world.issues
        ],
    }


def _user(world: World, user_id: int) -> Json:
    user = world.users[user_id]
    return {
        "id": user.id,
        "username": user.username,
        "name": user.name,
        "admin": user.admin,
        "bot": user.bot,
        "state": user.state,
    }


def _group(world: World, group_id: int) -> Json:
    group = world.groups[group_id]
    return {
        "id": group.id,
        "name": group.name,
        "full_path": group.full_path,
        "visibility": group.visibility,
        "description": group.description,
        "members": _members(world, [each for each in world.members if each.group_id == group_id]),
        "labels": _labels([each for each in world.labels.values() if each.group_id == group_id]),
        "boards": _boards(world, [each for each in world.boards.values() if each.group_id == group_id]),
        "milestones": _milestones(world, group_id=group_id),
        "cadences": [
            {"title": each.title, "weeks": each.weeks, "start_date": each.start_date.isoformat()}
            for each in world.cadences.values()
            if each.group_id == group_id
        ],
    }


def _project(world: World, project_id: int) -> Json:
    project = world.projects[project_id]
    return {
        "id": project.id,
        "name": project.name,
        "full_path": project.full_path,
        "visibility": project.visibility,
        "description": project.description,
        "archived": project.archived,
        "members": _members(world, [each for each in world.members if each.project_id == project_id]),
        "labels": _labels([each for each in world.labels.values() if each.project_id == project_id]),
        "boards": _boards(world, [each for each in world.boards.values() if each.project_id == project_id]),
        "milestones": _milestones(world, project_id=project_id),
        "files": {path: project.files[path] for path in sorted(project.files)},
    }


def _issue(world: World, issue: Issue) -> Json:
    parent = world.issues.get(issue.parent_id) if issue.parent_id is not None else None
    milestone = world.milestones.get(issue.milestone_id) if issue.milestone_id is not None else None
    iteration = world.iterations_made.get(issue.iteration_id) if issue.iteration_id is not None else None
    return {
        "id": issue.id,
        "iid": issue.iid,
        "reference": reference(world, issue),
        "web_url": issue_url(world, issue),
        "type": issue.item_type,
        "title": issue.title,
        "description": issue.description,
        "state": issue.state,
        "confidential": issue.confidential,
        "author": _username(world, issue.author_id),
        "assignees": [_username(world, held) for held in issue.assignee_ids],
        "labels": [label.title for label in labels_of(world, issue)],
        "milestone": None if milestone is None else milestone.title,
        "iteration": None if iteration is None else f"{iteration.start_date} to {iteration.due_date}",
        "due_date": issue.due_date,
        "parent": None if parent is None else reference(world, parent),
        "created_at": iso(issue.created_at),
        "updated_at": iso(issue.updated_at),
        "closed_at": iso_or_none(issue.closed_at),
        "notes": _notes(world, issue),
        "emoji": _emoji(world, issue.id, None),
        "label_events": [
            {
                "action": event.action,
                "label": world.labels[event.label_id].title if event.label_id in world.labels else None,
                "by": _username(world, event.user_id),
                "created_at": iso(event.created_at),
            }
            for event in world.label_events.values()
            if event.issue_id == issue.id
        ],
    }


def _notes(world: World, issue: Issue) -> list[Json]:
    return [
        {
            "id": note.id,
            "author": _username(world, note.author_id),
            "body": note.body,
            "system": note.system,
            "internal": note.internal,
            "created_at": iso(note.created_at),
            "updated_at": iso(note.updated_at),
            "emoji": _emoji(world, issue.id, note.id),
        }
        for note in world.notes.values()
        if note.issue_id == issue.id
    ]


def _emoji(world: World, issue_id: int, note_id: int | None) -> list[Json]:
    held = (each for each in world.awards.values() if (each.issue_id, each.note_id) == (issue_id, note_id))
    return [{"name": each.name, "by": _username(world, each.user_id)} for each in held]


def _links(world: World) -> list[Json]:
    shown = []
    for link in world.links.values():
        source = world.issues[link.source_id]
        target, link_type = other_end(world, link, source)
        shown.append({"source": reference(world, source), "target": reference(world, target), "link_type": link_type})
    return shown


def _members(world: World, members: list[Member]) -> list[Json]:
    shown = [{"username": _username(world, each.user_id), "access_level": each.access_level} for each in members]
    return sorted(shown, key=lambda each: str(each["username"]))


def _labels(labels: list[Label]) -> list[Json]:
    shown = [{"name": each.title, "color": each.color, "description": each.description} for each in labels]
    return sorted(shown, key=lambda each: str(each["name"]))


def _boards(world: World, boards: list[Board]) -> list[Json]:
    return [
        {
            "name": board.name,
            "labels": [world.labels[held].title for held in board.label_ids],
            "lists": [
                world.labels[column.label_id].title
                for column in sorted(board.lists, key=lambda each: each.position)
                if column.label_id in world.labels
            ],
        }
        for board in boards
    ]


def _milestones(world: World, **home: Any) -> list[Json]:
    name, home_id = next(iter(home.items()))
    return [
        {"title": each.title, "state": each.state, "due_date": each.due_date, "description": each.description}
        for each in world.milestones.values()
        if getattr(each, name) == home_id
    ]


def _username(world: World, user_id: int) -> str | None:
    user = world.users.get(user_id)
    return None if user is None else user.username
