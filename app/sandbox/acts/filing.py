"""Files new issues and epics, and tells of them as GitLab does: ``open``, without ``labels`` among the changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.sandbox.acts.access import PLANNER, group_level, project_level
from app.sandbox.acts.issue_edit import PLAIN, Edit
from app.sandbox.acts.issue_rules import assignable, check, labels_after, milestone_fits
from app.sandbox.acts.label_log import log_labels
from app.sandbox.acts.labelling import Home
from app.sandbox.acts.mentions import record_mentions
from app.sandbox.acts.planning import iteration_fits
from app.sandbox.acts.updating import change_state
from app.sandbox.quick_actions.run import run_quick_actions
from app.sandbox.state import Group, Happening, Issue, Project, User, World

TOLD_ON_OPEN = (
    "author_id", "created_at", "description", "due_date", "id", "iid", "milestone_id", "project_id", "start_date",
    "title", "updated_at", "weight",
)  # fmt: skip


def file_issue(
    world: World,
    actor: User,
    home: Home,
    edit: Edit,
    *,
    iid: int | None = None,
    created_at: datetime | None = None,
    copy_of: Issue | None = None,
    event_uuid: str | None = None,
) -> Issue:
    """File an issue in a project, or an epic in a group; quick actions in its description are done.

    ``copy_of``: the issue that is moved here: its author stays, and its text is not run for quick actions again.
    """
    description = edit.fields.get("description")
    if description and copy_of is None:
        edit.fields["description"] = run_quick_actions(world, actor, home, description, edit=edit).text
    check(edit)
    level = project_level(world, actor, home) if isinstance(home, Project) else group_level(world, actor, home)
    wanted = edit if level >= PLANNER else edit.without_metadata()
    author_id = actor.id if copy_of is None else copy_of.author_id
    issue = _record(world, author_id, home, wanted, iid=iid, created_at=created_at or world.now())
    if edit.fields.get("confidential"):
        issue.confidential = True  # everybody may file a confidential issue
    world.issues[issue.id] = issue
    labels = labels_after(world, actor, home, wanted, before=[])
    issue.label_ids = [label.id for label in labels]
    issue.assignee_ids = assignable(world, home, wanted.assignee_ids or [])
    changes = {name: (None, value) for name in TOLD_ON_OPEN if (value := getattr(issue, name)) is not None}
    world.announce(
        Happening(kind="issue", action="open", actor=actor, issue=issue, changes=changes, event_uuid=event_uuid)
    )
    log_labels(world, actor, issue, before=[], after=labels)
    record_mentions(world, text=issue.description or "", before="", issue=issue, note=None, by=actor)
    for act in wanted.after:
        act(issue)
    if wanted.state_event:
        change_state(world, actor, issue, wanted.state_event, event_uuid=event_uuid)
    return issue


def _record(world: World, author_id: int, home: Home, edit: Edit, *, iid: int | None, created_at: datetime) -> Issue:
    fields: dict[str, Any] = {name: value for name, value in edit.fields.items() if name in PLAIN}
    if not milestone_fits(world, home, fields.get("milestone_id")):
        fields.pop("milestone_id", None)
    if not iteration_fits(world, home, fields.get("iteration_id")):
        fields.pop("iteration_id", None)
    in_project = isinstance(home, Project)
    issue = Issue(
        id=world.next_id(),
        iid=iid or world.next_iid("issue" if in_project else "epic", home.id),
        project_id=home.id if isinstance(home, Project) else None,
        group_id=home.id if isinstance(home, Group) else None,
        title="",
        description=None,
        author_id=author_id,
        created_at=created_at,
        updated_at=created_at,
        parent_id=edit.parent_id if edit.parent_sent else None,
    )
    for name, value in fields.items():
        setattr(issue, name, value)
    issue.title = issue.title.strip()
    if isinstance(home, Project):
        home.last_activity_at = world.now()
    return issue
