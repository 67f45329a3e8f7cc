"""Groups and subgroups."""

from __future__ import annotations

import re

from fastapi.responses import JSONResponse

from app.sandbox.acts.access import (
    MAINTAINER,
    OWNER,
    ancestry,
    descendants,
    find_group,
    group_level,
    sees_group,
    sees_project,
    sorted_groups,
)
from app.sandbox.acts.removal import remove_group
from app.sandbox.http import problems
from app.sandbox.http.api import Api, Call
from app.sandbox.http.paging import page
from app.sandbox.shapes.basics import Json
from app.sandbox.shapes.places import group_json, project_basic, project_json
from app.sandbox.state import Group, Member

api = Api()

PATH = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
"""What GitLab takes as the path of a group or project."""

DEEPEST = 20


@api.get("/groups")
def list_groups(call: Call) -> JSONResponse:
    """The groups that the caller sees; only those they are in, for an administrator too, with ``owned``."""
    search = (call.params.text("search") or "").casefold()
    groups = [
        group
        for group in sorted_groups(call.world)
        if sees_group(call.world, call.user, group)
        and (search in group.name.casefold() or search in group.path.casefold())
        and not (call.params.flag("top_level_only") and group.parent_id is not None)
        and not (call.params.flag("owned") and group_level(call.world, call.user, group) < OWNER)
    ]
    return _page(call, groups)


@api.get("/groups/{id}")
def get_group(call: Call) -> Json:
    """One group, with its projects unless ``with_projects`` is off."""
    group = find_group(call.world, call.user, call.path("id"))
    shown = group_json(call.world, group)
    if call.params.flag("with_projects") is not False:
        held = (project for project in call.world.projects.values() if project.group_id == group.id)
        seen = [project for project in held if sees_project(call.world, call.user, project)]
        shown |= {
            "projects": [project_json(call.world, each, viewer=call.user) for each in seen],
            "shared_projects": [],
        }
    return shown


@api.get("/groups/{id}/subgroups")
def list_subgroups(call: Call) -> JSONResponse:
    """The groups directly below."""
    group = find_group(call.world, call.user, call.path("id"))
    search = (call.params.text("search") or "").casefold()
    below = [
        each
        for each in sorted_groups(call.world)
        if each.parent_id == group.id
        and sees_group(call.world, call.user, each)
        and (search in each.name.casefold() or search in each.path.casefold())
    ]
    return _page(call, below)


@api.get("/groups/{id}/descendant_groups")
def list_descendants(call: Call) -> JSONResponse:
    """All groups below."""
    group = find_group(call.world, call.user, call.path("id"))
    below = [each for each in descendants(call.world, group) if each is not group]
    return _page(call, [each for each in below if sees_group(call.world, call.user, each)])


@api.get("/groups/{id}/projects")
def list_projects(call: Call) -> JSONResponse:
    """The group's projects, with ``include_subgroups`` those below too."""
    group = find_group(call.world, call.user, call.path("id"))
    deep = call.params.flag("include_subgroups")
    ids = {each.id for each in descendants(call.world, group)} if deep else {group.id}
    search = (call.params.text("search") or "").casefold()
    projects = [
        project
        for project in call.world.projects.values()
        if project.group_id in ids
        and sees_project(call.world, call.user, project)
        and search in f"{project.name} {project.path}".casefold()
    ]
    simple = call.params.flag("simple")
    return page(
        call,
        projects,
        lambda each: project_basic(call.world, each) if simple else project_json(call.world, each, viewer=call.user),
    )


@api.post("/groups")
def create_group(call: Call) -> Json:
    """A group below another; at the top only for administrators, as on GitLab.com."""
    name, path = call.params.required("name"), call.params.required("path")
    parent_id = call.params.whole("parent_id")
    parent = find_group(call.world, call.user, str(parent_id)) if parent_id is not None else None
    if (parent is None and not call.user.admin) or (
        parent is not None and group_level(call.world, call.user, parent) < MAINTAINER
    ):
        raise problems.forbidden()
    visibility = call.params.one_of("visibility", ("private", "internal", "public"), "private")
    _check(call, name=name, path=path, parent=parent)
    group = Group(
        id=call.world.next_id(),
        name=name,
        path=path,
        parent_id=parent_id,
        full_path=f"{parent.full_path}/{path}" if parent else path,
        visibility=visibility,
        description=call.params.text("description") or "",
        created_at=call.world.now(),
    )
    call.world.groups[group.id] = group
    call.world.members.append(Member(user_id=call.user.id, access_level=OWNER, group_id=group.id))
    return group_json(call.world, group)


@api.put("/groups/{id}")
def update_group(call: Call) -> Json:
    """Change name, description or visibility. Moving a group is not done here."""
    group = find_group(call.world, call.user, call.path("id"), at_least=OWNER)
    group.name = call.params.text("name") or group.name
    if "description" in call.params:
        group.description = call.params.text("description") or ""
    group.visibility = call.params.one_of("visibility", ("private", "internal", "public"), group.visibility)
    return group_json(call.world, group)


@api.delete("/groups/{id}")
def delete_group(call: Call) -> JSONResponse:
    """Delete a group with all that is in it, at once."""
    remove_group(call.world, find_group(call.world, call.user, call.path("id"), at_least=OWNER))
    return JSONResponse({"message": "202 Accepted"}, status_code=202)


def _page(call: Call, groups: list[Group]) -> JSONResponse:
    keys = {"name": lambda group: group.name.casefold(), "path": lambda group: group.path, "id": lambda group: group.id}
    order = call.params.one_of("order_by", ("name", "path", "id", "similarity"), "name")
    descending = call.params.one_of("sort", ("asc", "desc"), "asc") == "desc"
    groups.sort(key=keys.get(order, keys["name"]), reverse=descending)
    return page(call, groups, lambda group: group_json(call.world, group))


def _check(call: Call, *, name: str, path: str, parent: Group | None) -> None:
    """Raise 400 in the words of GitLab, which prints its own data structure here."""
    if not PATH.fullmatch(path) or path.endswith((".git", ".atom")):
        complaint = (
            "can contain only letters, digits, '_', '-' and '.'. "
            "Cannot start with '-' or end in '.', '.git' or '.atom'."
        )
        raise problems.bad_request(f'Failed to save group {{:path=>["{complaint}"]}}')
    if parent is not None and len(list(ancestry(call.world, parent))) >= DEEPEST:
        raise problems.bad_request('Failed to save group {:parent_id=>["has too deep level of nesting"]}')
    beside = [each for each in call.world.groups.values() if each.parent_id == (parent.id if parent else None)]
    projects = [each for each in call.world.projects.values() if parent is not None and each.group_id == parent.id]
    taken = []
    if any(each.name == name for each in beside):
        taken.append(':name=>["has already been taken"]')
    if path.casefold() in {*(each.path.casefold() for each in beside), *(each.path.casefold() for each in projects)}:
        taken.append(':path=>["has already been taken"]')
    if taken:
        raise problems.bad_request(f"Failed to save group {{{', '.join(taken)}}}")
