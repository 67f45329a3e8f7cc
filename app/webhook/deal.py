"""The endpoint for other systems that know of the deal: signed events, answered in words. See docs/deal-events.md."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from fastapi import APIRouter, Response
from starlette.types import Receive, Scope, Send

from app.domain.item import ItemKey
from app.errors import Refused, TryLater
from app.webhook.deal_event import HOOK, PREFIX, read_deal
from app.webhook.deal_link import read_link
from app.webhook.delivery import Delivery, Inbox
from app.webhook.envelope import LONGEST_ID
from app.webhook.fields import clean
from app.webhook.requests import HandOver, Received, Stop, Watch, answer, keep, read_body
from app.webhook.verify import BadSignature, Signatures

PATH = "/events/deal"
MAX_BODY = 64 * 1024
FOUND_WITHIN_S = 8.0
"""Senders wait ten seconds by default."""

_READ = ("content-length", "webhook-id", "webhook-timestamp", "webhook-signature")

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


class DealReceiver:
    """``POST /events/deal`` as an ASGI application."""

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
        self._signatures = signatures
        self._store = store
        self._gitlab_url = gitlab_url
        self._find_issue = find_issue
        self._body_timeout_s = body_timeout_s
        self._clock = clock
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one event and answer it."""
        began = time.perf_counter()
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        known = {name: headers[name] for name in _READ if name in headers}
        status = 202
        try:
            outcome, said = await self._take(known, receive)
        except Stop as stop:
            outcome, status, said = stop.outcome, stop.status, stop.said
        await answer(send, status, said)
        self._watch(HOOK, outcome, time.perf_counter() - began)

    async def _take(self, headers: dict[str, str], receive: Receive) -> tuple[Received, dict[str, str]]:
        declared = headers.pop("content-length", "")
        body = await read_body(declared, receive, limit=MAX_BODY, timeout_s=self._body_timeout_s)
        now = self._clock()
        try:
            self._signatures.verify(headers, body, now)
        except BadSignature as why:
            log.warning("deal.refused", reason=str(why))
            raise Stop("bad signature", 401, "this event could not be verified") from None
        name = clean(headers["webhook-id"])
        if len(name) > LONGEST_ID - len(PREFIX):
            raise _not_understood(f"webhook-id: is longer than {LONGEST_ID - len(PREFIX)} characters")
        try:
            event = read_deal(body)
            project, number = read_link(event.scoping_issue, self._gitlab_url)
        except ValueError as wrong:
            raise _not_understood(str(wrong)) from None
        key, path = await self._find(project, number)
        change = event.as_change(name, key, path, now)
        kept = {part: headers[part] for part in ("webhook-id", "webhook-timestamp")}
        return await keep(self._store, Delivery(change, body, kept, now)), {"id": change.delivery_id}

    async def _find(self, project: str | int, number: int) -> tuple[ItemKey, str]:
        try:
            async with asyncio.timeout(FOUND_WITHIN_S):
                return await asyncio.to_thread(self._find_issue, project, number)
        except Refused:
            words = f"scoping_issue: GitLab shows the bot no issue {project}#{number}"
            raise _not_understood(words) from None
        except (TryLater, TimeoutError) as error:
            log.warning("deal.not_found_out", reason=str(error) or "GitLab took too long to answer")
            words = "GitLab could not be asked for the scoping issue; send it again later"
            raise Stop("not stored", 503, words) from None


def _not_understood(words: str) -> Stop:
    log.warning("deal.not_understood", reason=words)
    return Stop("not understood", 422, words)


def router(receiver: DealReceiver) -> APIRouter:
    """``POST /events/deal`` as a route."""
    routes = APIRouter()

    @routes.post(PATH, status_code=202, response_model=None, responses=_ANSWERS)
    async def deal() -> Response:
        """Take one event of a deal from another system."""
        return HandOver(receiver)

    return routes
