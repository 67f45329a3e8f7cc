"""Groups, projects, members, milestones and boards as JSON."""

from __future__ import annotations

from typing import Any

from app.sandbox.acts.access import ancestry, group_level, project_level
from app.sandbox.acts.planning import sequence_of, state_of
from app.sandbox.shapes.basics import Json, iso, label_basic, user_basic
from app.sandbox.state import Board, BoardList, Group, Iteration, Member, Milestone, Project, User, World

ITERATION_STATES = {"upcoming": 1, "current": 2, "closed": 3}
"""REST numbers them."""


def full_name(world: World, group: Group, *, separator: str = " / ") -> str:
    """Names of the group and those above it, outermost first."""
    return separator.join(above.name for above in reversed(list(ancestry(world, group))))


def group_basic(world: World, group: Group) -> Json:
    """A group inside a board or a namespace."""
    return {"id": group.id, "web_url": group_url(world, group), "name": group.name}


def group_url(world: World, group: Group) -> str:
    """Where people find the group."""
    return f"{world.base_url}/groups/{group.full_path}"


def group_json(world: World, group: Group) -> Json:
    """A group as ``GET /groups/:id`` gives it."""
    return group_basic(world, group) | {
        "path": group.path,
        "description": group.description,
        "visibility": group.visibility,
        "share_with_group_lock": False,
        "require_two_factor_authentication": False,
        "two_factor_grace_period": 48,
        "project_creation_level": "developer",
        "auto_devops_enabled": None,
        "subgroup_creation_level": "maintainer",
        "emails_disabled": False,
        "emails_enabled": True,
        "mentions_disabled": None,
        "lfs_enabled": True,
        "archived": False,
        "math_rendering_limits_enabled": True,
        "default_branch": None,
        "default_branch_protection": 2,
        "avatar_url": None,
        "request_access_enabled": True,
        "full_name": full_name(world, group),
        "full_path": group.full_path,
        "created_at": iso(group.created_at),
        "parent_id": group.parent_id,
        "organization_id": 1,
        "shared_runners_setting": "enabled",
        "marked_for_deletion_on": None,
        "shared_with_groups": [],
    }


def project_url(world: World, project: Project) -> str:
    """Where people find the project."""
    return f"{world.base_url}/{project.full_path}"


def project_basic(world: World, project: Project) -> Json:
    """A project inside a board, and with ``simple=true``."""
    url = project_url(world, project)
    host = world.base_url.partition("://")[2].partition(":")[0]
    namespace = full_name(world, world.groups[project.group_id])
    return {
        "id": project.id,
        "description": project.description,
        "name": project.name,
        "name_with_namespace": f"{namespace} / {project.name}",
        "path": project.path,
        "path_with_namespace": project.full_path,
        "created_at": iso(project.created_at),
        "default_branch": project.default_branch if project.files else None,
        "tag_list": [],
        "ssh_url_to_repo": f"git@{host}:{project.full_path}.git",
        "http_url_to_repo": f"{url}.git",
        "web_url": url,
        "avatar_url": None,
        "star_count": 0,
        "forks_count": 0,
        "last_activity_at": iso(project.last_activity_at),
    }


def project_json(world: World, project: Project, *, viewer: User) -> Json:
    """A project as ``GET /projects/:id`` gives it."""
    group = world.groups[project.group_id]
    api = f"{world.base_url}/api/v4/projects/{project.id}"
    level = project_level(world, viewer, project)
    inherited = group_level(world, viewer, group)
    issues = (i for i in world.issues.values() if i.project_id == project.id)
    return project_basic(world, project) | {
        "topics": [],
        "readme_url": None,
        "namespace": {
            "id": group.id,
            "name": group.name,
            "path": group.path,
            "kind": "group",
            "full_path": group.full_path,
            "parent_id": group.parent_id,
            "avatar_url": None,
            "web_url": group_url(world, group),
        },
        "_links": {
            "self": api,
            "issues": f"{api}/issues",
            "labels": f"{api}/labels",
            "events": f"{api}/events",
            "members": f"{api}/members",
        },
        "empty_repo": not project.files,
        "archived": project.archived,
        "visibility": project.visibility,
        "creator_id": project.creator_id,
        "issues_enabled": True,
        "merge_requests_enabled": True,
        "wiki_enabled": True,
        "jobs_enabled": True,
        "snippets_enabled": True,
        "issues_access_level": "enabled",
        "repository_access_level": "enabled",
        "import_status": "none",
        "import_error": None,
        "open_issues_count": sum(issue.state == "opened" for issue in issues),
        "description_html": "",
        "updated_at": iso(project.last_activity_at),
        "shared_with_groups": [],
        "marked_for_deletion_on": None,
        "permissions": {
            "project_access": {"access_level": level, "notification_level": 3} if level > inherited else None,
            "group_access": {"access_level": inherited, "notification_level": 3} if inherited else None,
        },
    }


def member_json(world: World, member: Member) -> Json:
    """A member of a group or project."""
    return user_basic(world, world.users[member.user_id]) | {
        "access_level": member.access_level,
        "expires_at": member.expires_at,
        "created_at": iso(world.users[member.user_id].created_at),
        "locked": False,
        "membership_state": "active",
    }


def milestone_json(world: World, milestone: Milestone) -> Json:
    """A milestone of a project or group."""
    if milestone.project_id is not None:
        home = {"project_id": milestone.project_id}
        url = project_url(world, world.projects[milestone.project_id])
    else:
        assert milestone.group_id is not None
        home = {"group_id": milestone.group_id}
        url = group_url(world, world.groups[milestone.group_id])
    today = world.now().date().isoformat()
    return {
        "id": milestone.id,
        "iid": milestone.iid,
        **home,
        "title": milestone.title,
        "description": milestone.description,
        "state": milestone.state,
        "created_at": iso(milestone.created_at),
        "updated_at": iso(milestone.updated_at),
        "due_date": milestone.due_date,
        "start_date": milestone.start_date,
        "expired": milestone.due_date is not None and milestone.due_date < today,
        "web_url": f"{url}/-/milestones/{milestone.iid}",
    }


def iteration_url(world: World, iteration: Iteration) -> str:
    """Where people find the iteration."""
    group = world.groups[world.cadences[iteration.cadence_id].group_id]
    return f"{group_url(world, group)}/-/iterations/{iteration.iid}"


def iteration_json(world: World, iteration: Iteration) -> Json:
    """An iteration; those of automatic cadences have no title."""
    return {
        "id": iteration.id,
        "iid": iteration.iid,
        "sequence": sequence_of(world, iteration),
        "group_id": world.cadences[iteration.cadence_id].group_id,
        "title": None,
        "description": None,
        "state": ITERATION_STATES[state_of(world, iteration)],
        "created_at": iso(iteration.created_at),
        "updated_at": iso(iteration.created_at),
        "start_date": iteration.start_date.isoformat(),
        "due_date": iteration.due_date.isoformat(),
        "web_url": iteration_url(world, iteration),
    }


def board_list_json(world: World, column: BoardList) -> Json:
    """A column of a board."""
    label = world.labels.get(column.label_id)
    return {
        "id": column.id,
        "label": None if label is None else label_basic(label),
        "position": column.position,
        "max_issue_count": 0,
        "max_issue_weight": 0,
    }


def board_json(world: World, board: Board) -> Json:
    """A board with its filter and columns."""
    project = world.projects.get(board.project_id) if board.project_id is not None else None
    group = world.groups.get(board.group_id) if board.group_id is not None else None
    filters: list[Any] = [label_basic(world.labels[held]) for held in board.label_ids if held in world.labels]
    return {
        "id": board.id,
        "name": board.name,
        "hide_backlog_list": board.hide_backlog_list,
        "hide_closed_list": board.hide_closed_list,
        "project": None if project is None else project_basic(world, project),
        "group": None if group is None else group_basic(world, group),
        "lists": [board_list_json(world, column) for column in sorted(board.lists, key=lambda each: each.position)],
        "labels": filters,
        "milestone": None,
        "assignee": None,
        "weight": None,
    }
