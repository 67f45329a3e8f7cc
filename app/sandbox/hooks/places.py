"""Whose hooks: the project or group of a hooks address, and who may manage them there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.sandbox.acts.access import MAINTAINER, OWNER, ancestry, find_group, find_project, sees_issue
from app.sandbox.hooks.records import Hook
from app.sandbox.hooks.webhooks import Webhooks
from app.sandbox.http.problems import not_found
from app.sandbox.state import Issue, User, World

PlaceKind = Literal["projects", "groups"]


@dataclass(frozen=True)
class Place:
    """A project or a group, as the holder of hooks."""

    kind: PlaceKind
    id: int

    @property
    def hook_limit(self) -> int:
        """How many hooks GitLab lets it have."""
        return 100 if self.kind == "projects" else 50

    def owns(self, hook: Hook) -> bool:
        """Whether the hook belongs here; a subgroup's or project's hook does not belong to the group above."""
        return (hook.project_id if self.kind == "projects" else hook.group_id) == self.id

    def holds(self, world: World, issue: Issue) -> bool:
        """Whether an issue or epic lives here, at any depth."""
        if self.kind == "projects":
            return issue.project_id == self.id
        group_id = issue.group_id if issue.project_id is None else world.projects[issue.project_id].group_id
        return group_id is not None and any(above.id == self.id for above in ancestry(world, world.groups[group_id]))

    def issues(self, world: World, user: User) -> list[Issue]:
        """What lives here and this user sees, newest first."""
        found = [
            issue for issue in world.issues.values() if self.holds(world, issue) and sees_issue(world, user, issue)
        ]
        return sorted(found, key=lambda issue: issue.id, reverse=True)


def find_place(world: World, user: User, kind: PlaceKind, ref: str) -> Place:
    """The project (for maintainers) or group (for owners); 404 unless seen, 403 below that level."""
    if kind == "projects":
        return Place(kind, find_project(world, user, ref, at_least=MAINTAINER).id)
    return Place(kind, find_group(world, user, ref, at_least=OWNER).id)


def find_hook(webhooks: Webhooks, place: Place, hook_id: str) -> Hook:
    """A hook of this place; 404 for any other."""
    hook = webhooks.hooks.get(int(hook_id)) if hook_id.isdecimal() else None
    if hook is None or not place.owns(hook):
        raise not_found()
    return hook
