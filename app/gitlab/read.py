"""Reading GitLab: what the port may be asked, with what was just read kept for a moment. Nothing here can write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from gitlab.v4.objects import ProjectIssueManager

from app.domain.item import ItemKey, Note, Person, Snapshot
from app.errors import NotFound
from app.gitlab.answers import GroupAnswer, IssueAnswer, LabelAnswer, NoteAnswer, ProjectAnswer, UserAnswer
from app.gitlab.known import PAGE, Known
from app.gitlab.markers import has_marker, search_word
from app.gitlab.memory import Kept
from app.gitlab.port import GroupView, IssueView, ProjectView
from app.gitlab.read_places import PlaceReads
from app.gitlab.transport import BotGitlab
from app.gitlab.views import IterationView

__all__ = ["PAGE", "Known", "LiveReader"]

ITEM_MAX_AGE_S = 2.0
"""An item read longer ago is read again before it is written to: a person may have moved it."""

OWN_MAX_AGE_S = 30.0
"""Notes and links are kept longer: only the bot's own matter here, and its own writes update what is kept."""


class LiveReader(PlaceReads):
    """The port's reading half over python-gitlab. One instance serves one look at one or few items, in one thread."""

    def __init__(self, api: BotGitlab, *, known: Known | None = None, item_max_age_s: float = ITEM_MAX_AGE_S) -> None:
        self._api = api
        self._known = known or Known()
        self._item_max_age_s = item_max_age_s
        self._items: Kept[ItemKey, IssueAnswer] = Kept(item_max_age_s)
        self._notes: Kept[ItemKey, tuple[Note, ...]] = Kept(OWN_MAX_AGE_S)
        self._links: Kept[ItemKey, tuple[IssueView, ...]] = Kept(OWN_MAX_AGE_S)

    def whoami(self) -> Person:
        """See the port."""
        return self._known.me.get("me", lambda: UserAnswer.model_validate(self._api.http_get("/user")).person())

    def read_item(self, key: ItemKey) -> Snapshot:
        """See the port. What was read or written less than two seconds ago is not asked for again."""
        return self._issue(key).snapshot(self.whoami())

    def read_notes(self, key: ItemKey) -> tuple[Note, ...]:
        """See the port."""
        return self._notes.get(key, lambda: self._ask_notes(key))

    def linked_issues(self, key: ItemKey) -> tuple[IssueView, ...]:
        """See the port."""
        return self._links.get(key, lambda: self._ask_links(key))

    def find_issues(self, project: str | int, *, marker: str) -> tuple[IssueView, ...]:
        """See the port."""
        return tuple(found.view() for found in self._marked_issues(project, marker))

    def described_issues(self, project: str | int, *, marker: str) -> tuple[IssueView, ...]:
        """See the port."""
        query = {"search": search_word(marker), "in": "description", "scope": "all"}
        found = self._list_issues(project, query, get_all=True)
        return tuple(issue.view() for issue in found if has_marker(issue.text, marker))

    def open_issues(self, project: str | int, *, labels: Sequence[str]) -> tuple[IssueView, ...]:
        """See the port."""
        return self._open_issues(project, labels=",".join(labels))

    def recent_issues(self, project: str | int, *, since: datetime) -> tuple[IssueView, ...]:
        """See the port."""
        return self._open_issues(project, created_after=since.isoformat())

    def project(self, project: str | int) -> ProjectView:
        """See the port."""
        return self._project(project).view()

    def group(self, path: str) -> GroupView | None:
        """See the port."""
        found = self._group(path)
        return None if found is None else found.view()

    def group_members(self, path: str) -> frozenset[str]:
        """See the port. Blocked and invited people are no members."""
        return self._known.members.get(path.casefold(), lambda: self._ask_members(path))

    def iteration_of(self, key: ItemKey) -> IterationView | None:
        """See the port."""
        found = self._issue(key).iteration
        return None if found is None else found.view()

    def label_titles(self, project: str | int) -> frozenset[str]:
        """See the port."""
        return self._known.labels.get(project, lambda: self._ask_labels(project))

    def user(self, username: str) -> Person | None:
        """An active user by name, without case; None if there is none. Only checks ask this; no rule does."""
        found = self._user(username)
        return None if found is None else found.person()

    def _issues(self, project: str | int) -> ProjectIssueManager:
        return self._api.projects.get(project, lazy=True).issues

    def _issue(self, key: ItemKey) -> IssueAnswer:
        return self._items.get(key, lambda: self._ask_issue(key))

    def _ask_issue(self, key: ItemKey) -> IssueAnswer:
        answer = IssueAnswer.model_validate(self._issues(key.project_id).get(key.iid).attributes)
        self._known.addresses.put(key, answer.web_url)
        return answer

    def _address(self, key: ItemKey) -> str:
        return self._known.addresses.get(key, lambda: self._issue(key).web_url)

    def _ask_notes(self, key: ItemKey) -> tuple[Note, ...]:
        manager = self._issues(key.project_id).get(key.iid, lazy=True).notes
        listed = manager.list(
            get_all=True, per_page=PAGE, order_by="created_at", sort="desc", activity_filter="only_comments"
        )
        notes = [NoteAnswer.model_validate(one.attributes) for one in listed]
        return tuple(one.note() for one in reversed(notes) if not one.system)

    def _ask_links(self, key: ItemKey) -> tuple[IssueView, ...]:
        listed = self._issues(key.project_id).get(key.iid, lazy=True).links.list(get_all=True)
        return tuple(IssueAnswer.model_validate(one.attributes).view() for one in listed)

    def _marked_issues(self, project: str | int, marker: str) -> list[IssueAnswer]:
        """The bot's newest hundred issues there are looked through first; only beyond that GitLab has to search.

        Its search has a rate limit of its own, and its index is the younger thing.
        """
        mine = {"author_id": self.whoami().id, "scope": "all", "per_page": PAGE}
        newest = self._list_issues(project, {**mine, "order_by": "created_at", "sort": "desc"}, get_all=False)
        searched: Sequence[IssueAnswer] = ()
        if len(newest) == PAGE:
            query = {**mine, "search": search_word(marker), "in": "description"}
            searched = self._list_issues(project, query, get_all=True)
        found = {issue.id: issue for issue in chain(newest, searched) if self._is_mine(issue, marker)}
        return [found[number] for number in sorted(found)]

    def _open_issues(self, project: str | int, **which: str) -> tuple[IssueView, ...]:
        """Those that fit, whoever filed them, oldest first."""
        query = {"state": "opened", "scope": "all", "order_by": "created_at", "sort": "asc", **which}
        return tuple(issue.view() for issue in self._list_issues(project, query, get_all=True))

    def _list_issues(self, project: str | int, query: dict[str, Any], *, get_all: bool) -> list[IssueAnswer]:
        listed = self._issues(project).list(query_parameters=query, get_all=get_all, per_page=PAGE)
        return [IssueAnswer.model_validate(one.attributes) for one in listed]

    def _is_mine(self, issue: IssueAnswer, marker: str) -> bool:
        return issue.author.id == self.whoami().id and has_marker(issue.text, marker)

    def _project(self, project: str | int) -> ProjectAnswer:
        def ask() -> ProjectAnswer:
            return ProjectAnswer.model_validate(self._api.projects.get(project).attributes)

        return self._known.projects.get(project, ask)

    def _group(self, path: str) -> GroupAnswer | None:
        def ask() -> GroupAnswer:
            answer = GroupAnswer.model_validate(self._api.groups.get(path, with_projects=False).attributes)
            if answer.full_path.casefold() != path.casefold():
                # GitLab follows the old path of a renamed group; the path itself is free again.
                raise NotFound(f"The group {path} is called {answer.full_path} now.")
            return answer

        try:
            return self._known.groups.get(path.casefold(), ask)
        except NotFound:
            return None

    def _ask_members(self, path: str) -> frozenset[str]:
        listed = self._api.groups.get(path, lazy=True).members_all.list(get_all=True, per_page=PAGE)
        users = [UserAnswer.model_validate(one.attributes) for one in listed]
        return frozenset(user.username for user in users if user.state == "active")

    def _ask_labels(self, project: str | int) -> frozenset[str]:
        listed = self._api.projects.get(project, lazy=True).labels.list(get_all=True, per_page=PAGE)
        return frozenset(LabelAnswer.model_validate(one.attributes).title for one in listed)

    def _user(self, username: str) -> UserAnswer | None:
        """An active user by name, without case; None if there is none."""

        def ask() -> UserAnswer | None:
            listed = self._api.users.list(username=username, get_all=False)
            users = [UserAnswer.model_validate(one.attributes) for one in listed]
            return next((user for user in users if user.state == "active"), None)

        return self._known.users.get(username.casefold(), ask)
