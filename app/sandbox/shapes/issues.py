"""Issues, notes, links, emoji and label events as JSON."""

from __future__ import annotations

import re

from app.sandbox.shapes.basics import Json, iso, iso_or_none, label_basic, user_by_id
from app.sandbox.shapes.places import group_url, iteration_json, milestone_json, project_url
from app.sandbox.state import Award, Issue, Label, LabelEvent, Link, Note, User, World

EPIC_ID_OFFSET = 1_000_000
"""The REST id of an epic is not its work item id; this far apart, a mix-up is noticed."""

_TASK = re.compile(r"^[ \t]*[-*+] \[( |x)\]", re.IGNORECASE | re.MULTILINE)


def issue_url(world: World, issue: Issue) -> str:
    """Where people find an issue or an epic."""
    if issue.project_id is not None:
        return f"{project_url(world, world.projects[issue.project_id])}/-/issues/{issue.iid}"
    assert issue.group_id is not None
    return f"{group_url(world, world.groups[issue.group_id])}/-/epics/{issue.iid}"


def reference(world: World, issue: Issue) -> str:
    """``group/project#7``, for an epic ``group&7``."""
    if issue.project_id is not None:
        return f"{world.projects[issue.project_id].full_path}#{issue.iid}"
    assert issue.group_id is not None
    return f"{world.groups[issue.group_id].full_path}&{issue.iid}"


def labels_of(world: World, issue: Issue) -> list[Label]:
    """The labels of an issue, by title, as GitLab orders them."""
    held = (world.labels[label_id] for label_id in issue.label_ids if label_id in world.labels)
    return sorted(held, key=lambda label: label.title)


def comments_of(world: World, issue: Issue) -> list[Note]:
    """The comments on an issue, without system notes."""
    return [note for note in world.notes.values() if note.issue_id == issue.id and not note.system]


def epic_of(world: World, issue: Issue) -> Issue | None:
    """The epic that an issue belongs to."""
    parent = world.issues.get(issue.parent_id) if issue.parent_id is not None else None
    return parent if parent is not None and parent.item_type == "Epic" else None


def issue_json(world: World, issue: Issue, *, viewer: User, label_details: bool = False) -> Json:
    """An issue as the issues API gives it."""
    assert issue.project_id is not None
    assignees = [shown for held in issue.assignee_ids if (shown := user_by_id(world, held))]
    milestone = world.milestones.get(issue.milestone_id) if issue.milestone_id is not None else None
    labels = labels_of(world, issue)
    return {
        "id": issue.id,
        "iid": issue.iid,
        "project_id": issue.project_id,
        "title": issue.title,
        "description": issue.description,
        "state": issue.state,
        "created_at": iso(issue.created_at),
        "updated_at": iso(issue.updated_at),
        "closed_at": iso_or_none(issue.closed_at),
        "closed_by": user_by_id(world, issue.closed_by_id),
        "labels": [label_basic(label) if label_details else label.title for label in labels],
        "milestone": None if milestone is None else milestone_json(world, milestone),
        "assignees": assignees,
        "author": user_by_id(world, issue.author_id),
        "type": issue.item_type.upper(),
        "assignee": assignees[0] if assignees else None,
        "user_notes_count": len(comments_of(world, issue)),
        "merge_requests_count": 0,
        **_votes(world, issue),
        "start_date": issue.start_date,
        "due_date": issue.due_date,
        "confidential": issue.confidential,
        "discussion_locked": issue.discussion_locked,
        "issue_type": issue.item_type.lower(),
        "web_url": issue_url(world, issue),
        "time_stats": {
            "time_estimate": 0,
            "total_time_spent": 0,
            "human_time_estimate": None,
            "human_total_time_spent": None,
        },
        **_tasks(issue.description),
        "blocking_issues_count": _blocking(world, issue),
        "weight": issue.weight,
        "_links": _addresses(world, issue),
        "references": {
            "short": f"#{issue.iid}",
            "relative": f"#{issue.iid}",
            "full": reference(world, issue),
        },
        "severity": "UNKNOWN",
        "subscribed": viewer.id in {issue.author_id, *issue.assignee_ids},
        "moved_to_id": issue.moved_to_id,
        "imported": False,
        "imported_from": "none",
        "service_desk_reply_to": None,
        "health_status": issue.health_status,
        **_epic(world, issue),
        **_iteration(world, issue),
    }


def note_json(world: World, note: Note) -> Json:
    """A comment or system note."""
    issue = world.issues[note.issue_id]
    return {
        "id": note.id,
        "type": None,
        "body": note.body,
        "attachment": None,
        "author": user_by_id(world, note.author_id),
        "created_at": iso(note.created_at),
        "updated_at": iso(note.updated_at),
        "system": note.system,
        "noteable_id": issue.id,
        "noteable_type": "Epic" if issue.project_id is None else "Issue",
        "resolvable": False,
        "confidential": note.internal,
        "internal": note.internal,
        "noteable_iid": issue.iid,
        "commands_changes": {},
    }


def link_json(world: World, link: Link, *, viewer: User) -> Json:
    """A link as its creation answers it."""
    return {
        "source_issue": issue_json(world, world.issues[link.source_id], viewer=viewer),
        "target_issue": issue_json(world, world.issues[link.target_id], viewer=viewer),
        "link_type": link.link_type,
        "link_created_at": iso(link.created_at),
        "link_updated_at": iso(link.created_at),
    }


def award_json(world: World, award: Award) -> Json:
    """An emoji."""
    return {
        "id": award.id,
        "name": award.name,
        "user": user_by_id(world, award.user_id),
        "created_at": iso(award.created_at),
        "updated_at": iso(award.created_at),
        "awardable_id": award.note_id or award.issue_id,
        "awardable_type": "Note" if award.note_id else "Issue",
        "url": None,
    }


def label_event_json(world: World, event: LabelEvent) -> Json:
    """Who put or took a label; the label is null after its deletion."""
    label = world.labels.get(event.label_id)
    return {
        "id": event.id,
        "user": user_by_id(world, event.user_id),
        "created_at": iso(event.created_at),
        "resource_type": "Issue",
        "resource_id": event.issue_id,
        "label": None if label is None else label_basic(label),
        "action": event.action,
    }


def _votes(world: World, issue: Issue) -> Json:
    names = [award.name for award in world.awards.values() if award.issue_id == issue.id and award.note_id is None]
    return {"upvotes": names.count("thumbsup"), "downvotes": names.count("thumbsdown")}


def _tasks(description: str | None) -> Json:
    ticks = _TASK.findall(description or "")
    done = sum(tick.lower() == "x" for tick in ticks)
    return {
        "has_tasks": bool(ticks),
        "task_status": f"{done} of {len(ticks)} checklist items completed" if ticks else "",
        "task_completion_status": {"count": len(ticks), "completed_count": done},
    }


def _blocking(world: World, issue: Issue) -> int:
    return sum(link.link_type == "blocks" and link.source_id == issue.id for link in world.links.values())


def _addresses(world: World, issue: Issue) -> Json:
    project = f"{world.base_url}/api/v4/projects/{issue.project_id}"
    here = f"{project}/issues/{issue.iid}"
    return {
        "self": here,
        "notes": f"{here}/notes",
        "award_emoji": f"{here}/award_emoji",
        "project": project,
        "closed_as_duplicate_of": None,
    }


def _epic(world: World, issue: Issue) -> Json:
    if not world.epics:
        return {}
    epic = epic_of(world, issue)
    if epic is None:
        return {"epic_iid": None, "epic": None}
    shown = {
        "id": epic.id + EPIC_ID_OFFSET,
        "iid": epic.iid,
        "title": epic.title,
        "url": issue_url(world, epic).removeprefix(world.base_url),
        "group_id": epic.group_id,
    }
    return {"epic_iid": epic.iid, "epic": shown}


def _iteration(world: World, issue: Issue) -> Json:
    if not world.iterations:
        return {}
    held = world.iterations_made.get(issue.iteration_id) if issue.iteration_id is not None else None
    return {"iteration": None if held is None else iteration_json(world, held)}
