"""Tells open pages that something changed: a counter that happenings push, and the event stream that follows it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.sandbox.state import Happening, World

LOOK_EVERY = 0.25
"""Seconds; also how long several changes are gathered into one message."""


class Live:
    """Counts the happenings of a world."""

    def __init__(self, world: World) -> None:
        self.version = 0
        self.closed = False
        world.listeners.append(self._heed)

    def _heed(self, _happening: Happening) -> None:
        self.version += 1

    def close(self) -> None:
        """End all streams: a server waits for them before it stops."""
        self.closed = True

    async def versions(self) -> AsyncIterator[int]:
        """The counter, whenever it has moved."""
        seen = self.version
        yield seen
        while not self.closed:
            await anyio.sleep(LOOK_EVERY)
            if self.version != seen:
                seen = self.version
                yield seen


def live_router(live: Live) -> APIRouter:
    """``GET /-/live``: the pages' script listens here and fetches its page anew."""
    router = APIRouter()

    @router.get("/-/live", response_class=EventSourceResponse)
    async def stream() -> AsyncIterator[ServerSentEvent]:
        async for version in live.versions():
            yield ServerSentEvent(event="changed", data=version)

    return router
