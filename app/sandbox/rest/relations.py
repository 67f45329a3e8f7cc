"""What hangs on an issue: links, label events, and emoji on it and its notes."""

from __future__ import annotations

from fastapi.responses import JSONResponse

from app.sandbox.acts.access import PLANNER, find_issue, find_project, level_at, sees_issue
from app.sandbox.acts.awarding import award, revoke
from app.sandbox.acts.linking import LINK_TYPES, find_link, link_issues, other_end, unlink
from app.sandbox.http import problems
from app.sandbox.http.api import Api, Call
from app.sandbox.http.paging import page
from app.sandbox.rest.issues import issue_of
from app.sandbox.rest.notes import note_of
from app.sandbox.shapes.basics import Json, iso
from app.sandbox.shapes.issues import award_json, issue_json, label_event_json, link_json
from app.sandbox.state import Award, Issue, LabelEvent, Link, Note

api = Api()

_ISSUE = "/projects/{id}/issues/{iid}"


@api.get(f"{_ISSUE}/links")
def list_links(call: Call) -> list[Json]:
    """The issues linked to this one, those that the caller sees; not paged."""
    issue = issue_of(call)
    shown = []
    for link in call.world.links.values():
        if issue.id not in {link.source_id, link.target_id}:
            continue
        other, link_type = other_end(call.world, link, issue)
        if other.project_id is not None and sees_issue(call.world, call.user, other):
            shown.append(
                issue_json(call.world, other, viewer=call.user)
                | {
                    "issue_link_id": link.id,
                    "link_type": link_type,
                    "link_created_at": iso(link.created_at),
                    "link_updated_at": iso(link.created_at),
                }
            )
    return shown


@api.post(f"{_ISSUE}/links")
def create_link(call: Call) -> Json:
    """Link another issue; 409 when they are linked already."""
    issue = issue_of(call)
    target_project = call.params.required("target_project_id")
    target_iid = call.params.required("target_issue_iid")
    link_type = call.params.one_of("link_type", LINK_TYPES, "relates_to")
    if level_at(call.world, call.user, issue) < PLANNER:
        raise problems.not_found()
    project = find_project(call.world, call.user, target_project)
    other = find_issue(call.world, call.user, project, target_iid)
    if find_link(call.world, issue, other) is not None:
        raise problems.conflict("Issue(s) already assigned")
    link = link_issues(call.world, call.user, issue, other, link_type=link_type)
    if link is None:
        raise problems.ApiError(
            404, {"message": "No matching issue found. Make sure that you are adding a valid issue URL."}
        )
    shown = link_json(call.world, link, viewer=call.user)
    if link.source_id != issue.id:
        shown |= {"source_issue": shown["target_issue"], "target_issue": shown["source_issue"], "link_type": link_type}
    return shown


@api.get(f"{_ISSUE}/links/{{link_id}}")
def get_link(call: Call) -> Json:
    """One link."""
    return link_json(call.world, _link_of(call), viewer=call.user)


@api.delete(f"{_ISSUE}/links/{{link_id}}")
def delete_link(call: Call) -> JSONResponse:
    """Undo a link; the answer shows it a last time."""
    link = _link_of(call)
    if level_at(call.world, call.user, issue_of(call)) < PLANNER:
        raise problems.forbidden()
    shown = link_json(call.world, link, viewer=call.user)
    unlink(call.world, call.user, link)
    return JSONResponse(shown)


@api.get(f"{_ISSUE}/resource_label_events")
def list_label_events(call: Call) -> JSONResponse:
    """Who put and took which label, oldest first."""
    events = _events(call, issue_of(call))
    return page(call, events, lambda event: label_event_json(call.world, event))


@api.get(f"{_ISSUE}/resource_label_events/{{event_id}}")
def get_label_event(call: Call) -> Json:
    """One of them."""
    for event in _events(call, issue_of(call)):
        if str(event.id) == call.path("event_id"):
            return label_event_json(call.world, event)
    raise problems.not_found("ResourceLabelEvent")


def _awards(call: Call) -> JSONResponse:
    issue, note = _target(call)
    held = [each for each in call.world.awards.values() if _is_on(each, issue, note)]
    return page(call, held, lambda each: award_json(call.world, each))


def _award(call: Call) -> Json:
    issue, note = _target(call)
    name = call.params.required("name").strip(":")
    made = award(call.world, call.user, issue, name=name, note=note, event_uuid=call.event_uuid)
    if made is None:
        raise problems.ApiError(404, {"message": "404 Award Emoji Name has already been taken Not Found"})
    return award_json(call.world, made)


def _get_award(call: Call) -> Json:
    return award_json(call.world, _held(call))


def _revoke(call: Call) -> None:
    held = _held(call)
    if held.user_id != call.user.id and not call.user.admin:
        raise problems.ApiError(401, {"message": "401 Unauthorized"})
    revoke(call.world, call.user, held, event_uuid=call.event_uuid)


for _place in (_ISSUE, f"{_ISSUE}/notes/{{note_id}}"):
    api.get(f"{_place}/award_emoji")(_awards)
    api.post(f"{_place}/award_emoji")(_award)
    api.get(f"{_place}/award_emoji/{{award_id}}")(_get_award)
    api.delete(f"{_place}/award_emoji/{{award_id}}")(_revoke)


def _target(call: Call) -> tuple[Issue, Note | None]:
    return issue_of(call), note_of(call) if "note_id" in call.request.path_params else None


def _is_on(held: Award, issue: Issue, note: Note | None) -> bool:
    return held.issue_id == issue.id and held.note_id == (None if note is None else note.id)


def _held(call: Call) -> Award:
    issue, note = _target(call)
    for held in call.world.awards.values():
        if _is_on(held, issue, note) and str(held.id) == call.path("award_id"):
            return held
    raise problems.not_found("Award Emoji")


def _events(call: Call, issue: Issue) -> list[LabelEvent]:
    return [event for event in call.world.label_events.values() if event.issue_id == issue.id]


def _link_of(call: Call) -> Link:
    issue = issue_of(call)
    for link in call.world.links.values():
        if str(link.id) == call.path("link_id") and issue.id in {link.source_id, link.target_id}:
            return link
    raise problems.not_found()
