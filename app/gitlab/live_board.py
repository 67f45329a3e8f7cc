"""Looking over the whole board on a real GitLab (or the sandbox)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from app.domain.item import Snapshot
from app.gitlab.answers import IssueAnswer
from app.gitlab.read import PAGE, LiveReader
from app.gitlab.transport import BotGitlab


class LiveBoard:
    """See :class:`app.gitlab.board.BoardReader`."""

    def __init__(self, api: BotGitlab, fresh: Callable[[], LiveReader]) -> None:
        self._api = api
        self._fresh = fresh

    def labelled_issues(
        self, project: str | int, *, labels: Sequence[str], state: Literal["opened", "all"]
    ) -> tuple[Snapshot, ...]:
        """See the port."""
        me = self._fresh().whoami()
        query = {"labels": ",".join(labels), "state": state, "scope": "all", "order_by": "created_at", "sort": "desc"}
        manager = self._api.projects.get(project, lazy=True).issues
        listed = manager.list(query_parameters=query, get_all=True, per_page=PAGE)
        return tuple(IssueAnswer.model_validate(one.attributes).snapshot(me) for one in listed)
