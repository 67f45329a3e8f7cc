"""Epics, or a parent issue where the tier has none."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.decision import Outcome, Result
from app.errors import Refused
from app.gitlab import epics
from app.gitlab.answers import LabelAnswer
from app.gitlab.live_issues import IssueWrites
from app.gitlab.markers import with_marker
from app.gitlab.port import NewIssue
from app.gitlab.read import PAGE


class EpicWrites(IssueWrites):
    """The port's method that makes epics."""

    def ensure_epic(
        self,
        group: str,
        *,
        marker: str,
        title: str,
        description: str,
        labels: Sequence[str] = (),
        fallback_project: str,
    ) -> tuple[str | None, Outcome]:
        """See the port."""
        type_id = self._known.epic_types.get(group, lambda: epics.epic_type(self._api, group))
        if type_id is not None:
            author = self.whoami().username
            if found := epics.find_epic(self._api, group, marker=marker, author=author):
                return found.id, _outcome(found, Result.ALREADY_SO, "The epic is there already.")
        issue = NewIssue(title, description, labels=tuple(labels))
        try:
            made = self._make(group, type_id, with_marker(description, marker), issue)
        except Refused as error:
            # No epics in this tier, or no right to make them: the deal still gets its one place.
            view, filed = self.ensure_issue(fallback_project, marker=marker, issue=issue)
            why = f"In place of an epic: {error}"
            return None, Outcome(filed.result, f"{filed.sentence} {why}", url=view.web_url, data=filed.data)
        return made.id, _outcome(made, Result.APPLIED, "Made the epic.")

    def _make(self, group: str, type_id: str | None, text: str, issue: NewIssue) -> epics.Epic:
        if type_id is None:
            raise Refused("this GitLab has no epics here.")
        label_ids = self._group_label_ids(group, issue.labels)
        return epics.create_epic(
            self._api, group, type_id=type_id, title=issue.title, description=text, label_ids=label_ids
        )

    def _group_label_ids(self, group: str, titles: Sequence[str]) -> list[int]:
        if not titles:
            return []
        listed = self._api.groups.get(group, lazy=True).labels.list(get_all=True, per_page=PAGE)
        labels = {one.title: one.id for one in (LabelAnswer.model_validate(label.attributes) for label in listed)}
        missing = [title for title in titles if title not in labels]
        if missing:
            raise Refused(f"the group {group} has no label {', '.join(missing)}.")
        return [labels[title] for title in titles]


def _outcome(epic: epics.Epic, result: Result, sentence: str) -> Outcome:
    return Outcome(result, sentence, url=epic.web_url, data={"id": epic.id, "web_url": epic.web_url})
