"""Rate limits: the one per user that headers announce, and the application limits that come without warning."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.sandbox.http import problems
from app.sandbox.http.auth import presented_token, world_of
from app.sandbox.state import World

PERIOD = 60
"""Seconds in one window; windows start at whole minutes."""


def count(world: World, limit: str, whom: str) -> int:
    """Count one use of a limit and return how many there were in this minute."""
    window = int(world.now().timestamp()) // PERIOD
    with world.lock:
        for key in [key for key in world.usage if key[2] < window]:
            del world.usage[key]
        world.usage[limit, whom, window] = world.usage.get((limit, whom, window), 0) + 1
        return world.usage[limit, whom, window]


def limit_issue_creation(world: World, *, project_id: int, user_id: int) -> None:
    """Raise 429 when this user has filed too many issues in this project."""
    allowed = world.limits.issues_per_minute
    if allowed and count(world, "issues_create", f"{project_id}:{user_id}") > allowed:
        raise problems.too_many()


def limit_note_creation(world: World, *, user_id: int) -> None:
    """Raise 429 when this user has written too many comments."""
    allowed = world.limits.notes_per_minute
    if allowed and count(world, "notes_create", str(user_id)) > allowed:
        raise problems.too_many()


class ApiThrottle:
    """ASGI middleware: counts each API request of a user, tells the count in headers, and answers 429 beyond it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        world = world_of(request)
        limit = world.limits.api_per_minute
        if not limit:
            await self.app(scope, receive, send)
            return
        name, whom = _counted(world, request)
        observed = count(world, name, whom)
        headers, wait = _headers(world, name, limit, observed)
        if observed > limit:
            ends = datetime.fromtimestamp(int(headers["RateLimit-Reset"]), UTC)
            headers |= {"Retry-After": str(wait), "RateLimit-ResetTime": format_datetime(ends, usegmt=True)}
            await PlainTextResponse("Retry later\n", 429, headers)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and not scope.get("sandbox.bare"):
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _counted(world: World, request: Request) -> tuple[str, str]:
    token = world.tokens.get(presented_token(request) or "")
    if token is not None:
        return "throttle_authenticated_api", str(token.user_id)
    return "throttle_unauthenticated_api", request.client.host if request.client else "unknown"


def _headers(world: World, name: str, limit: int, observed: int) -> tuple[dict[str, str], int]:
    """The headers, and the seconds until the window ends."""
    now = int(world.now().timestamp())
    wait = PERIOD - now % PERIOD
    return {
        "RateLimit-Limit": str(limit),
        "RateLimit-Name": name,
        "RateLimit-Observed": str(observed),
        "RateLimit-Remaining": str(max(0, limit - observed)),
        "RateLimit-Reset": str(now + wait),
    }, wait
