"""Turns the parameters of a request about an issue into an edit."""

from __future__ import annotations

from app.sandbox.acts.access import sees_issue
from app.sandbox.acts.issue_edit import Edit
from app.sandbox.http.api import Call
from app.sandbox.shapes.issues import EPIC_ID_OFFSET
from app.sandbox.state import Project

UPDATE_PARAMS = (
    "assignee_id", "assignee_ids", "confidential", "created_at", "description", "discussion_locked", "due_date",
    "issue_type", "labels", "add_labels", "remove_labels", "milestone_id", "start_date", "state_event", "title",
    "updated_at", "weight", "epic_id", "epic_iid", "milestone", "health_status",
)  # fmt: skip
"""At least one of these has to be in a PUT."""

ISSUE_TYPES = ("issue", "incident", "test_case", "task")


def edit_from(call: Call, project: Project) -> Edit:
    """What the request asks for. Values that do not fit raise 400."""
    params = call.params
    edit = Edit()
    for name in ("title", "description"):
        if name in params:
            edit.fields[name] = params.text(name)
    for name in ("due_date", "start_date"):
        if name in params:
            edit.fields[name] = params.day(name)
    for name in ("confidential", "discussion_locked"):
        if (flag := params.flag(name)) is not None:
            edit.fields[name] = flag
    if "weight" in params:
        edit.fields["weight"] = params.whole("weight")
    if "issue_type" in params:
        edit.fields["item_type"] = params.one_of("issue_type", ISSUE_TYPES, "issue").replace("_", " ").capitalize()
    _read_milestone(call, project, edit)
    _read_labels(call, edit)
    _read_assignees(call, edit)
    _read_epic(call, edit)
    if params.text("state_event"):
        edit.state_event = params.one_of("state_event", ("close", "reopen"), "")
    return edit


def _read_milestone(call: Call, project: Project, edit: Edit) -> None:
    params = call.params
    if "milestone_id" in params:
        edit.fields["milestone_id"] = params.whole("milestone_id") or None
    elif title := params.text("milestone"):
        held = call.world.milestones.values()
        edit.fields["milestone_id"] = next(
            (each.id for each in held if each.title == title and each.project_id == project.id), None
        )


def _read_labels(call: Call, edit: Edit) -> None:
    params = call.params
    edit.relabelled = any(name in params for name in ("labels", "add_labels", "remove_labels"))
    edit.labels = params.titles("labels")
    edit.add_labels = params.titles("add_labels") or []
    edit.remove_labels = params.titles("remove_labels") or []


def _read_assignees(call: Call, edit: Edit) -> None:
    params = call.params
    if "assignee_ids" in params:
        # An empty text, 0 and null in the list all mean nobody.
        edit.assignee_ids = [user_id for user_id in params.wholes("assignee_ids") or [] if user_id]
    elif "assignee_id" in params:
        single = params.whole("assignee_id")
        edit.assignee_ids = [single] if single else []


def _read_epic(call: Call, edit: Edit) -> None:
    if "epic_id" not in call.params or not call.world.epics:
        return
    epic_id = call.params.whole("epic_id")
    epic = call.world.issues.get((epic_id or 0) - EPIC_ID_OFFSET)
    if not epic_id:
        edit.parent_id, edit.parent_sent = None, True
    elif epic is not None and epic.item_type == "Epic" and sees_issue(call.world, call.user, epic):
        edit.parent_id, edit.parent_sent = epic.id, True
