"""A stand-in for Slack: takes incoming-webhook posts, channel by channel, and shows them."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

_POSTS_KEPT = 5_000


@dataclass(frozen=True)
class Post:
    """One message in a channel."""

    channel: str
    text: str
    posted_at: datetime
    payload: dict[str, Any]


class Chat:
    """The channels, in the order in which they were first spoken to."""

    def __init__(self) -> None:
        self._posts: deque[Post] = deque(maxlen=_POSTS_KEPT)
        self._lock = threading.Lock()

    def add(self, channel: str, payload: dict[str, Any]) -> None:
        """Keep a post."""
        with self._lock:
            self._posts.append(Post(channel, str(payload["text"]), datetime.now(UTC), payload))

    def by_channel(self) -> dict[str, list[Post]]:
        """All posts, oldest first in each channel."""
        with self._lock:
            channels: dict[str, list[Post]] = {}
            for post in self._posts:
                channels.setdefault(post.channel, []).append(post)
            return channels


def is_post(payload: object) -> bool:
    """Whether Slack would take this: an object with a text."""
    return isinstance(payload, dict) and isinstance(payload.get("text"), str) and bool(payload["text"])


def chat_router(chat: Chat) -> APIRouter:
    """The incoming webhook and the list of what came in; the page is with the other pages."""
    router = APIRouter()

    @router.post("/-/sandbox/slack/{channel}")
    async def post(channel: str, request: Request) -> PlainTextResponse:
        try:
            payload = json.loads(await request.body())
        except ValueError:
            payload = None
        if not is_post(payload):
            return PlainTextResponse("invalid_payload", 400)
        chat.add(channel, payload)
        return PlainTextResponse("ok")

    @router.get("/-/sandbox/slack")
    async def posts() -> dict[str, list[dict[str, Any]]]:
        return {
            channel: [
                {"text": post.text, "posted_at": post.posted_at.isoformat(), "payload": post.payload} for post in posts
            ]
            for channel, posts in chat.by_channel().items()
        }

    return router
