"""What the sandbox remembers of webhooks: the hooks themselves and the log of their deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Trigger = Literal["issue_hooks", "confidential_issue_hooks", "note_hooks", "confidential_note_hooks", "emoji_hooks"]

HEADER_OF: Mapping[Trigger, str] = {
    "issue_hooks": "Issue Hook",
    "confidential_issue_hooks": "Confidential Issue Hook",
    "note_hooks": "Note Hook",
    "confidential_note_hooks": "Confidential Note Hook",
    "emoji_hooks": "Emoji Hook",
}
"""The ``X-Gitlab-Event`` header by hook scope."""

SWITCH_OF: Mapping[Trigger, str] = {
    "issue_hooks": "issues_events",
    "confidential_issue_hooks": "confidential_issues_events",
    "note_hooks": "note_events",
    "confidential_note_hooks": "confidential_note_events",
    "emoji_hooks": "emoji_events",
}
"""The hook's own switch by hook scope."""


@dataclass
class Hook:
    """A webhook of one project or one group."""

    id: int
    url: str
    created_at: datetime
    project_id: int | None = None
    group_id: int | None = None
    name: str | None = None
    description: str | None = None
    token: str | None = None
    signing_token: str | None = None
    custom_headers: dict[str, str] = field(default_factory=dict)
    enable_ssl_verification: bool = True
    push_events_branch_filter: str | None = None
    branch_filter_strategy: str = "wildcard"
    custom_webhook_template: str | None = None
    events: set[str] = field(default_factory=lambda: {"push_events"})
    """The switches that are on, by their API names. GitLab turns on only ``push_events`` by itself."""
    recent_failures: int = 0
    disabled_until: datetime | None = None


@dataclass(frozen=True)
class Attempt:
    """One request that was sent, or tried: a row of the hook's log."""

    id: int
    hook_id: int
    url: str
    trigger: Trigger
    delivery_id: str
    """``webhook-id`` and ``Idempotency-Key``: the same for every attempt of one delivery."""
    triggered_at: datetime
    request_headers: dict[str, str]
    """As they were sent, but for the secret token and the values of custom headers."""
    request_data: dict[str, Any]
    response_status: str
    """The HTTP status as text, or ``internal error`` where no answer came."""
    response_headers: dict[str, str]
    response_body: str
    execution_duration: float
    """Seconds."""
    event_uuid: str = ""
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """GitLab counts every 2xx and 3xx answer as success."""
        return self.response_status.startswith(("2", "3"))


@dataclass(frozen=True)
class Job:
    """A delivery that waits to be sent; its body is the state when it was queued."""

    hook_id: int
    trigger: Trigger
    body: dict[str, Any]
    delivery_id: str
    event_uuid: str
    force: bool = False
    """Send even if the hook is disabled: only tests do."""
