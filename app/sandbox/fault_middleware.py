"""Carries the API faults out on real requests (ASGI)."""

from __future__ import annotations

import time
from urllib.parse import unquote

import anyio
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.sandbox.faults import ApiFault, Faults

_TOO_MANY = "This endpoint has been requested too many times. Try again later."


class FaultMiddleware:
    """Stands in front of the whole sandbox; only requests under ``/api/`` can be struck."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._fault_for(scope)
        if fault is None:
            await self.app(scope, receive, send)
        elif fault.kind == "latency":
            await anyio.sleep(fault.seconds)
            await self.app(scope, receive, send)
        elif fault.kind == "late_answer":
            await _answer_late(self.app, fault.seconds, scope, receive, send)
        elif fault.kind == "drop_after":
            await _answer_half(self.app, scope, receive, send)
        else:
            await _refusal(fault)(scope, receive, send)

    def _fault_for(self, scope: Scope) -> ApiFault | None:
        if scope["type"] != "http":
            return None
        raw: bytes | None = scope.get("raw_path")
        path = unquote(raw.partition(b"?")[0].decode("ascii")) if raw else str(scope["path"])
        return self._faults.strike(scope["method"], path) if path.startswith("/api/") else None


def _refusal(fault: ApiFault) -> Response:
    if fault.kind == "rate_limit_bare":
        return JSONResponse({"message": {"error": _TOO_MANY}}, 429)
    if fault.kind == "rate_limit":
        reset = int(time.time() + fault.seconds)
        headers = {
            "Retry-After": str(int(fault.seconds)),
            "RateLimit-Limit": "2000",
            "RateLimit-Name": "throttle_authenticated_api",
            "RateLimit-Observed": "2001",
            "RateLimit-Remaining": "0",
            "RateLimit-Reset": str(reset),
        }
        return PlainTextResponse("Retry later\n", 429, headers)
    return JSONResponse({"message": f"{fault.status} (a fault that was asked for)"}, fault.status)


async def _answer_late(app: ASGIApp, seconds: float, scope: Scope, receive: Receive, send: Send) -> None:
    """Do the work at once, answer later: a client that gives up meanwhile has written without knowing."""
    held: list[Message] = []

    async def hold(message: Message) -> None:
        held.append(message)

    await app(scope, receive, hold)
    await anyio.sleep(seconds)
    for message in held:
        await send(message)


async def _answer_half(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Do the work, promise an answer and leave before it is complete: the server then closes the connection."""

    async def swallow(_message: Message) -> None:
        return

    await app(scope, receive, swallow)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
