"""The endpoint that GitLab calls: read, verify, normalise, store, answer.

Anything authentic is answered 202, since GitLab disables a hook that is answered with errors; 503 says that a delivery
could not be stored, so that GitLab's own log names it as failed and it can be fetched again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from fastapi import APIRouter, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.webhook.delivery import KEPT_HEADERS, SECRET_HEADERS, Delivery, Inbox
from app.webhook.normalise import BUG, normalise
from app.webhook.requests import HandOver, Received, Stop, Watch, answer, keep, read_body
from app.webhook.verify import BadSignature, Verifier

PATH = "/webhooks/gitlab"
MAX_BODY = 26 * 1024 * 1024
"""GitLab sends 25 MB at the most; a lower bound would lose deliveries."""

_READ = {name.encode(): name for name in (*KEPT_HEADERS, *SECRET_HEADERS, "content-length")}

_ANSWERS: dict[int | str, dict[str, Any]] = {
    202: {"description": "Stored."},
    400: {"description": "The connection ended before the body did."},
    401: {"description": "Not authentic; the bot's log says why."},
    408: {"description": "The body came too slowly."},
    413: {"description": "The body is larger than GitLab sends."},
    503: {"description": "Could not be stored: GitLab's log keeps it as failed, and it is fetched from there."},
}

log = structlog.get_logger(__name__)


class Receiver:
    """The endpoint as an ASGI application of its own, so that :class:`Front` can reach it past the framework's layers.

    Those layers cost three times what verifying and reading do, and every delivery would pay them.
    """

    def __init__(
        self,
        verifier: Verifier,
        store: Inbox,
        *,
        max_body: int = MAX_BODY,
        body_timeout_s: float = 10.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        watch: Watch = lambda hook, outcome, seconds: None,  # noqa: ARG005  # a default that tells nobody
    ) -> None:
        """``max_body`` in bytes; ``body_timeout_s`` bounds how long a body may take to come."""
        self._verifier = verifier
        self._store = store
        self._max_body = max_body
        self._body_timeout_s = body_timeout_s
        self._clock = clock
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one delivery and answer it."""
        began = time.perf_counter()
        headers = {known: value.decode("latin-1") for name, value in scope["headers"] if (known := _READ.get(name))}
        hook = headers.get("x-gitlab-event", "")
        status = 202
        try:
            outcome, said = await self._take(headers, receive)
        except Stop as stop:
            outcome, status, said = stop.outcome, stop.status, stop.said
        await answer(send, status, said)
        self._watch(hook, outcome, time.perf_counter() - began)

    async def _take(self, headers: dict[str, str], receive: Receive) -> tuple[Received, dict[str, str]]:
        declared = headers.pop("content-length", "")
        body = await read_body(declared, receive, limit=self._max_body, timeout_s=self._body_timeout_s)
        now = self._clock()
        try:
            self._verifier.verify(headers, body, now)
        except BadSignature as why:
            log.warning("webhook.refused", reason=str(why), hook=headers.get("x-gitlab-event"))
            raise Stop("bad signature", 401, "this delivery could not be verified") from None
        for name in SECRET_HEADERS:
            headers.pop(name, None)
        change = normalise(headers, body)
        if change.remark.startswith(BUG):
            log.error("webhook.unreadable", delivery=change.delivery_id, hook=change.hook, remark=change.remark)
        return await keep(self._store, Delivery(change, body, headers, now)), {"id": change.delivery_id}


class Front:
    """Stands before the application: deliveries go straight to the receiver, everything else passes on."""

    def __init__(self, receiver: Receiver, app: ASGIApp) -> None:
        self._receiver = receiver
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the application's lifespan."""
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST":
            await self._receiver(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def router(receiver: Receiver) -> APIRouter:
    """``POST /webhooks/gitlab`` as a route: for the OpenAPI page, and for an application without a :class:`Front`."""
    routes = APIRouter()

    @routes.post(PATH, status_code=202, response_model=None, responses=_ANSWERS)
    async def gitlab() -> Response:
        """Take one delivery of a GitLab webhook."""
        return HandOver(receiver)

    return routes
