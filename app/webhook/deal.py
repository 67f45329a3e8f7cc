"""The endpoint for other systems that know of the deal: signed events, answered in words. See docs/deal-events.md."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from fastapi import APIRouter, Response

from app.domain.change import Change
from app.domain.item import ItemKey
from app.errors import Refused, TryLater
from app.webhook.deal_event import HOOK, PREFIX, read_deal
from app.webhook.deal_link import read_link
from app.webhook.delivery import Inbox
from app.webhook.requests import HandOver, Stop, Watch
from app.webhook.signed import SignedReceiver
from app.webhook.verify import Signatures

PATH = "/events/deal"
FOUND_WITHIN_S = 8.0
"""Senders wait ten seconds by default."""

_ANSWERS: dict[int | str, dict[str, Any]] = {
    202: {"description": "Stored, now or before."},
    400: {"description": "The connection ended before the body did."},
    401: {"description": "Not authentic; the bot's log says why."},
    408: {"description": "The body came too slowly."},
    413: {"description": "The body is too large."},
    422: {"description": "Not understood, or about an issue that the bot is not shown; the answer says what is wrong."},
    503: {"description": "Could not be looked up or stored now: send it again with the same webhook-id."},
}

FindIssue = Callable[[str | int, int], tuple[ItemKey, str]]
"""An issue by its project's path or id and its number: its key and that path. Asks GitLab, so not in an event loop."""

log = structlog.get_logger(__name__)


class DealReceiver(SignedReceiver):
    """``POST /events/deal`` as an ASGI application."""

    hook, prefix, kind = HOOK, PREFIX, "deal"

    def __init__(
        self,
        signatures: Signatures,
        store: Inbox,
        *,
        gitlab_url: str,
        find_issue: FindIssue,
        body_timeout_s: float = 10.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        watch: Watch = lambda hook, outcome, seconds: None,  # noqa: ARG005  # a default that tells nobody
    ) -> None:
        """``body_timeout_s`` bounds how long a body may take to come."""
        super().__init__(signatures, store, body_timeout_s=body_timeout_s, clock=clock, watch=watch)
        self._gitlab_url = gitlab_url
        self._find_issue = find_issue

    async def understood(self, name: str, body: bytes, at: datetime) -> tuple[Change, dict[str, str]]:
        """See :class:`SignedReceiver`; the issue is asked for at GitLab."""
        event = read_deal(body)
        project, number = read_link(event.scoping_issue, self._gitlab_url)
        key, path = await self._find(project, number)
        return event.as_change(name, key, path, at), {}

    async def _find(self, project: str | int, number: int) -> tuple[ItemKey, str]:
        try:
            async with asyncio.timeout(FOUND_WITHIN_S):
                return await asyncio.to_thread(self._find_issue, project, number)
        except Refused:
            words = f"scoping_issue: GitLab shows the bot no issue {project}#{number}"
            raise self.not_understood(words) from None
        except (TryLater, TimeoutError) as error:
            log.warning("deal.not_found_out", reason=str(error) or "GitLab took too long to answer")
            words = "GitLab could not be asked for the scoping issue; send it again later"
            raise Stop("not stored", 503, words) from None


def router(receiver: DealReceiver) -> APIRouter:
    """``POST /events/deal`` as a route."""
    routes = APIRouter()

    @routes.post(PATH, status_code=202, response_model=None, responses=_ANSWERS)
    async def deal() -> Response:
        """Take one event of a deal from another system."""
        return HandOver(receiver)

    return routes
