"""Healing's door on a real GitLab (or the sandbox): hooks, their logs, label history, what changed lately."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from gitlab.utils import EncodedId
from pydantic import Field

from app.domain.item import ItemKey, Note, Person
from app.errors import NotFound, Refused
from app.gitlab.answers import Answer, IssueAnswer, LabelAnswer, UserAnswer
from app.gitlab.history import FailedDelivery, HookView, LabelEvent, Place, Updated
from app.gitlab.read import PAGE, LiveReader
from app.gitlab.transport import BotGitlab

EVENTS_PAGE = 20
"""GitLab's bound for pages of a hook's log."""
_TESTS = ("push_events", "issues_events")
"""A push says nothing to any rule, so it is tried first; a project without commits can't send one. The other sends the
newest issue as just opened, which the bot knows already."""


class _Hook(Answer):
    id: int
    url: str
    alert_status: str = ""
    disabled_until: datetime | None = None


class _Row(Answer):
    id: int
    triggered_at: datetime | None = None
    created_at: datetime | None = None
    response_status: str | int = ""
    request_headers: dict[str, Any] = Field(default_factory=dict)
    request_data: dict[str, Any] = Field(default_factory=dict)


class _LabelEvent(Answer):
    id: int
    created_at: datetime
    action: str
    user: UserAnswer | None = None
    label: LabelAnswer | None = None


class _Updated(IssueAnswer):
    closed_by: UserAnswer | None = None
    user_notes_count: int | None = None

    def updated(self, bot: Person) -> Updated:
        """In the words of healing."""
        closed_by = self.closed_by.person() if self.closed_by else None
        return Updated(self.snapshot(bot), closed_by, commented=self.user_notes_count != 0)


class LiveHistory:
    """See :class:`app.gitlab.history.History`. May be shared between threads: it keeps nothing of items."""

    def __init__(self, api: BotGitlab, fresh: Callable[[], LiveReader]) -> None:
        """``fresh`` gives a reader without a memory of items."""
        self._api = api
        self._fresh = fresh

    def whoami(self) -> Person:
        """The bot's own account."""
        return self._fresh().whoami()

    def find_place(self, path: str) -> Place:
        """See the protocol."""
        reader = self._fresh()
        try:
            reader.project(path)
        except NotFound:
            if path.isdigit() or reader.group(path) is None:
                raise
            return Place("group", path)
        return Place("project", path)

    def hooks(self, place: Place) -> Sequence[HookView]:
        """See the protocol."""
        rows = [_Hook.model_validate(one.attributes) for one in self._place(place).hooks.list(get_all=True)]
        return [HookView(row.id, place, row.url, row.alert_status, row.disabled_until) for row in rows]

    def failed_deliveries(self, hook: HookView, since: datetime) -> Sequence[FailedDelivery]:
        """See the protocol. A hook without a log (before GitLab 17.3) has no failed deliveries."""
        found: dict[int, FailedDelivery] = {}
        for status in ("client_failure", "server_failure"):
            try:
                found |= {row.id: row for row in self._failed(hook, status, since)}
            except NotFound:
                return ()
        return [found[number] for number in sorted(found)]

    def _failed(self, hook: HookView, status: str, since: datetime) -> list[FailedDelivery]:
        """Page by page, newest first, until they are older than ``since``."""
        found: list[FailedDelivery] = []
        page = 1
        while True:
            query = {"status": status, "per_page": EVENTS_PAGE, "page": page}
            listed = self._api.http_list(f"{_path(hook)}/events", query_data=query, get_all=False, iterator=False)
            rows = [_Row.model_validate(one) for one in listed]
            fresh = [row for row in map(_failed_delivery, rows) if row is not None and row.triggered_at >= since]
            found += fresh
            if len(rows) < EVENTS_PAGE or len(fresh) < len(rows):
                return found
            page += 1

    def issues_updated_since(self, place: Place, since: datetime) -> Sequence[Updated]:
        """See the protocol. In the order of their making: one that changes meanwhile moves no other off a page."""
        query = {
            "updated_after": since.isoformat(),
            "scope": "all",
            "state": "all",
            "order_by": "created_at",
            "sort": "asc",
        }
        listed = self._place(place).issues.list(query_parameters=query, get_all=True, per_page=PAGE)
        me = self.whoami()
        issues = {issue.id: issue for issue in (_Updated.model_validate(one.attributes) for one in listed)}
        return [issue.updated(me) for issue in issues.values()]

    def label_events(self, key: ItemKey) -> Sequence[LabelEvent]:
        """See the protocol."""
        manager = self._api.projects.get(key.project_id, lazy=True).issues.get(key.iid, lazy=True).resourcelabelevents
        listed = manager.list(get_all=True, per_page=PAGE)
        rows = sorted((_LabelEvent.model_validate(one.attributes) for one in listed), key=lambda row: row.id)
        return [
            LabelEvent(
                row.id, row.created_at, row.user.person() if row.user else None, row.label.title, row.action == "add"
            )
            for row in rows
            if row.label is not None
        ]

    def comments(self, key: ItemKey) -> Sequence[Note]:
        """See the protocol."""
        return self._fresh().read_notes(key)

    def try_hook(self, hook: HookView) -> None:
        """See the protocol."""
        for trigger in _TESTS[:-1]:
            try:
                self._api.http_post(f"{_path(hook)}/test/{trigger}")
            except Refused:
                continue
            return
        self._api.http_post(f"{_path(hook)}/test/{_TESTS[-1]}")

    def _place(self, place: Place) -> Any:
        if place.kind == "project":
            return self._api.projects.get(place.path, lazy=True)
        return self._api.groups.get(place.path, lazy=True)


def _path(hook: HookView) -> str:
    return f"/{hook.place.kind}s/{EncodedId(hook.place.path)}/hooks/{hook.id}"


def _failed_delivery(row: _Row) -> FailedDelivery | None:
    at = row.triggered_at or row.created_at
    if at is None:
        return None
    return FailedDelivery(row.id, at, str(row.response_status), _lower(row.request_headers), row.request_data)


def _lower(headers: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in headers.items()}
