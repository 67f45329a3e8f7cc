"""Reading what hangs on groups and projects: labels, boards, milestones, files, epics. Nothing here writes."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from app.domain.item import Person
from app.errors import NotFound, Refused
from app.gitlab import cadences, epics
from app.gitlab.answers import BoardAnswer, LabelAnswer, MilestoneAnswer, ProjectAnswer
from app.gitlab.known import PAGE, Known
from app.gitlab.transport import BotGitlab
from app.gitlab.views import BoardView, CadenceView, EpicView, IterationView, LabelView, MilestoneView


class PlaceReads:
    """The part of the port's reading half that is about places."""

    _api: BotGitlab
    _known: Known

    def whoami(self) -> Person:
        """See the port."""
        raise NotImplementedError

    def _project(self, project: str | int) -> ProjectAnswer:
        raise NotImplementedError

    def group_labels(self, group: str) -> tuple[LabelView, ...]:
        """See the port."""
        return self._known.group_labels.get(group, lambda: self._ask_group_labels(group))

    def boards(self, project: str) -> tuple[BoardView, ...]:
        """See the port."""
        listed = self._api.projects.get(project, lazy=True).boards.list(get_all=True, per_page=PAGE)
        return tuple(BoardAnswer.model_validate(one.attributes).view() for one in listed)

    def milestones(self, project: str) -> tuple[MilestoneView, ...]:
        """See the port."""
        listed = self._api.projects.get(project, lazy=True).milestones.list(get_all=True, per_page=PAGE)
        return tuple(MilestoneAnswer.model_validate(one.attributes).view() for one in listed)

    def file_text(self, project: str, *, path: str) -> str | None:
        """See the port."""
        branch = self._project(project).default_branch or "main"
        try:
            found = self._api.projects.get(project, lazy=True).files.get(file_path=path, ref=branch)
        except NotFound:
            return None
        return base64.b64decode(found.content).decode("utf-8", "replace")

    def find_epic(self, group: str, *, marker: str = "", titles: Sequence[str] = ()) -> EpicView | None:
        """See the port."""
        if self._epic_type(group) is None:
            return None
        found = epics.find_epic(self._api, group, marker=marker, author=self.whoami().username) if marker else None
        return found or (epics.titled_epic(self._api, group, titles) if titles else None)

    def cadences(self, group: str) -> tuple[CadenceView, ...] | None:
        """See the port."""
        try:
            return cadences.cadences_of(self._api, group)
        except Refused:
            return None

    def iterations(self, group: str, *, cadence: str) -> tuple[IterationView, ...]:
        """See the port."""
        return cadences.iterations_of(self._api, group, cadence)

    def _epic_type(self, group: str) -> str | None:
        return self._known.epic_types.get(group, lambda: epics.epic_type(self._api, group))

    def _ask_group_labels(self, group: str) -> tuple[LabelView, ...]:
        manager = self._api.groups.get(group, lazy=True).labels
        own = {one.get_id() for one in manager.list(get_all=True, per_page=PAGE, include_ancestor_groups=False)}
        listed = manager.list(get_all=True, per_page=PAGE)
        return tuple(
            LabelAnswer.model_validate(one.attributes).view(inherited=one.get_id() not in own) for one in listed
        )
