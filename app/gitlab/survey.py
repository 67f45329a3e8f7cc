"""The port of a survey: it looks whether a thing is there before it says that it would make it. It cannot write.

Built on the dry run's port, so that building a customer's project on it tells what is missing, and what is there and
differs. Places that are not there yet are taken to be empty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey
from app.errors import NotFound
from app.gitlab.dry import DryGitLab
from app.gitlab.port import GroupView, IssueView, NewIssue, ProjectView
from app.gitlab.views import (
    OTHER_TEXT,
    IterationView,
    LabelView,
    already,
    board_differs,
    elsewhere,
    label_differs,
    milestone_differs,
)

T = TypeVar("T")
E = TypeVar("E")


class SurveyGitLab(DryGitLab):
    """What is there is ALREADY_SO, with ``differs`` among its data where it differs; what is missing is SHADOWED."""

    def ensure_group(self, *, parent: str, name: str, path: str, description: str = "") -> tuple[GroupView, Outcome]:
        """See the port."""
        if found := self.group(f"{parent}/{path}"):
            return found, already(f"The group {found.path} is there.")
        return super().ensure_group(parent=parent, name=name, path=path, description=description)

    def ensure_project(self, *, group: str, name: str, path: str, description: str = "") -> tuple[ProjectView, Outcome]:
        """See the port."""
        if found := _there(lambda: self.project(f"{group}/{path}"), None):
            return found, already(f"The project {found.path} is there.")
        return super().ensure_project(group=group, name=name, path=path, description=description)

    def ensure_label(
        self, *, project: str | None = None, group: str | None = None, title: str, color: str, description: str = ""
    ) -> Outcome:
        """See the port."""
        if project is not None and title in _there(lambda: self.label_titles(project), ()):
            return already(f'The label "{title}" is there.')
        labels = self._labels_around(group) if group is not None else ()
        if found := next((one for one in labels if one.title == title), None):
            return already(f'The label "{title}" is there.', label_differs(found, color=color, description=description))
        return super().ensure_label(project=project, group=group, title=title, color=color, description=description)

    def ensure_milestone(
        self,
        project: str,
        *,
        title: str,
        description: str = "",
        start_date: str | None = None,
        due_date: str | None = None,
    ) -> Outcome:
        """See the port."""
        milestones = _there(lambda: self.milestones(project), ())
        if found := next((one for one in milestones if one.title == title), None):
            differs = milestone_differs(found, start_date=start_date, due_date=due_date)
            return already(f'The milestone "{title}" is there.', differs)
        return super().ensure_milestone(
            project, title=title, description=description, start_date=start_date, due_date=due_date
        )

    def ensure_board(self, project: str, *, name: str, lists: Sequence[str], only: Sequence[str] = ()) -> Outcome:
        """See the port."""
        found = next((one for one in _there(lambda: self.boards(project), ()) if one.name == name), None)
        if found is None:
            return super().ensure_board(project, name=name, lists=lists, only=only)
        differs = board_differs(found, lists=tuple(lists), only=tuple(only) if found.only else ())
        if missing := [title for title in lists if title not in found.lists]:
            return self._would(f'add to the board "{name}" the columns {", ".join(missing)}')
        return already(f'The board "{name}" is there.', differs)

    def ensure_file(self, project: str, *, path: str, content: str, message: str) -> Outcome:
        """See the port."""
        found = _there(lambda: self.file_text(project, path=path), None)
        if found is None:
            return super().ensure_file(project, path=path, content=content, message=message)
        return already(f"The file {path} is there.", "" if found.strip() == content.strip() else OTHER_TEXT)

    def ensure_epic(
        self,
        group: str,
        *,
        marker: str,
        title: str,
        description: str,
        labels: Sequence[str] = (),
        fallback_project: str | None,
    ) -> tuple[str | None, Outcome]:
        """See the port."""
        if found := _there(lambda: self.find_epic(group, marker=marker), None):
            return found.id, already(f'The epic "{found.title}" is there.')
        if fallback_project and _there(lambda: self.find_issues(fallback_project, marker=marker), ()):
            return None, already(f'The epic "{title}" is there, as an issue.')
        return super().ensure_epic(
            group,
            marker=marker,
            title=title,
            description=description,
            labels=labels,
            fallback_project=fallback_project,
        )

    def ensure_issue(self, project: str | int, *, marker: str, issue: NewIssue) -> tuple[IssueView, Outcome]:
        """See the port."""
        if found := _there(lambda: self.find_issues(project, marker=marker), ()):
            return found[0], already(f"The issue {found[0].reference} is there.")
        return super().ensure_issue(project, marker=marker, issue=issue)

    def ensure_cadence(self, group: str, *, title: str, weeks: int, start_date: str, ahead: int) -> Outcome:
        """See the port."""
        there = _there(lambda: self.cadences(group), ())
        if there is None:
            return Outcome(Result.NOT_APPLICABLE, "This GitLab has no iterations here.")
        if found := next((one for one in there if one.title == title), None):
            differs = "" if found.weeks == weeks else f"its iterations are {found.weeks} weeks long, not {weeks}"
            return already(f'The iteration cadence "{title}" is there.', differs)
        return super().ensure_cadence(group, title=title, weeks=weeks, start_date=start_date, ahead=ahead)

    def ensure_iteration(self, key: ItemKey, iteration: IterationView) -> Outcome:
        """See the port."""
        found = _there(lambda: self.iteration_of(key), None)
        if found is None:
            return super().ensure_iteration(key, iteration)
        if found.id != iteration.id:
            return elsewhere("The issue", found)
        return already("The issue is in its iteration.")

    def _labels_around(self, group: str) -> tuple[LabelView, ...]:
        """Labels usable in a group; while there is no such group, those that it will have from the groups above."""
        while group:
            found = _there(partial(self.group_labels, group), None)
            if found is not None:
                return found
            group = group.rpartition("/")[0]
        return ()


def _there(ask: Callable[[], T], empty: E) -> T | E:
    """What is in a place; ``empty`` where the place itself is not there."""
    try:
        return ask()
    except NotFound:
        return empty
