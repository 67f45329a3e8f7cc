"""Users, labels and work items (issues and epics) as GraphQL objects."""

from __future__ import annotations

from typing import Any

from app.sandbox.acts.access import sees_issue, sees_note
from app.sandbox.acts.updating import home_of
from app.sandbox.graphql.cadences import iteration_node
from app.sandbox.graphql.choose import Node, connection, gid
from app.sandbox.shapes.basics import avatar_url, iso, iso_or_none, text_color
from app.sandbox.shapes.issues import issue_url, labels_of, reference
from app.sandbox.shapes.places import full_name, group_url, project_url
from app.sandbox.state import Issue, Label, User, World

TYPE_IDS = {"ISSUE": 1, "TASK": 5, "EPIC": 8}
"""Ids of the work item types. They differ from one GitLab to the next: look them up."""


def user_node(world: World, user: User | None) -> Node | None:
    """A user."""
    if user is None:
        return None
    return {
        "__typename": "UserCore",
        "id": gid("User", user.id),
        "username": user.username,
        "name": user.name,
        "state": user.state,
        "bot": user.bot,
        "avatarUrl": avatar_url(user),
        "webUrl": f"{world.base_url}/{user.username}",
    }


def label_node(label: Label) -> Node:
    """A label."""
    return {
        "__typename": "Label",
        "id": gid("ProjectLabel" if label.project_id is not None else "GroupLabel", label.id),
        "title": label.title,
        "color": label.color,
        "textColor": text_color(label.color),
        "description": label.description,
    }


def type_node(name: str) -> Node:
    """A work item type, by its name in capitals."""
    return {"__typename": "WorkItemType", "id": gid("WorkItems::Type", TYPE_IDS[name]), "name": name.capitalize()}


def namespace_node(world: World, issue: Issue) -> Node:
    """Where a work item lives."""
    home = home_of(world, issue)
    group_like = issue.project_id is None
    return {
        "__typename": "Namespace",
        "id": gid("Group" if group_like else "Namespaces::ProjectNamespace", home.id),
        "name": home.name,
        "fullPath": home.full_path,
        "fullName": full_name(world, world.groups[home.id]) if group_like else home.name,
        "webUrl": group_url(world, world.groups[home.id])
        if group_like
        else project_url(world, world.projects[home.id]),
    }


def work_item_node(world: World, issue: Issue, *, viewer: User) -> Node:
    """An issue or epic as a work item. Its widgets are functions, so that parents and children can be followed."""
    kind = issue.item_type.upper() if issue.item_type.upper() in TYPE_IDS else "ISSUE"
    return {
        "__typename": "WorkItem",
        "id": gid("WorkItem", issue.id),
        "iid": str(issue.iid),
        "title": issue.title,
        "description": issue.description,
        "state": "OPEN" if issue.state == "opened" else "CLOSED",
        "confidential": issue.confidential,
        "createdAt": iso(issue.created_at),
        "updatedAt": iso(issue.updated_at),
        "closedAt": iso_or_none(issue.closed_at),
        "author": user_node(world, world.users.get(issue.author_id)),
        "webUrl": issue_url(world, issue),
        "reference": lambda _arguments: reference(world, issue),
        "namespace": namespace_node(world, issue),
        "workItemType": type_node(kind),
        "widgets": lambda _arguments: _widgets(world, issue, viewer),
    }


def _widgets(world: World, issue: Issue, viewer: User) -> list[Node]:
    assignees = [world.users[held] for held in issue.assignee_ids if held in world.users]
    return [
        _widget("DESCRIPTION", "Description", description=issue.description),
        _widget("LABELS", "Labels", labels=connection("Label", [label_node(each) for each in labels_of(world, issue)])),
        _widget("ASSIGNEES", "Assignees", assignees=connection("User", [user_node(world, each) for each in assignees])),
        _widget("HIERARCHY", "Hierarchy", **_hierarchy(world, issue, viewer)),
        _widget("START_AND_DUE_DATE", "StartAndDueDate", startDate=issue.start_date, dueDate=issue.due_date),
        _widget("NOTES", "Notes", discussions=connection("Discussion", _discussions(world, issue, viewer))),
        *_iteration_widget(world, issue),
    ]


def _iteration_widget(world: World, issue: Issue) -> list[Node]:
    """Epics have none, and nothing has one without the tier."""
    if not takes_iteration(world, issue.item_type):
        return []
    held = world.iterations_made.get(issue.iteration_id) if issue.iteration_id is not None else None
    return [_widget("ITERATION", "Iteration", iteration=None if held is None else iteration_node(world, held))]


def takes_iteration(world: World, item_type: str) -> bool:
    """Whether work items of this type can be in an iteration."""
    return world.iterations and item_type.upper() != "EPIC"


def _widget(kind: str, name: str, **fields: Any) -> Node:
    interfaces = ("WorkItemWidget",)
    return {"__typename": f"WorkItemWidget{name}", "__interfaces": interfaces, "type": kind, **fields}


def _hierarchy(world: World, issue: Issue, viewer: User) -> dict[str, Any]:
    parent = world.issues.get(issue.parent_id) if issue.parent_id is not None else None
    shown = parent if parent is not None and sees_issue(world, viewer, parent) else None
    below = [each for each in world.issues.values() if each.parent_id == issue.id and sees_issue(world, viewer, each)]
    return {
        "parent": lambda _arguments: None if shown is None else work_item_node(world, shown, viewer=viewer),
        "hasParent": parent is not None,
        "hasChildren": bool(below),
        "children": connection("WorkItem", [work_item_node(world, each, viewer=viewer) for each in below]),
    }


def _discussions(world: World, issue: Issue, viewer: User) -> list[Node]:
    notes = [note for note in world.notes.values() if note.issue_id == issue.id and sees_note(world, viewer, note)]
    nodes = [
        {
            "__typename": "Note",
            "id": gid("Note", note.id),
            "body": note.body,
            "system": note.system,
            "internal": note.internal,
            "author": user_node(world, world.users.get(note.author_id)),
        }
        for note in notes
    ]
    return [{"__typename": "Discussion", "notes": connection("Note", [node])} for node in nodes]
