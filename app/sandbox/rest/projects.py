"""Projects."""

from __future__ import annotations

import re
from functools import partial

from fastapi.responses import JSONResponse

from app.sandbox.acts.access import (
    DEVELOPER,
    GUEST,
    MAINTAINER,
    OWNER,
    find_group,
    find_project,
    group_level,
    project_level,
    sees_project,
)
from app.sandbox.acts.removal import remove_project
from app.sandbox.http import problems
from app.sandbox.http.api import Api, Call
from app.sandbox.http.paging import Order, page
from app.sandbox.rest.groups import PATH
from app.sandbox.shapes.basics import Json, iso
from app.sandbox.shapes.places import project_basic, project_json
from app.sandbox.state import Group, Member, Project

api = Api()

VISIBILITIES = ("private", "internal", "public")


@api.get("/projects")
def list_projects(call: Call) -> JSONResponse:
    """The projects that the caller sees."""
    world, params = call.world, call.params
    search = (params.text("search") or "").casefold()
    archived = params.flag("archived")
    after = params.whole("id_after")
    projects = [
        project
        for project in world.projects.values()
        if sees_project(world, call.user, project)
        and search in f"{project.name} {project.path}".casefold()
        and (archived is None or project.archived == archived)
        and not (params.flag("membership") and project_level(world, call.user, project) < GUEST)
        and not (params.flag("owned") and project_level(world, call.user, project) < OWNER)
        and (after is None or project.id > after)
    ]
    name = params.one_of(
        "order_by", ("id", "name", "path", "created_at", "updated_at", "last_activity_at"), "created_at"
    )
    descending = params.one_of("sort", ("asc", "desc"), "desc") == "desc"
    order = Order(by=name, descending=descending, position=partial(_position, by=name))
    projects.sort(key=order.position, reverse=descending)
    simple = params.flag("simple")
    return page(
        call,
        projects,
        lambda each: project_basic(world, each) if simple else project_json(world, each, viewer=call.user),
        order=order,
        keyset=frozenset({"id"}),
    )


@api.get("/projects/{id}")
def get_project(call: Call) -> Json:
    """One project by id or path."""
    return _shown(call, find_project(call.world, call.user, call.path("id")))


@api.post("/projects")
def create_project(call: Call) -> Json:
    """A project in a group (``namespace_id``); the sandbox has no personal projects."""
    name, path = call.params.text("name"), call.params.text("path")
    if not name and not path:
        raise problems.bad_parameter("name, path are missing, at least one parameter must be provided")
    group = _namespace(call)
    name, path = name or path or "", path or _slug(name or "")
    _check(call, name=name, path=path, group=group)
    project = Project(
        id=call.world.next_id(),
        name=name,
        path=path,
        group_id=group.id,
        full_path=f"{group.full_path}/{path}",
        visibility=call.params.one_of("visibility", VISIBILITIES, "private"),
        description=call.params.text("description"),
        creator_id=call.user.id,
        default_branch=call.params.text("default_branch") or "main",
        created_at=call.world.now(),
        last_activity_at=call.world.now(),
    )
    if call.params.flag("initialize_with_readme"):
        project.files["README.md"] = f"# {name}\n"
    call.world.projects[project.id] = project
    if project_level(call.world, call.user, project) < OWNER:
        call.world.members.append(Member(user_id=call.user.id, access_level=OWNER, project_id=project.id))
    return _shown(call, project)


@api.put("/projects/{id}")
def update_project(call: Call) -> Json:
    """Change name, description, visibility or default branch."""
    project = find_project(call.world, call.user, call.path("id"), at_least=MAINTAINER)
    project.name = call.params.text("name") or project.name
    if "description" in call.params:
        project.description = call.params.text("description")
    project.visibility = call.params.one_of("visibility", VISIBILITIES, project.visibility)
    project.default_branch = call.params.text("default_branch") or project.default_branch
    return _shown(call, project)


@api.post("/projects/{id}/archive")
def archive(call: Call) -> Json:
    """Archive: no more writes."""
    return _set_archived(call, archived=True)


@api.post("/projects/{id}/unarchive")
def unarchive(call: Call) -> Json:
    """Undo it."""
    return _set_archived(call, archived=False)


@api.get("/projects/{id}/import")
def import_status(call: Call) -> Json:
    """Blank projects are ready at once."""
    project = find_project(call.world, call.user, call.path("id"))
    return project_basic(call.world, project) | {"import_status": "none", "import_error": None}


@api.delete("/projects/{id}")
def delete_project(call: Call) -> JSONResponse:
    """Delete a project with all that is in it, at once."""
    remove_project(call.world, find_project(call.world, call.user, call.path("id"), at_least=OWNER))
    return JSONResponse({"message": "202 Accepted"}, status_code=202)


def _position(project: Project, *, by: str) -> tuple[str, int]:
    texts = {"name": project.name.casefold(), "path": project.path, "last_activity_at": iso(project.last_activity_at)}
    return texts.get(by, ""), project.id


def _shown(call: Call, project: Project) -> Json:
    return project_json(call.world, project, viewer=call.user)


def _set_archived(call: Call, *, archived: bool) -> Json:
    project = find_project(call.world, call.user, call.path("id"), at_least=OWNER)
    project.archived = archived
    return _shown(call, project)


def _namespace(call: Call) -> Group:
    namespace = call.params.text("namespace_id")
    if namespace is None:
        raise problems.bad_request({"namespace": ["is not valid"]})
    group = find_group(call.world, call.user, namespace)
    if group_level(call.world, call.user, group) < DEVELOPER:
        raise problems.bad_request({"namespace": ["is not valid"]})
    return group


def _check(call: Call, *, name: str, path: str, group: Group) -> None:
    if not PATH.fullmatch(path) or path.endswith((".git", ".atom")):
        complaint = (
            "can contain only letters, digits, '_', '-' and '.'. Cannot start with '-', end in '.git' or end in '.atom'"
        )
        raise problems.bad_request({"path": [complaint]})
    projects = [each for each in call.world.projects.values() if each.group_id == group.id]
    groups = [each for each in call.world.groups.values() if each.parent_id == group.id]
    errors = {}
    if any(each.name == name for each in projects):
        errors["name"] = ["has already been taken"]
    if path.casefold() in {*(each.path.casefold() for each in projects), *(each.path.casefold() for each in groups)}:
        errors["path"] = ["has already been taken"]
    if errors:
        raise problems.bad_request({"project_namespace.name": ["has already been taken"], **errors})


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name.lower()).strip("-.")
