"""The endpoint that GitLab calls: read, verify, normalise, store, answer.

Anything authentic is answered 202, since GitLab disables a hook that is answered with errors; 503 says that a delivery
could not be stored, so that GitLab's own log names it as failed and it can be fetched again.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

import structlog
from fastapi import APIRouter, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import SowbotError
from app.webhook.delivery import KEPT_HEADERS, SECRET_HEADERS, Delivery, Inbox
from app.webhook.normalise import BUG, normalise
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

Received = Literal["stored", "duplicate", "bad signature", "too large", "too slow", "broken off", "not stored"]


class Watch(Protocol):
    """Told of every request's end; see ``app/metrics.py``."""

    def __call__(self, hook: str, outcome: Received, seconds: float) -> None: ...


class _Stop(Exception):  # not an error of ours: it ends a request early
    """The request ends here, with this answer."""

    def __init__(self, outcome: Received, status: int, words: str) -> None:
        super().__init__(words)
        self.outcome: Received = outcome
        self.status = status
        self.said = {"error": words}


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
        except _Stop as stop:
            outcome, status, said = stop.outcome, stop.status, stop.said
        body = json.dumps(said).encode()
        length = str(len(body)).encode()
        answer = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": status, "headers": answer})
        await send({"type": "http.response.body", "body": body})
        self._watch(hook, outcome, time.perf_counter() - began)

    async def _take(self, headers: dict[str, str], receive: Receive) -> tuple[Received, dict[str, str]]:
        body = await self._read(headers, receive)
        now = self._clock()
        try:
            self._verifier.verify(headers, body, now)
        except BadSignature as why:
            log.warning("webhook.refused", reason=str(why), hook=headers.get("x-gitlab-event"))
            raise _Stop("bad signature", 401, "this delivery could not be verified") from None
        for name in SECRET_HEADERS:
            headers.pop(name, None)
        change = normalise(headers, body)
        if change.remark.startswith(BUG):
            log.error("webhook.unreadable", delivery=change.delivery_id, hook=change.hook, remark=change.remark)
        try:
            fresh = await self._store.put(Delivery(change, body, headers, now))
        except Exception as error:
            # A database's own message may quote what was to be stored, so only ours is logged.
            reason = str(error) if isinstance(error, SowbotError) else type(error).__name__
            log.error("webhook.not_stored", delivery=change.delivery_id, reason=reason)
            raise _Stop("not stored", 503, "the delivery could not be stored; send it again later") from None
        return "stored" if fresh else "duplicate", {"id": change.delivery_id}

    async def _read(self, headers: dict[str, str], receive: Receive) -> bytes:
        declared = headers.pop("content-length", "")
        # str.isdigit() is true of "²" too, and int() refuses thousands of digits: neither may end in a 500.
        if declared.isascii() and declared.isdigit() and (len(declared) > 18 or int(declared) > self._max_body):
            raise self._too_large()
        try:
            async with asyncio.timeout(self._body_timeout_s):
                return await self._gather(receive)
        except TimeoutError:
            words = f"the body did not come within {self._body_timeout_s:g} seconds"
            raise _Stop("too slow", 408, words) from None

    async def _gather(self, receive: Receive) -> bytes:
        chunks: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Stop("broken off", 400, "the connection ended before the body did")
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > self._max_body:
                raise self._too_large()
            chunks.append(chunk)
            more = message.get("more_body", False)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _too_large(self) -> _Stop:
        return _Stop("too large", 413, f"the body is larger than {self._max_body} bytes")


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


class _HandOver(Response):
    """An answer that lets the receiver answer."""

    def __init__(self, receiver: Receiver) -> None:
        super().__init__()
        self._receiver = receiver

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._receiver(scope, receive, send)


def router(receiver: Receiver) -> APIRouter:
    """``POST /webhooks/gitlab`` as a route: for the OpenAPI page, and for an application without a :class:`Front`."""
    routes = APIRouter()

    @routes.post(PATH, status_code=202, response_model=None, responses=_ANSWERS)
    async def gitlab() -> Response:
        """Take one delivery of a GitLab webhook."""
        return _HandOver(receiver)

    return routes
