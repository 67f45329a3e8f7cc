"""The door for looking over the whole board: many issues at once, without their comments. Nothing here can write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from app.domain.item import Snapshot


class BoardReader(Protocol):
    """What may be asked of many issues."""

    def labelled_issues(
        self, project: str | int, *, labels: Sequence[str], state: Literal["opened", "all"]
    ) -> tuple[Snapshot, ...]:
        """The project's issues that carry all of these labels, newest first. One call per 100."""
        ...
