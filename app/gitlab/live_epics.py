"""Epics, or a parent issue where the tier has none."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey
from app.errors import Refused
from app.gitlab import epics
from app.gitlab.answers import LabelAnswer
from app.gitlab.live_issues import IssueWrites
from app.gitlab.live_items import same_text, would_run
from app.gitlab.markers import with_block, with_marker
from app.gitlab.port import NewIssue
from app.gitlab.read import PAGE
from app.gitlab.views import EpicView


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
        fallback_project: str | None,
    ) -> tuple[str | None, Outcome]:
        """See the port."""
        type_id = self._epic_type(group)
        if type_id is not None:
            author = self.whoami().username
            if found := epics.find_epic(self._api, group, marker=marker, author=author):
                return found.id, _outcome(found, Result.ALREADY_SO, "The epic is there already.")
        issue = NewIssue(title, description, labels=tuple(labels))
        try:
            made = self._make(group, type_id, with_marker(description, marker), issue)
        except Refused as error:
            if fallback_project is None:
                return None, Outcome(Result.NOT_APPLICABLE, f"No epic was made: {error}")
            # No epics in this tier, or no right to make them: the deal still gets its one place.
            view, filed = self.ensure_issue(fallback_project, marker=marker, issue=issue)
            why = f"In place of an epic: {error}"
            return None, Outcome(filed.result, f"{filed.sentence} {why}", url=view.web_url, data=filed.data)
        return made.id, _outcome(made, Result.APPLIED, "Made the epic.")

    def ensure_parent(self, key: ItemKey, epic: EpicView) -> Outcome:
        """See the port."""
        self._items.forget(key)
        issue = self._issue(key)
        if issue.epic_iid == epic.iid:
            return Outcome(Result.ALREADY_SO, f"{issue.references.full} is in the epic already.", url=epic.web_url)
        if issue.epic_iid is not None:
            sentence = f"{issue.references.full} is in another epic (&{issue.epic_iid}) and was left there."
            return Outcome(Result.NOT_APPLICABLE, sentence)
        epics.set_parent(self._api, issue_id=issue.id, parent_id=epic.id)
        self._items.forget(key)
        return Outcome(Result.APPLIED, f"Put {issue.references.full} into the epic.", url=epic.web_url)

    def describe_epic(self, epic_id: str, *, marker: str, text: str) -> Outcome:
        """See the port."""
        before, address = epics.epic_text(self._api, epic_id)
        wanted = with_block(before, marker, text)
        if same_text(wanted, before):
            return Outcome(Result.ALREADY_SO, "The epic says so already.", url=address)
        if sentence := would_run(before):
            return Outcome(Result.REFUSED, sentence, url=address)
        if not same_text(epics.describe(self._api, epic_id, wanted), wanted):
            return Outcome(Result.REFUSED, "GitLab took the call but did not keep the epic's description.", url=address)
        return Outcome(Result.APPLIED, "Updated the epic's description.", url=address)

    def _make(self, group: str, type_id: str | None, text: str, issue: NewIssue) -> EpicView:
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


def _outcome(epic: EpicView, result: Result, sentence: str) -> Outcome:
    return Outcome(result, sentence, url=epic.web_url, data={"id": epic.id, "web_url": epic.web_url})
