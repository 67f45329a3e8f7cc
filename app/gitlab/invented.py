"""A reader of a GitLab that nobody has: every project that is asked for is there, with the labels it is told of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.item import ItemKey, Note, Person, Snapshot
from app.errors import NotFound
from app.gitlab.port import GroupView, IssueView, ProjectView
from app.gitlab.views import BoardView, CadenceView, EpicView, IterationView, LabelView, MilestoneView

_FIRST_PROJECT = 500


class InventedGitLab:
    """The reading half of the port, for issues that are described and exist nowhere."""

    def __init__(self, me: Person, labels: frozenset[str]) -> None:
        self._me = me
        self._labels = labels
        self._projects: dict[str | int, ProjectView] = {}

    def whoami(self) -> Person:
        """See the port."""
        return self._me

    def read_item(self, key: ItemKey) -> Snapshot:
        """See the port. There is none."""
        raise NotFound(f"Nobody has described the item {key}.")

    def read_notes(self, key: ItemKey) -> tuple[Note, ...]:
        """See the port. There is no item that could have some."""
        raise NotFound(f"Nobody has described the item {key}.")

    def linked_issues(self, key: ItemKey) -> tuple[IssueView, ...]:
        """See the port."""
        del key
        return ()

    def find_issues(self, project: str | int, *, marker: str) -> tuple[IssueView, ...]:
        """See the port."""
        del project, marker
        return ()

    def described_issues(self, project: str | int, *, marker: str) -> tuple[IssueView, ...]:
        """See the port."""
        del project, marker
        return ()

    def open_issues(self, project: str | int, *, labels: Sequence[str]) -> tuple[IssueView, ...]:
        """See the port."""
        del project, labels
        return ()

    def recent_issues(self, project: str | int, *, since: datetime) -> tuple[IssueView, ...]:
        """See the port."""
        del project, since
        return ()

    def project(self, project: str | int) -> ProjectView:
        """See the port. Whatever is asked for is there."""
        if project not in self._projects:
            number = project if isinstance(project, int) else _FIRST_PROJECT + len(self._projects)
            path = project if isinstance(project, str) else f"project-{project}"
            view = ProjectView(number, path, path.rpartition("/")[2], f"https://gitlab.example/{path}", number)
            self._projects[path] = self._projects[number] = view
        return self._projects[project]

    def group(self, path: str) -> GroupView | None:
        """See the port. None is there yet: what a rule builds has to be built."""
        del path
        return None

    def group_members(self, path: str) -> frozenset[str]:
        """See the port."""
        raise NotFound(f"Nobody has said who is in {path}.")

    def label_titles(self, project: str | int) -> frozenset[str]:
        """See the port. The same labels everywhere."""
        del project
        return self._labels

    def group_labels(self, group: str) -> tuple[LabelView, ...]:
        """See the port. Nothing is in it yet; so it is with all below."""
        del group
        return ()

    def boards(self, project: str) -> tuple[BoardView, ...]:
        """See the port."""
        del project
        return ()

    def milestones(self, project: str) -> tuple[MilestoneView, ...]:
        """See the port."""
        del project
        return ()

    def file_text(self, project: str, *, path: str) -> str | None:
        """See the port."""
        del project, path
        return None

    def find_epic(self, group: str, *, marker: str = "", titles: Sequence[str] = ()) -> EpicView | None:
        """See the port."""
        del group, marker, titles
        return None

    def cadences(self, group: str) -> tuple[CadenceView, ...] | None:
        """See the port."""
        del group
        return ()

    def iterations(self, group: str, *, cadence: str) -> tuple[IterationView, ...]:
        """See the port."""
        del group, cadence
        return ()

    def iteration_of(self, key: ItemKey) -> IterationView | None:
        """See the port. There is no item that could be in one."""
        raise NotFound(f"Nobody has described the item {key}.")
