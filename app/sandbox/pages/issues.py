"""An issue's page and what can be done on it: comment, labels, close, and filing a new scoping issue."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from app.sandbox.acts.access import sees_issue
from app.sandbox.acts.commenting import write_note
from app.sandbox.acts.issue_edit import Edit
from app.sandbox.acts.updating import home_of, update_issue
from app.sandbox.http.auth import world_of
from app.sandbox.http.problems import ApiError
from app.sandbox.pages.issue_view import issue_values
from app.sandbox.pages.people import acting, back_to, require_same_site
from app.sandbox.pages.render import page, path_of
from app.sandbox.pages.rights import require_edit, require_internal
from app.sandbox.pages.scoping import WORKS, file_scoping_issue, plan_project
from app.sandbox.state import Issue, User, World


def issues_router() -> APIRouter:
    """Pages of issues and epics by their GitLab addresses, and their forms."""
    router = APIRouter()
    _add_pages(router)
    _add_forms(router)
    _add_scoping_form(router)
    return router


def _add_pages(router: APIRouter) -> None:
    @router.get("/{path:path}/-/issues/{iid}")
    @router.get("/{path:path}/-/work_items/{iid}")
    @router.get("/{path:path}/-/epics/{iid}")
    async def show(path: str, iid: int, request: Request) -> HTMLResponse:
        world = world_of(request)
        with world.lock:
            return _issue_page(request, _by_address(world, acting(request), path.removeprefix("groups/"), iid))


def _add_forms(router: APIRouter) -> None:
    @router.post("/-/issues/{issue_id}/notes")
    async def comment(issue_id: int, request: Request) -> Response:
        form = await request.form()
        body, internal = str(form.get("body", "")), "internal" in form
        world = world_of(request)
        with world.lock:
            actor, issue = _allowed(request, issue_id)
            if internal:
                require_internal(world, actor, issue)
            try:
                write_note(world, actor, issue, body, internal=internal)
            except ApiError as error:
                return _issue_page(request, issue, error=error, draft=body)
            return back_to(path_of(world, issue))

    @router.post("/-/issues/{issue_id}/labels")
    async def labels(issue_id: int, request: Request) -> Response:
        form = await request.form()
        added, removed = ([str(title) for title in form.getlist(name) if title] for name in ("add", "remove"))
        return _change(request, issue_id, Edit(add_labels=added, remove_labels=removed))

    @router.post("/-/issues/{issue_id}/state")
    async def state(issue_id: int, request: Request) -> Response:
        form = await request.form()
        return _change(request, issue_id, Edit(state_event="close" if form.get("event") == "close" else "reopen"))


def _add_scoping_form(router: APIRouter) -> None:
    @router.get("/-/new-scoping-issue")
    async def form_page(request: Request) -> HTMLResponse:
        world = world_of(request)
        with world.lock:
            return page(request, "new_issue.html", works=list(WORKS), error=None)

    @router.post("/-/new-scoping-issue")
    async def file(request: Request) -> Response:
        require_same_site(request)
        form = await request.form()
        customer, work = str(form.get("customer", "")).strip(), str(form.get("work", ""))
        world = world_of(request)
        with world.lock:
            project = plan_project(world)
            if project is None or not customer or work not in WORKS:
                error = "Name the customer and pick a kind of work." if project else "The sandbox has no project yet."
                return page(request, "new_issue.html", status=422, works=list(WORKS), error=error)
            issue = file_scoping_issue(
                world,
                project,
                acting(request),
                customer=customer,
                work=work,
                opportunity=str(form.get("opportunity", "")).strip(),
                public_sector="public_sector" in form,
            )
            return back_to(path_of(world, issue))


def _change(request: Request, issue_id: int, edit: Edit) -> Response:
    world = world_of(request)
    with world.lock:
        actor, issue = _allowed(request, issue_id)
        require_edit(world, actor, issue, edit)
        try:
            update_issue(world, actor, issue, edit)
        except ApiError as error:
            return _issue_page(request, issue, error=error)
        return back_to(path_of(world, issue))


def _allowed(request: Request, issue_id: int) -> tuple[User, Issue]:
    require_same_site(request)
    world, actor = world_of(request), acting(request)
    issue = world.issues.get(issue_id)
    if issue is None or not sees_issue(world, actor, issue):
        raise HTTPException(404, "There is no such issue.")
    return actor, issue


def _by_address(world: World, viewer: User, path: str, iid: int) -> Issue:
    for issue in world.issues.values():
        if issue.iid == iid and home_of(world, issue).full_path == path and sees_issue(world, viewer, issue):
            return issue
    raise HTTPException(404, "There is no such issue.")


def _issue_page(request: Request, issue: Issue, *, error: ApiError | None = None, draft: str = "") -> HTMLResponse:
    words = f"GitLab refused: {error.body.get('message') or error.body.get('error')}" if error else None
    values = issue_values(world_of(request), issue, acting(request))
    return page(request, "issue.html", status=422 if error else 200, error=words, draft=draft, **values)
