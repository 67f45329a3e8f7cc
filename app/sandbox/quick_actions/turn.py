"""What a quick action works with: who writes, where, and the edit that its wish is put into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.sandbox.acts.access import PLANNER, group_level, project_level
from app.sandbox.acts.issue_edit import Edit
from app.sandbox.acts.labelling import Home
from app.sandbox.state import Issue, Project, User, World


@dataclass
class Turn:
    """One text's quick actions; ``issue`` is None while it is only being filed."""

    world: World
    actor: User
    home: Home
    issue: Issue | None
    edit: Edit

    def may_set_metadata(self) -> bool:
        """Planner or above."""
        return self._level() >= PLANNER

    def may_update(self) -> bool:
        """Those who may set metadata, the author and the assignees."""
        own = self.issue is None or self.actor.id in {self.issue.author_id, *self.issue.assignee_ids}
        return own or self.may_set_metadata()

    def state(self) -> str:
        """The issue's state; a new one is open."""
        return "opened" if self.issue is None else self.issue.state

    def _level(self) -> int:
        if isinstance(self.home, Project):
            return project_level(self.world, self.actor, self.home)
        return group_level(self.world, self.actor, self.home)


Action = Callable[[Turn, str], str | None]
"""Puts a command into the edit; returns the sentence that GitLab shows, None when it could not be applied."""
