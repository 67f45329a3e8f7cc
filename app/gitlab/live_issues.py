"""Filing other issues and linking them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey
from app.errors import NotFound, Refused, TryLater
from app.gitlab import epics
from app.gitlab.answers import IssueAnswer, UserAnswer
from app.gitlab.faults import Conflict
from app.gitlab.live_items import ItemWrites
from app.gitlab.markers import with_marker
from app.gitlab.port import IssueView, NewIssue


class IssueWrites(ItemWrites):
    """The port's methods that file and link issues."""

    def ensure_issue(self, project: str | int, *, marker: str, issue: NewIssue) -> tuple[IssueView, Outcome]:
        """See the port. Raises Refused when it can't be filed."""
        if found := self._marked_issues(project, marker):
            self._into_epic(found[0], issue.epic_id)
            return _filed(found[0], Result.ALREADY_SO, f"{found[0].references.full} was filed already.")
        self._require_labels(project, issue.labels)
        users, unknown = self._users(issue.assignees)
        milestone = self._milestone(project, issue.milestone)
        created = self._issues(project).create({**_new_issue(issue, users, marker), **milestone})
        answer = IssueAnswer.model_validate(created.attributes)
        self._into_epic(answer, issue.epic_id)
        dropped = _dropped(issue, users, answer)
        if issue.confidential and not answer.confidential:
            sentence = f"GitLab filed {answer.references.full}, but not as confidential: make it so by hand."
            return _filed(answer, Result.REFUSED, sentence)
        remarks = [f"GitLab left out: {', '.join(dropped)}."] if dropped else []
        remarks += [f"GitLab has no active user {', '.join(unknown)}."] if unknown else []
        return _filed(answer, Result.APPLIED, " ".join([f"Filed {answer.references.full}.", *remarks]))

    def ensure_link(self, key: ItemKey, other: ItemKey, *, link_type: str = "relates_to") -> Outcome:
        """See the port."""
        if any(linked.key == other for linked in self.linked_issues(key)):
            return Outcome(Result.ALREADY_SO, "The issues are linked already.")
        try:
            return self._link(key, other, link_type)
        except Conflict:
            return Outcome(Result.ALREADY_SO, "The issues are linked already.")
        except NotFound:
            raise
        except Refused as error:
            if link_type == "relates_to":
                raise
            plain = self._link(key, other, "relates_to")
            return Outcome(plain.result, f"{plain.sentence} As related, for this GitLab refuses {link_type}: {error}")
        finally:
            self._links.forget(key)

    def _link(self, key: ItemKey, other: ItemKey, link_type: str) -> Outcome:
        links = self._issues(key.project_id).get(key.iid, lazy=True).links
        target = {"target_project_id": other.project_id, "target_issue_iid": other.iid, "link_type": link_type}
        links.create(target)
        return Outcome(Result.APPLIED, "Linked the issues.")

    def _milestone(self, project: str | int, title: str | None) -> dict[str, int]:
        """The setting that puts a new issue under the milestone, if there is one of that title."""
        if title is None:
            return {}
        listed = self._api.projects.get(project, lazy=True).milestones.list(get_all=True, title=title)
        return next(({"milestone_id": int(one.id)} for one in listed if one.title == title), {})

    def _into_epic(self, issue: IssueAnswer, epic_id: str | None) -> None:
        if epic_id is not None and issue.epic_iid is None:
            try:
                epics.set_parent(self._api, issue_id=issue.id, parent_id=epic_id)
            except TryLater as error:
                raise TryLater(f"{issue.references.full} is not in its epic yet: {error}") from error


def _new_issue(issue: NewIssue, users: Sequence[UserAnswer], marker: str) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "title": issue.title,
        "description": with_marker(issue.description, marker),
        "labels": ",".join(issue.labels),
        "assignee_ids": [user.id for user in users],
        "confidential": issue.confidential,
        "due_date": issue.due_date,
    }
    return {name: value for name, value in wanted.items() if value}


def _dropped(issue: NewIssue, users: Sequence[UserAnswer], answer: IssueAnswer) -> list[str]:
    """What GitLab left out without a word."""
    assigned = {user.id for user in answer.assignees}
    dropped = [f'label "{title}"' for title in issue.labels if title not in answer.labels]
    dropped += [f"assignee {user.username}" for user in users if user.id not in assigned]
    return dropped + (["due date"] if issue.due_date and answer.due_date != issue.due_date else [])


def _filed(issue: IssueAnswer, result: Result, sentence: str) -> tuple[IssueView, Outcome]:
    view = issue.view()
    data: dict[str, object] = {
        "project_id": view.key.project_id,
        "iid": view.key.iid,
        "reference": view.reference,
        "web_url": view.web_url,
    }
    return view, Outcome(result, sentence, url=view.web_url, data=data)
