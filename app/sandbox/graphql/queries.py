"""The roots that can be queried: currentUser, namespace, group, project, workItem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.sandbox.acts.access import descendants, find_group, find_project, sees_issue
from app.sandbox.acts.labelling import Home, usable_labels
from app.sandbox.graphql.cadences import cadence_fields
from app.sandbox.graphql.choose import Node, connection, gid
from app.sandbox.graphql.nodes import TYPE_IDS, label_node, type_node, user_node, work_item_node
from app.sandbox.http.problems import ApiError
from app.sandbox.shapes.places import group_url, project_url
from app.sandbox.state import Group, Issue, Project, User, World


def query_root(world: World, viewer: User) -> Node:
    """What a query starts from."""
    return {
        "__typename": "Query",
        "currentUser": user_node(world, viewer),
        "namespace": lambda arguments: _namespace(world, viewer, arguments),
        "group": lambda arguments: _place(world, viewer, find_group, arguments),
        "project": lambda arguments: _place(world, viewer, find_project, arguments),
        "workItem": lambda arguments: _work_item(world, viewer, arguments),
    }


def record_id(value: Any) -> int:
    """The number at the end of a global id; 0 for anything else."""
    number = str(value).rpartition("/")[2]
    return int(number) if number.isdecimal() else 0


def find_home(world: World, viewer: User, full_path: str) -> Home | None:
    """A group or project by path; None unless the viewer sees it."""
    for finder in (find_group, find_project):
        try:
            return finder(world, viewer, full_path)
        except ApiError:
            continue
    return None


def _namespace(world: World, viewer: User, arguments: dict[str, Any]) -> Node | None:
    home = find_home(world, viewer, str(arguments.get("fullPath")))
    return None if home is None else _home_node(world, viewer, home, typename="Namespace")


def _place(
    world: World, viewer: User, finder: Callable[[World, User, str], Home], arguments: dict[str, Any]
) -> Node | None:
    try:
        home = finder(world, viewer, str(arguments.get("fullPath")))
    except ApiError:
        return None
    return _home_node(world, viewer, home, typename=type(home).__name__)


def _home_node(world: World, viewer: User, home: Home, *, typename: str) -> Node:
    labels = connection("Label", [label_node(label) for label in usable_labels(world, home)])

    def labels_titled(arguments: dict[str, Any]) -> Any:
        title = arguments.get("title")
        if title is None:
            return labels(arguments)
        return connection("Label", [label_node(each) for each in usable_labels(world, home) if each.title == title])({})

    return {
        "__typename": typename,
        "id": gid("Group" if isinstance(home, Group) else "Project", home.id),
        "name": home.name,
        "fullPath": home.full_path,
        "webUrl": group_url(world, home) if isinstance(home, Group) else project_url(world, home),
        "labels": labels_titled,
        **(cadence_fields(world, home) if isinstance(home, Group) else {}),
        "workItemTypes": lambda arguments: connection("WorkItemType", _types(world, home, arguments))(arguments),
        "workItems": lambda arguments: connection("WorkItem", _work_items(world, viewer, home, arguments))(arguments),
        "workItem": lambda arguments: next(
            iter(_work_items(world, viewer, home, {"iids": [arguments.get("iid")], "state": "all"})), None
        ),
    }


def _types(world: World, home: Home, arguments: dict[str, Any]) -> list[Node]:
    """Epics exist in groups, and only where the tier has them."""
    there = (["EPIC"] if world.epics else []) if isinstance(home, Group) else ["ISSUE", "TASK"]
    return [type_node(name) for name in there if arguments.get("name") in {None, name}]


def _work_items(world: World, viewer: User, home: Home, arguments: dict[str, Any]) -> list[Node]:
    """Newest first. ``search`` looks in title and description; ``includeDescendants`` below the group too."""
    kinds = arguments.get("types") or list(TYPE_IDS)
    kinds = kinds if isinstance(kinds, list) else [kinds]
    words = str(arguments.get("search") or "").casefold()
    places = [str(place).lower() for place in arguments.get("in") or ("title", "description")]
    iids = arguments.get("iids") or ([arguments["iid"]] if arguments.get("iid") else None)
    state = {"opened": "opened", "closed": "closed"}.get(str(arguments.get("state", "all")).lower())
    deep = bool(arguments.get("includeDescendants"))

    def fits(issue: Issue) -> bool:
        texts = [(issue.title if place == "title" else issue.description or "").casefold() for place in places]
        return (
            _is_in(world, issue, home, deep=deep)
            and issue.item_type.upper() in kinds
            and (issue.item_type != "Epic" or world.epics)
            and (not words or any(words in text for text in texts))
            and (iids is None or str(issue.iid) in map(str, iids))
            and state in {None, issue.state}
            and sees_issue(world, viewer, issue)
        )

    found = sorted((issue for issue in world.issues.values() if fits(issue)), key=lambda issue: -issue.id)
    return [work_item_node(world, issue, viewer=viewer) for issue in found]


def _is_in(world: World, issue: Issue, home: Home, *, deep: bool) -> bool:
    if isinstance(home, Project):
        return issue.project_id == home.id
    groups = {group.id for group in descendants(world, home)} if deep else {home.id}
    if issue.project_id is not None:
        return deep and world.projects[issue.project_id].group_id in groups
    return issue.group_id in groups


def _work_item(world: World, viewer: User, arguments: dict[str, Any]) -> Node | None:
    issue = world.issues.get(record_id(arguments.get("id")))
    if issue is None or not sees_issue(world, viewer, issue):
        return None
    return work_item_node(world, issue, viewer=viewer)
