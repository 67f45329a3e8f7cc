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
from typing import Literal, Protocol

import structlog
from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.errors import SowbotError
from app.webhook.delivery import KEPT_HEADERS, SECRET_HEADERS, Delivery, Inbox
from app.webhook.normalise import BUG, normalise
from app.webhook.verify import BadSignature, Verifier

PATH = "/webhooks/gitlab"
MAX_BODY = 26 * 1024 * 1024
"""GitLab sends 25 MB at the most; a lower bound would lose deliveries."""

_READ = {name.encode(): name for name in (*KEPT_HEADERS, *SECRET_HEADERS)}

log = structlog.get_logger(__name__)

Received = Literal["stored", "duplicate", "bad signature", "too large", "too slow", "broken off", "not stored"]


class Watch(Protocol):
    """Told of every request's end; see ``app/metrics.py``."""

    def __call__(self, hook: str, outcome: Received, seconds: float) -> None: ...


class _Stop(Exception):
    """The request ends here, with this answer."""

    def __init__(self, outcome: Received, status: int, words: str) -> None:
        super().__init__(words)
        self.outcome: Received = outcome
        self.answer = _answer(status, {"error": words})


def router(
    verifier: Verifier,
    store: Inbox,
    *,
    max_body: int = MAX_BODY,
    body_timeout_s: float = 10.0,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    watch: Watch = lambda hook, outcome, seconds: None,  # noqa: ARG005  # a default that tells nobody
) -> APIRouter:
    """``POST /webhooks/gitlab``. ``max_body`` in bytes; ``body_timeout_s`` bounds how long a body may take to come."""
    routes = APIRouter()

    async def receive(request: Request, headers: dict[str, str]) -> tuple[Received, Response]:
        body = await _read(request, body_timeout_s)
        now = clock()
        try:
            verifier.verify(headers, body, now)
        except BadSignature as why:
            log.warning("webhook.refused", reason=str(why), hook=headers.get("x-gitlab-event"))
            raise _Stop("bad signature", 401, "this delivery could not be verified") from None
        for name in SECRET_HEADERS:
            headers.pop(name, None)
        change = normalise(headers, body)
        if change.remark.startswith(BUG):
            log.error("webhook.unreadable", delivery=change.delivery_id, hook=change.hook, remark=change.remark)
        try:
            fresh = await store.put(Delivery(change, body, headers, now))
        except Exception as error:
            # A database's own message may quote what was to be stored, so only ours is logged.
            reason = str(error) if isinstance(error, SowbotError) else type(error).__name__
            log.error("webhook.not_stored", delivery=change.delivery_id, reason=reason)
            raise _Stop("not stored", 503, "the delivery could not be stored; send it again later") from None
        return "stored" if fresh else "duplicate", _answer(202, {"id": change.delivery_id})

    @routes.post(PATH, status_code=202, max_body_size=max_body, response_model=None)
    async def gitlab(request: Request) -> Response:
        """Take one delivery of a GitLab webhook."""
        began = time.perf_counter()
        headers = {
            known: value.decode("latin-1") for name, value in request.scope["headers"] if (known := _READ.get(name))
        }
        hook = headers.get("x-gitlab-event", "")
        try:
            outcome, answer = await receive(request, headers)
        except _Stop as stop:
            outcome, answer = stop.outcome, stop.answer
        except HTTPException:
            # FastAPI's own limit; it answers 413 itself.
            watch(hook, "too large", time.perf_counter() - began)
            raise
        watch(hook, outcome, time.perf_counter() - began)
        return answer

    return routes


async def _read(request: Request, timeout_s: float) -> bytes:
    try:
        async with asyncio.timeout(timeout_s):
            return await request.body()
    except TimeoutError:
        raise _Stop("too slow", 408, f"the body did not come within {timeout_s:g} seconds") from None
    except ClientDisconnect:
        raise _Stop("broken off", 400, "the connection ended before the body did") from None


def _answer(status: int, said: dict[str, str]) -> Response:
    return Response(json.dumps(said), status_code=status, media_type="application/json")
