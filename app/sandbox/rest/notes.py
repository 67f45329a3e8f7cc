"""Notes of an issue: comments, internal ones too, and the system's."""

from __future__ import annotations

from fastapi.responses import JSONResponse

from app.sandbox.acts.access import GUEST, MAINTAINER, OWNER, PLANNER, level_at, sees_note
from app.sandbox.acts.commenting import edit_note, write_note
from app.sandbox.acts.removal import remove_note
from app.sandbox.http import problems
from app.sandbox.http.api import Api, Call
from app.sandbox.http.limits import limit_note_creation
from app.sandbox.http.paging import page
from app.sandbox.rest.issues import issue_of
from app.sandbox.shapes.basics import Json
from app.sandbox.shapes.issues import note_json
from app.sandbox.state import Issue, Note

api = Api()

BODY_LIMIT = 1_000_000
COMMENTS_PER_ISSUE = 5_000


@api.get("/projects/{id}/issues/{iid}/notes")
def list_notes(call: Call) -> JSONResponse:
    """Newest first by default."""
    issue = issue_of(call)
    wanted = call.params.one_of("activity_filter", ("all_notes", "only_comments", "only_activity"), "all_notes")
    notes = [
        note
        for note in call.world.notes.values()
        if note.issue_id == issue.id
        and sees_note(call.world, call.user, note)
        and (wanted == "all_notes" or note.system == (wanted == "only_activity"))
    ]
    by_update = call.params.one_of("order_by", ("created_at", "updated_at"), "created_at") == "updated_at"
    descending = call.params.one_of("sort", ("asc", "desc"), "desc") == "desc"
    notes.sort(key=lambda note: (note.updated_at if by_update else note.created_at, note.id), reverse=descending)
    return page(call, notes, lambda note: note_json(call.world, note))


@api.get("/projects/{id}/issues/{iid}/notes/{note_id}")
def get_note(call: Call) -> Json:
    """One note."""
    return note_json(call.world, note_of(call))


@api.post("/projects/{id}/issues/{iid}/notes")
def create_note(call: Call) -> Json | JSONResponse:
    """Comment. Quick actions alone are answered with 202 and leave no note."""
    issue = issue_of(call)
    body = call.params.required("body")
    _may_comment(call, issue)
    limit_note_creation(call.world, user_id=call.user.id)
    _check_body(body)
    if len([note for note in call.world.notes.values() if note.issue_id == issue.id]) >= COMMENTS_PER_ISSUE:
        raise problems.bad_request('Note {:noteable=>["has reached its limit of comments"]}')
    internal = call.params.flag("internal") or call.params.flag("confidential") or False
    if internal and level_at(call.world, call.user, issue) < PLANNER:
        raise problems.forbidden()
    chosen_time = level_at(call.world, call.user, issue) >= OWNER
    created_at = call.params.moment("created_at") if chosen_time else None
    written = write_note(
        call.world, call.user, issue, body, internal=internal, created_at=created_at, event_uuid=call.event_uuid
    )
    if written.note is not None:
        return note_json(call.world, written.note) | {"commands_changes": written.changes}
    if written.summary:
        return JSONResponse({"commands_changes": written.changes, "summary": written.summary}, status_code=202)
    raise problems.bad_request("400 Bad request - Failed to apply commands.")


@api.put("/projects/{id}/issues/{iid}/notes/{note_id}")
def update_note(call: Call) -> Json:
    """Change a comment's text."""
    note = note_of(call)
    body = call.params.required("body")
    _may_change(call, note)
    _check_body(body)
    edit_note(call.world, call.user, note, body, event_uuid=call.event_uuid)
    return note_json(call.world, note)


@api.delete("/projects/{id}/issues/{iid}/notes/{note_id}")
def delete_note(call: Call) -> None:
    """Delete a comment; nobody is told."""
    note = note_of(call)
    _may_change(call, note)
    remove_note(call.world, note)


def note_of(call: Call) -> Note:
    """The note of the address; 404 unless the caller sees it."""
    issue = issue_of(call)
    for note in call.world.notes.values():
        if (
            note.issue_id == issue.id
            and str(note.id) == call.path("note_id")
            and sees_note(call.world, call.user, note)
        ):
            return note
    raise problems.not_found("Note")


def _may_comment(call: Call, issue: Issue) -> None:
    level = level_at(call.world, call.user, issue)
    project = call.world.projects.get(issue.project_id) if issue.project_id is not None else None
    closed_to_guests = issue.discussion_locked and level < GUEST
    if (project is not None and project.archived) or closed_to_guests:
        raise problems.forbidden()


def _may_change(call: Call, note: Note) -> None:
    level = level_at(call.world, call.user, call.world.issues[note.issue_id])
    if note.system or (note.author_id != call.user.id and level < MAINTAINER):
        raise problems.forbidden()


def _check_body(body: str) -> None:
    if not body.strip():
        raise problems.bad_request('400 Bad request - Note {:note=>["can\'t be blank"]}')
    if len(body) > BODY_LIMIT:
        raise problems.bad_request('400 Bad request - Note {:note=>["is too long (maximum is 1000000 characters)"]}')
