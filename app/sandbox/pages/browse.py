"""Pages to look around: groups, projects and their files, by the addresses that GitLab gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.sandbox.acts.access import ancestry, sees_group, sees_issue, sees_project
from app.sandbox.acts.planning import iterations_of
from app.sandbox.http.auth import world_of
from app.sandbox.pages.people import acting
from app.sandbox.pages.render import page
from app.sandbox.state import Group, Issue, Project, User, World

_Placed = TypeVar("_Placed", Project, Group)
Row = tuple[str, str, str]
"""Address, text and hint of a line."""


def browse_router() -> APIRouter:
    """The pages under a full path. They take any address, so this router must be the last one."""
    router = APIRouter()

    @router.get("/-/explore")
    async def explore(request: Request) -> HTMLResponse:
        world = world_of(request)
        with world.lock:
            viewer = acting(request)
            groups = [group for group in _sorted(world.groups) if sees_group(world, viewer, group)]
            projects = [project for project in _sorted(world.projects) if sees_project(world, viewer, project)]
            listings = [("Groups", _rows(groups)), ("Projects", _rows(projects)), ("Boards", _boards(world))]
            return _place_page(request, name="Groups and projects", kind="everything", listings=listings)

    @router.get("/{_place:path}/-/boards/{board_id}")
    async def board(board_id: int) -> RedirectResponse:
        return RedirectResponse(f"/boards/{board_id}")

    @router.get("/{path:path}/-/blob/main/{file_path:path}")
    async def file(path: str, file_path: str, request: Request) -> HTMLResponse:
        world = world_of(request)
        with world.lock:
            project = _project(world, acting(request), path)
            if project is None or file_path not in project.files:
                raise HTTPException(404, "There is no such file.")
            content = project.files[file_path]
            return page(request, "file.html", project=project, file_path=file_path, content=content)

    @router.get("/{path:path}")
    async def place(path: str, request: Request) -> HTMLResponse:
        world = world_of(request)
        with world.lock:
            viewer = acting(request)
            if project := _project(world, viewer, path):
                return _project_page(request, world, viewer, project)
            if group := _group(world, viewer, path.removeprefix("groups/")):
                return _group_page(request, world, viewer, group)
        raise HTTPException(404, "There is nothing here.")

    return router


def _project_page(request: Request, world: World, viewer: User, project: Project) -> HTMLResponse:
    issues = [i for i in world.issues.values() if i.project_id == project.id and sees_issue(world, viewer, i)]
    files = [(f"/{project.full_path}/-/blob/main/{name}", name, "") for name in sorted(project.files)]
    return _place_page(
        request,
        name=project.name,
        kind="project",
        place=project,
        above=_above(world, world.groups[project.group_id]),
        listings=[
            ("Boards", _boards(world, project_id=project.id)),
            ("Milestones", _milestones(world, project)),
            ("Files", files),
        ],
        items=_newest(issues),
        labels=[label for label in world.labels.values() if label.project_id == project.id],
        readme=project.files.get("README.md", ""),
    )


def _group_page(request: Request, world: World, viewer: User, group: Group) -> HTMLResponse:
    epics = [i for i in world.issues.values() if i.group_id == group.id and i.project_id is None]
    subgroups = [g for g in _sorted(world.groups) if g.parent_id == group.id and sees_group(world, viewer, g)]
    projects = [p for p in _sorted(world.projects) if p.group_id == group.id and sees_project(world, viewer, p)]
    return _place_page(
        request,
        name=group.name,
        kind="group",
        place=group,
        above=_above(world, group)[:-1],
        listings=[
            ("Subgroups", _rows(subgroups)),
            ("Projects", _rows(projects)),
            ("Boards", _boards(world, group_id=group.id)),
            ("Iteration cadences", _cadences(world, group)),
        ],
        items=_newest([epic for epic in epics if sees_issue(world, viewer, epic)]),
        items_heading="Epics",
        labels=[label for label in world.labels.values() if label.group_id == group.id],
    )


def _place_page(
    request: Request, *, name: str, kind: str, place: Group | Project | None = None, **values: Any
) -> HTMLResponse:
    defaults = {"above": [], "items": [], "items_heading": "Issues", "labels": [], "readme": ""}
    return page(
        request,
        "place.html",
        name=name,
        kind=kind,
        visibility=place.visibility if place else "sandbox",
        description=place.description if place else None,
        now=world_of(request).now(),
        **(defaults | values),
    )


def _project(world: World, viewer: User, path: str) -> Project | None:
    found = (p for p in world.projects.values() if p.full_path == path and sees_project(world, viewer, p))
    return next(found, None)


def _group(world: World, viewer: User, path: str) -> Group | None:
    found = (g for g in world.groups.values() if g.full_path == path and sees_group(world, viewer, g))
    return next(found, None)


def _above(world: World, group: Group) -> list[tuple[str, str]]:
    return [(above.name, f"/{above.full_path}") for above in reversed(list(ancestry(world, group)))]


def _sorted(records: Mapping[int, _Placed]) -> list[_Placed]:
    return sorted(records.values(), key=lambda record: record.full_path)


def _rows(records: list[Group] | list[Project]) -> list[Row]:
    return [(f"/{record.full_path}", record.full_path, record.description or "") for record in records]


def _boards(world: World, *, group_id: int | None = None, project_id: int | None = None) -> list[Row]:
    everywhere = group_id is None and project_id is None
    return [
        (f"/boards/{board.id}", board.name, f"{len(board.lists)} lists")
        for board in world.boards.values()
        if everywhere or (board.group_id, board.project_id) == (group_id, project_id)
    ]


def _milestones(world: World, project: Project) -> list[Row]:
    """With their dates and how many of their issues are closed; GitLab's own page of one is not imitated."""
    rows = []
    for milestone in (each for each in world.milestones.values() if each.project_id == project.id):
        issues = [issue for issue in world.issues.values() if issue.milestone_id == milestone.id]
        closed = sum(issue.state == "closed" for issue in issues)
        dates = f"{milestone.start_date or '…'} to {milestone.due_date or '…'}, " if milestone.due_date else ""
        counted = f"{closed} of {len(issues)} issues closed" if issues else "no issues"
        rows.append(("", milestone.title, f"{dates}{counted}. {milestone.description}".rstrip()))
    return rows


def _cadences(world: World, group: Group) -> list[Row]:
    rows = []
    for cadence in (each for each in world.cadences.values() if each.group_id == group.id):
        boxes = iterations_of(world, [cadence])
        dates = "; ".join(f"{box.start_date:%-d %b} to {box.due_date:%-d %b %Y}" for box in boxes)
        length = f"{cadence.weeks} week{'' if cadence.weeks == 1 else 's'} each"
        rows.append(("", cadence.title, f"{len(boxes)} iterations, {length}: {dates}"))
    return rows


def _newest(items: list[Issue]) -> list[Issue]:
    return sorted(items, key=lambda item: item.updated_at, reverse=True)
