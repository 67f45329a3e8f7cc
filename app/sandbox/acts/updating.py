"""Changes issues and epics, and tells of it as GitLab does.

A state change is told first, on its own (``close``, ``reopen``). Then, if anything else was asked for, ``update``, also
when nothing came of it: its changes are then empty. Parents, links and iterations are in no event's changes.
"""

from __future__ import annotations

from typing import Any

from app.sandbox.acts.access import PLANNER, level_at
from app.sandbox.acts.issue_edit import PLAIN, Edit
from app.sandbox.acts.issue_rules import assignable, check, labels_after, labels_held, milestone_fits
from app.sandbox.acts.label_log import log_labels
from app.sandbox.acts.labelling import Home
from app.sandbox.acts.mentions import record_mentions
from app.sandbox.acts.planning import iteration_fits
from app.sandbox.acts.system_notes import add_system_note, assignees_changed
from app.sandbox.quick_actions.run import run_quick_actions
from app.sandbox.state import Happening, Issue, User, World

STATE_IDS = {"opened": 1, "closed": 2}
UNTOLD = {"item_type", "iteration_id"}
WATCHED = (*sorted(PLAIN - UNTOLD), "last_edited_at", "last_edited_by_id", "updated_at", "updated_by_id")


def home_of(world: World, issue: Issue) -> Home:
    """The project of an issue, the group of an epic."""
    if issue.project_id is not None:
        return world.projects[issue.project_id]
    assert issue.group_id is not None
    return world.groups[issue.group_id]


def update_issue(world: World, actor: User, issue: Issue, edit: Edit, *, event_uuid: str | None = None) -> None:
    """Do an edit with the actor's rights; quick actions in a new description are done too."""
    home = home_of(world, issue)
    if edit.fields.get("description"):
        done = run_quick_actions(world, actor, home, edit.fields["description"], issue=issue, edit=edit)
        edit.fields["description"] = done.text
    check(edit)
    if level_at(world, actor, issue) < PLANNER:
        edit = edit.without_metadata()
    if edit.state_event:
        change_state(world, actor, issue, edit.state_event, event_uuid=event_uuid)
    if not edit.is_empty():
        _change(world, actor, issue, home, edit, event_uuid=event_uuid)
    for act in edit.after:
        act(issue)


def change_state(world: World, actor: User, issue: Issue, state_event: str, *, event_uuid: str | None = None) -> None:
    """``close`` or ``reopen``; nothing happens to an issue that is so already."""
    closing = state_event == "close"
    if (issue.state == "closed") == closing:
        return
    before = (STATE_IDS[issue.state], issue.closed_at, issue.updated_at)
    now = world.now()
    issue.state = "closed" if closing else "opened"
    issue.closed_at = now if closing else None
    issue.closed_by_id = actor.id if closing else None
    issue.updated_at = now
    after = (STATE_IDS[issue.state], issue.closed_at, issue.updated_at)
    pairs = zip(("state_id", "closed_at", "updated_at"), zip(before, after, strict=True), strict=True)
    add_system_note(world, actor, issue, "closed" if closing else "reopened")
    changes: dict[str, tuple[Any, Any]] = dict(pairs)
    world.announce(
        Happening(kind="issue", action=state_event, actor=actor, issue=issue, changes=changes, event_uuid=event_uuid)
    )


def _change(world: World, actor: User, issue: Issue, home: Home, edit: Edit, *, event_uuid: str | None) -> None:
    before = {name: getattr(issue, name) for name in WATCHED}
    labels_before, assignees_before = labels_held(world, issue), list(issue.assignee_ids)
    iteration_before = issue.iteration_id
    labels = labels_after(world, actor, home, edit, before=labels_before)
    issue.label_ids = [label.id for label in labels]
    if edit.assignee_ids is not None:
        issue.assignee_ids = assignable(world, home, edit.assignee_ids)
    _set_fields(world, home, issue, edit)
    changes: dict[str, tuple[Any, Any]] = {}
    if {label.id for label in labels} != {label.id for label in labels_before}:
        changes["labels"] = ([label.id for label in labels_before], issue.label_ids[:])
    if issue.assignee_ids != assignees_before:
        changes["assignees"] = (assignees_before, issue.assignee_ids[:])
    _stamp(world, actor, issue, before, related_changed=bool(changes) or issue.iteration_id != iteration_before)
    changes |= {name: (old, new) for name, old in before.items() if (new := getattr(issue, name)) != old}
    log_labels(world, actor, issue, before=labels_before, after=labels)
    _log(world, actor, issue, changes)
    record_mentions(
        world, text=issue.description or "", before=before["description"] or "", issue=issue, note=None, by=actor
    )
    world.announce(
        Happening(kind="issue", action="update", actor=actor, issue=issue, changes=changes, event_uuid=event_uuid)
    )


def _set_fields(world: World, home: Home, issue: Issue, edit: Edit) -> None:
    for name, value in edit.fields.items():
        if name == "milestone_id" and value is not None and not milestone_fits(world, home, value):
            continue
        if name == "iteration_id" and value is not None and not iteration_fits(world, home, value):
            continue
        setattr(issue, name, value.strip() if name == "title" else value)
    if edit.parent_sent:
        issue.parent_id = edit.parent_id


def _stamp(world: World, actor: User, issue: Issue, before: dict[str, Any], *, related_changed: bool) -> None:
    changed = {name for name, old in before.items() if getattr(issue, name) != old}
    now = world.now()
    if changed & {"title", "description"}:
        issue.last_edited_at, issue.last_edited_by_id = now, actor.id
    if changed:
        issue.updated_by_id = actor.id
    if changed or related_changed:
        issue.updated_at = now


def _log(world: World, actor: User, issue: Issue, changes: dict[str, tuple[Any, Any]]) -> None:
    if "title" in changes:
        add_system_note(world, actor, issue, "changed title from **{}** to **{}**".format(*changes["title"]))
    if "description" in changes:
        add_system_note(world, actor, issue, "changed the description")
    if "confidential" in changes:
        seen = "made the issue confidential" if issue.confidential else "made the issue visible to everyone"
        add_system_note(world, actor, issue, seen)
    if "assignees" in changes:
        old, new = ([world.users[held] for held in ids if held in world.users] for ids in changes["assignees"])
        added = [user for user in new if user not in old]
        removed = [user for user in old if user not in new]
        add_system_note(world, actor, issue, assignees_changed(added, removed))
