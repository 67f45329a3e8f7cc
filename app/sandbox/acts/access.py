"""Who may see and do what: access levels by membership, inherited down from groups, and the finders built on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from app.sandbox.http import problems
from app.sandbox.state import Group, Issue, Note, Project, User, World

GUEST, PLANNER, REPORTER, DEVELOPER, MAINTAINER, OWNER = 10, 15, 20, 30, 40, 50
_Placed = TypeVar("_Placed", Project, Group)
LEVELS = frozenset({0, 5, GUEST, PLANNER, REPORTER, 25, DEVELOPER, MAINTAINER, OWNER, 60})


def ancestry(world: World, group: Group) -> Iterator[Group]:
    """The group and those above it, nearest first."""
    at: Group | None = group
    while at is not None:
        yield at
        at = world.groups.get(at.parent_id) if at.parent_id is not None else None


def descendants(world: World, group: Group) -> list[Group]:
    """The group and all below it, by id."""
    return [other for other in sorted_groups(world) if group in ancestry(world, other)]


def sorted_groups(world: World) -> list[Group]:
    """All groups, by id."""
    return sorted(world.groups.values(), key=lambda group: group.id)


def group_level(world: World, user: User, group: Group) -> int:
    """A user's access level in a group, 0 for none."""
    if user.admin:
        return OWNER
    ids = {above.id for above in ancestry(world, group)}
    held = (m.access_level for m in world.members if m.user_id == user.id and m.group_id in ids)
    return max(held, default=0)


def project_level(world: World, user: User, project: Project) -> int:
    """A user's access level in a project, 0 for none."""
    inherited = group_level(world, user, world.groups[project.group_id])
    own = (m.access_level for m in world.members if m.user_id == user.id and m.project_id == project.id)
    return max(inherited, *own, 0)


def level_at(world: World, user: User, issue: Issue) -> int:
    """A user's access level where an issue (or an epic) lives."""
    if issue.project_id is not None:
        return project_level(world, user, world.projects[issue.project_id])
    return group_level(world, user, world.groups[issue.group_id]) if issue.group_id is not None else 0


def sees_project(world: World, user: User, project: Project) -> bool:
    """Whether the project exists for this user."""
    return project.visibility != "private" or project_level(world, user, project) >= GUEST


def sees_group(world: World, user: User, group: Group) -> bool:
    """Whether the group exists for this user: also when it only holds something that they see."""
    if group.visibility != "private" or group_level(world, user, group) >= GUEST:
        return True
    below = descendants(world, group)
    if any(group_level(world, user, inner) >= GUEST for inner in below):
        return True
    ids = {inner.id for inner in below}
    return any(p.group_id in ids and sees_project(world, user, p) for p in world.projects.values())


def sees_issue(world: World, user: User, issue: Issue) -> bool:
    """Whether the issue exists for this user: a confidential one for author, assignees and planners or above."""
    if issue.confidential:
        takes_part = user.id == issue.author_id or user.id in issue.assignee_ids
        level = level_at(world, user, issue)
        return level >= PLANNER or (takes_part and level >= GUEST)
    if issue.project_id is not None:
        return sees_project(world, user, world.projects[issue.project_id])
    return issue.group_id is not None and sees_group(world, user, world.groups[issue.group_id])


def sees_note(world: World, user: User, note: Note) -> bool:
    """Whether a note of a visible issue is shown to this user."""
    return not note.internal or level_at(world, user, world.issues[note.issue_id]) >= PLANNER


def find_project(world: World, user: User, ref: str, *, at_least: int = 0) -> Project:
    """A project by id or path, 404 unless seen; 403 below the level ``at_least``."""
    project = _by_ref(world.projects.values(), ref)
    if project is None or not sees_project(world, user, project):
        raise problems.not_found("Project")
    if at_least and project_level(world, user, project) < at_least:
        raise problems.forbidden()
    return project


def find_group(world: World, user: User, ref: str, *, at_least: int = 0) -> Group:
    """A group by id or path, 404 unless seen; 403 below the level ``at_least``."""
    group = _by_ref(world.groups.values(), ref)
    if group is None or not sees_group(world, user, group):
        raise problems.not_found("Group")
    if at_least and group_level(world, user, group) < at_least:
        raise problems.forbidden()
    return group


def find_issue(world: World, user: User, project: Project, iid: str) -> Issue:
    """An issue of a project by iid, 404 unless seen."""
    for issue in world.issues.values():
        if issue.project_id == project.id and str(issue.iid) == iid and sees_issue(world, user, issue):
            return issue
    raise problems.not_found()


def _by_ref(records: Iterable[_Placed], ref: str) -> _Placed | None:
    """By id when it is a number, else by full path; paths differ not by case alone."""
    for record in records:
        if str(record.id) == ref or record.full_path.casefold() == ref.casefold():
            return record
    return None
