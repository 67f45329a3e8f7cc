"""What GitLab remembers beside the items themselves: its hooks and their logs, and who moved which label when.

The second door of the bot, for healing only: none of the rules' actions need it, and a dry run has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from app.domain.item import ItemKey, Note, Person, Snapshot

PlaceKind = Literal["project", "group"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A project or a group, by path or id: where hooks are, and where issues are listed."""

    kind: PlaceKind
    path: str

    def __str__(self) -> str:
        return f"{self.kind} {self.path}"


@dataclass(frozen=True, slots=True)
class HookView:
    """A webhook as the hooks API shows it."""

    id: int
    place: Place
    url: str
    alert_status: str
    """``executable``, ``temporarily_disabled`` or ``disabled``; empty on versions that do not tell."""
    disabled_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """A delivery that GitLab sent and that was not answered with success."""

    id: int
    triggered_at: datetime
    status: str
    """The HTTP status, or ``internal error`` where no answer came."""
    headers: Mapping[str, str]
    """Lower-case names; secret ones are redacted by GitLab."""
    data: Mapping[str, Any]
    """The body; every e-mail address in it is redacted."""


@dataclass(frozen=True, slots=True)
class LabelEvent:
    """One label put on or taken off, as GitLab's own history of the issue has it."""

    id: int
    at: datetime
    actor: Person | None
    """None for a user that was deleted."""
    label: str
    adds: bool


@dataclass(frozen=True, slots=True)
class Updated:
    """An issue that changed lately."""

    item: Snapshot
    closed_by: Person | None = None
    commented: bool = True
    """Whether it has comments, internal ones too."""


class History(Protocol):
    """What healing asks. Raises as the port does: Forbidden and NotFound where the token may not look."""

    def whoami(self) -> Person:
        """The bot's own account."""
        ...

    def find_place(self, path: str) -> Place:
        """The project or group of that path, or the project of that id. Raises NotFound where there is neither."""
        ...

    def hooks(self, place: Place) -> Sequence[HookView]:
        """All hooks of a project (needs Maintainer) or group (needs Owner)."""
        ...

    def failed_deliveries(self, hook: HookView, since: datetime) -> Sequence[FailedDelivery]:
        """The hook's failed deliveries since then, oldest first. GitLab tells of the last seven days."""
        ...

    def issues_updated_since(self, place: Place, since: datetime) -> Sequence[Updated]:
        """Issues of a project, or of all projects of a group, open or closed, that changed since then."""
        ...

    def label_events(self, key: ItemKey) -> Sequence[LabelEvent]:
        """Every label move of an issue, oldest first; those of labels that were deleted are left out."""
        ...

    def comments(self, key: ItemKey) -> Sequence[Note]:
        """Comments of an issue, oldest first, system notes left out."""
        ...

    def try_hook(self, hook: HookView) -> None:
        """Make GitLab send a test delivery now; one that is answered well ends the hook's disabling. Five a minute.

        Raises Refused when the delivery was not answered well."""
        ...
