"""Moving an issue to another project: a new issue there, the old one closed and pointing to it."""

from __future__ import annotations

from app.sandbox.acts.access import PLANNER, find_project, project_level
from app.sandbox.acts.filing import file_issue
from app.sandbox.acts.issue_edit import Edit
from app.sandbox.acts.issue_rules import labels_held
from app.sandbox.acts.labelling import known_labels
from app.sandbox.acts.system_notes import add_system_note
from app.sandbox.acts.updating import change_state
from app.sandbox.http import problems
from app.sandbox.http.api import Api, Call
from app.sandbox.rest.issues import issue_of, writable
from app.sandbox.shapes.basics import Json
from app.sandbox.shapes.issues import comments_of, issue_json, reference
from app.sandbox.state import Note

api = Api()


@api.post("/projects/{id}/issues/{iid}/move")
def move_issue(call: Call) -> Json:
    """Same-named labels go along, others are lost. Told as ``open`` there and ``close`` here."""
    world, issue = call.world, issue_of(call)
    call.params.required("to_project_id")
    target = find_project(world, call.user, str(call.params.whole("to_project_id")))
    writable(call, issue)
    if target.id == issue.project_id:
        raise problems.bad_request("Cannot move issue to project it originates from!")
    if issue.moved_to_id is not None or project_level(world, call.user, target) < PLANNER:
        raise problems.bad_request("Cannot move issue due to insufficient permissions!")
    titles = [
        label.title for label in known_labels(world, target, [label.title for label in labels_held(world, issue)])
    ]
    fields = {
        "title": issue.title,
        "description": issue.description,
        "confidential": issue.confidential,
        "due_date": issue.due_date,
    }
    edit = Edit(fields=fields, labels=titles, assignee_ids=list(issue.assignee_ids))
    moved = file_issue(world, call.user, target, edit, copy_of=issue, event_uuid=call.event_uuid)
    for note in comments_of(world, issue):
        _copy(call, note, moved.id)
    issue.moved_to_id = moved.id
    add_system_note(world, call.user, issue, f"moved to {reference(world, moved)}")
    add_system_note(world, call.user, moved, f"moved from {reference(world, issue)}")
    change_state(world, call.user, issue, "close", event_uuid=call.event_uuid)
    return issue_json(world, moved, viewer=call.user)


def _copy(call: Call, note: Note, issue_id: int) -> None:
    copy = Note(
        id=call.world.next_id(),
        issue_id=issue_id,
        body=note.body,
        author_id=note.author_id,
        created_at=note.created_at,
        updated_at=note.updated_at,
        internal=note.internal,
        discussion_id=note.discussion_id,
    )
    call.world.notes[copy.id] = copy
