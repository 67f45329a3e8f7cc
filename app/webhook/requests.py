"""What every endpoint does with a request: read its body within limits, store what it says, answer in JSON."""

from __future__ import annotations

import asyncio
from typing import Any, Literal, Protocol

import structlog
from fastapi import Response
from pydantic_core import to_json
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import SowbotError
from app.webhook.delivery import Delivery, Inbox

Received = Literal[
    "stored", "duplicate", "bad signature", "too large", "too slow", "broken off", "not stored", "not understood"
]

log = structlog.get_logger(__name__)


class Watch(Protocol):
    """Told of every request's end; see ``app/metrics.py``."""

    def __call__(self, hook: str, outcome: Received, seconds: float) -> None: ...


class Stop(Exception):  # not an error: it ends a request early
    """The request ends here, with this answer."""

    def __init__(self, outcome: Received, status: int, words: str) -> None:
        super().__init__(words)
        self.outcome: Received = outcome
        self.status = status
        self.said = {"error": words}


async def read_body(declared: str, receive: Receive, *, limit: int, timeout_s: float) -> bytes:
    """The whole body. ``declared`` is its Content-Length, perhaps empty; ``limit`` in bytes. Raises Stop."""
    # str.isdigit() is true of "²" too, and int() refuses thousands of digits: neither may end in a 500.
    if declared.isascii() and declared.isdigit() and (len(declared) > 18 or int(declared) > limit):
        raise _too_large(limit)
    try:
        async with asyncio.timeout(timeout_s):
            return await _gather(receive, limit)
    except TimeoutError:
        raise Stop("too slow", 408, f"the body did not come within {timeout_s:g} seconds") from None


async def _gather(receive: Receive, limit: int) -> bytes:
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Stop("broken off", 400, "the connection ended before the body did")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
        more = message.get("more_body", False)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large(limit: int) -> Stop:
    return Stop("too large", 413, f"the body is larger than {limit} bytes")


async def keep(store: Inbox, delivery: Delivery) -> Received:
    """Store it durably. Raises Stop when it can't be stored."""
    try:
        fresh = await store.put(delivery)
    except Exception as error:
        # A database's own message may quote what was to be stored, so only ours is logged.
        reason = str(error) if isinstance(error, SowbotError) else type(error).__name__
        log.error("webhook.not_stored", delivery=delivery.change.delivery_id, reason=reason)
        raise Stop("not stored", 503, "the delivery could not be stored; send it again later") from None
    return "stored" if fresh else "duplicate"


async def answer(send: Send, status: int, said: dict[str, Any]) -> None:
    """Send it."""
    body = to_json(said)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class HandOver(Response):
    """An answer of a route that lets an ASGI application answer."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
