"""Who is in the rule file's people lists: users as written, group members as GitLab has them, read again when old."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

import structlog

from app.errors import Refused, TryLater
from app.gitlab.port import GitLabReader
from app.rules.model import People

log = structlog.get_logger(__name__)

READ_AGAIN_S = 300.0


class Directory:
    """Members by people list. A list whose group can't be read is left out: unknown, not empty."""

    def __init__(self, gitlab: GitLabReader) -> None:
        self._gitlab = gitlab
        self._groups: dict[str, tuple[float, frozenset[str]]] = {}
        self._lock = threading.Lock()

    def members(self, people: Mapping[str, People]) -> dict[str, frozenset[str]]:
        """Usernames in lower case by list name."""
        found: dict[str, frozenset[str]] = {}
        for name, entry in people.items():
            group = self._group(entry.group) if entry.group else frozenset()
            if group is not None:
                found[name] = group | {user.casefold() for user in entry.users}
        return found

    def _group(self, path: str) -> frozenset[str] | None:
        with self._lock:
            read_at, known = self._groups.get(path, (float("-inf"), None))
            if known is not None and time.monotonic() - read_at < READ_AGAIN_S:
                return known
            try:
                known = frozenset(name.casefold() for name in self._gitlab.group_members(path))
            except (TryLater, Refused) as error:
                # An old answer is better than none; with none at all the rules treat the list as unknown.
                log.warning("people.group_unreadable", group=path, error=str(error))
                return known
            self._groups[path] = (time.monotonic(), known)
            return known
