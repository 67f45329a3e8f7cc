"""Issues: lists of a project, a group or everywhere; one issue; filing, changing, deleting."""

from __future__ import annotations

from fastapi.responses import JSONResponse

from app.sandbox.acts.access import (
    GUEST,
    OWNER,
    PLANNER,
    descendants,
    find_group,
    find_issue,
    find_project,
    project_level,
    sees_issue,
)
from app.sandbox.acts.filing import file_issue
from app.sandbox.acts.issue_filters import chosen, order_of
from app.sandbox.acts.removal import remove_issue
from app.sandbox.acts.updating import update_issue
from app.sandbox.http import problems
from app.sandbox.http.api import Api, Call
from app.sandbox.http.limits import limit_issue_creation
from app.sandbox.http.paging import page
from app.sandbox.rest.issue_params import UPDATE_PARAMS, edit_from
from app.sandbox.shapes.basics import Json
from app.sandbox.shapes.issues import issue_json
from app.sandbox.state import Issue, Project

api = Api()

KEYSET_ORDERS = frozenset({"id", "created_at", "updated_at", "title", "due_date", "weight", "relative_position"})
"""Orders in which a project's issues can be paged by key; other lists of issues can't."""


def issue_of(call: Call) -> Issue:
    """The issue of the address; 404 unless the caller sees it."""
    project = find_project(call.world, call.user, call.path("id"))
    return find_issue(call.world, call.user, project, call.path("iid"))


def writable(call: Call, issue: Issue) -> None:
    """Raise 403 for an archived project, or somebody who is neither author, assignee nor planner."""
    assert issue.project_id is not None
    project = call.world.projects[issue.project_id]
    own = call.user.id in {issue.author_id, *issue.assignee_ids}
    if project.archived or (not own and project_level(call.world, call.user, project) < PLANNER):
        raise problems.forbidden()


@api.get("/issues")
def list_everywhere(call: Call) -> JSONResponse:
    """Issues of all projects that the caller sees; by default those filed by themselves, as GitLab does."""
    call.params.setdefault("scope", "created_by_me")
    return _list(call, [issue for issue in call.world.issues.values() if issue.project_id is not None])


@api.get("/groups/{id}/issues")
def list_of_group(call: Call) -> JSONResponse:
    """Issues of the group's projects and of its subgroups'; offset pagination only."""
    group = find_group(call.world, call.user, call.path("id"))
    below = {each.id for each in descendants(call.world, group)}
    non_archived = call.params.flag("non_archived") is not False
    projects = {p.id for p in call.world.projects.values() if p.group_id in below and not (non_archived and p.archived)}
    return _list(call, [issue for issue in call.world.issues.values() if issue.project_id in projects])


@api.get("/projects/{id}/issues")
def list_of_project(call: Call) -> JSONResponse:
    """Issues of a project."""
    project = find_project(call.world, call.user, call.path("id"))
    held = [issue for issue in call.world.issues.values() if issue.project_id == project.id]
    return _list(call, held, keyset=KEYSET_ORDERS)


@api.get("/projects/{id}/issues/{iid}")
def get_issue(call: Call) -> Json:
    """One issue by iid."""
    return _shown(call, issue_of(call))


@api.get("/issues/{global_id}")
def get_by_global_id(call: Call) -> Json:
    """One issue by its global id: administrators only."""
    if not call.user.admin:
        raise problems.forbidden()
    issue = call.world.issues.get(int(call.path("global_id"))) if call.path("global_id").isdecimal() else None
    if issue is None or issue.project_id is None:
        raise problems.not_found("Issue")
    return _shown(call, issue)


@api.post("/projects/{id}/issues")
def create_issue(call: Call) -> Json:
    """File an issue."""
    project = find_project(call.world, call.user, call.path("id"))
    call.params.required("title")
    if project.archived or (project.visibility == "private" and _level(call, project) < GUEST):
        raise problems.forbidden()
    limit_issue_creation(call.world, project_id=project.id, user_id=call.user.id)
    iid, created_at = None, None
    if _level(call, project) >= OWNER:  # others' choices of number and time are dropped silently
        iid, created_at = call.params.whole("iid"), call.params.moment("created_at")
        taken = {issue.iid for issue in call.world.issues.values() if issue.project_id == project.id}
        if iid in taken:
            raise problems.conflict("Duplicated issue")
    edit = edit_from(call, project)
    edit.state_event = None
    issue = file_issue(call.world, call.user, project, edit, iid=iid, created_at=created_at, event_uuid=call.event_uuid)
    return _shown(call, issue)


@api.put("/projects/{id}/issues/{iid}")
def change_issue(call: Call) -> Json:
    """Change an issue; at least one parameter is needed."""
    issue = issue_of(call)
    call.params.require_any(UPDATE_PARAMS)
    writable(call, issue)
    assert issue.project_id is not None
    edit = edit_from(call, call.world.projects[issue.project_id])
    update_issue(call.world, call.user, issue, edit, event_uuid=call.event_uuid)
    return _shown(call, issue)


@api.delete("/projects/{id}/issues/{iid}")
def delete_issue(call: Call) -> None:
    """Delete an issue: owners, and nobody is told."""
    issue = issue_of(call)
    assert issue.project_id is not None
    if _level(call, call.world.projects[issue.project_id]) < OWNER:
        raise problems.forbidden()
    remove_issue(call.world, issue)


def _list(call: Call, issues: list[Issue], *, keyset: frozenset[str] = frozenset()) -> JSONResponse:
    seen = [issue for issue in issues if sees_issue(call.world, call.user, issue)]
    fitting = chosen(call.world, seen, call.params, viewer=call.user)
    details = call.params.flag("with_labels_details") or False
    return page(
        call,
        fitting,
        lambda issue: issue_json(call.world, issue, viewer=call.user, label_details=details),
        order=order_of(call.params),
        keyset=keyset,
    )


def _shown(call: Call, issue: Issue) -> Json:
    return issue_json(call.world, issue, viewer=call.user)


def _level(call: Call, project: Project) -> int:
    return project_level(call.world, call.user, project)
