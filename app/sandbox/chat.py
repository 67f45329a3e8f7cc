"""A stand-in for Slack: takes incoming webhooks and a bot's chat.postMessage, channel by channel, and shows them."""

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
_MOST_BLOCKS, _SECTION, _HEADER = 50, 3_000, 150
"""What Slack takes: https://docs.slack.dev/reference/block-kit/blocks"""


@dataclass(frozen=True)
class Post:
    """One message in a channel."""

    channel: str
    text: str
    posted_at: datetime
    payload: dict[str, Any]
    ts: str
    """Slack's name for it."""
    thread_ts: str = ""
    """Of the message that it answers."""

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Its blocks, if it has some."""
        found = self.payload.get("blocks")
        return found if isinstance(found, list) else []


@dataclass(frozen=True)
class Thread:
    """A message and what was answered to it."""

    first: Post
    replies: tuple[Post, ...]

    @property
    def count(self) -> int:
        """Of the answers."""
        return len(self.replies)


class Chat:
    """The channels, in the order in which they were first spoken to."""

    def __init__(self) -> None:
        self._posts: deque[Post] = deque(maxlen=_POSTS_KEPT)
        self._lock = threading.Lock()
        self._last = 0

    def add(self, channel: str, payload: dict[str, Any]) -> Post | None:
        """Keep a post. None: it answers to a message that is not there."""
        now, thread = datetime.now(UTC), str(payload.get("thread_ts") or "")
        with self._lock:
            if thread and not any(post.ts == thread and post.channel == channel for post in self._posts):
                return None
            self._last = max(self._last + 1, int(now.timestamp() * 1_000_000))
            ts = f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
            post = Post(channel, str(payload["text"]), now, payload, ts, thread)
            self._posts.append(post)
        return post

    def by_channel(self) -> dict[str, list[Post]]:
        """All posts, oldest first in each channel."""
        with self._lock:
            channels: dict[str, list[Post]] = {}
            for post in self._posts:
                channels.setdefault(post.channel, []).append(post)
            return channels

    def threads(self) -> dict[str, list[Thread]]:
        """The same as people see it: each message with its answers below it, the newest message first."""
        return {
            channel: [
                Thread(post, tuple(one for one in posts if one.thread_ts == post.ts))
                for post in reversed(posts)
                if not post.thread_ts
            ]
            for channel, posts in self.by_channel().items()
        }


def is_post(payload: object) -> bool:
    """Whether Slack would take this: an object with a text."""
    return isinstance(payload, dict) and isinstance(payload.get("text"), str) and bool(payload["text"])


def blocks_fit(payload: dict[str, Any]) -> bool:
    """Whether Slack would take its blocks: not too many, and no text too long."""
    blocks = payload.get("blocks", [])
    if not isinstance(blocks, list) or len(blocks) > _MOST_BLOCKS:
        return False
    for block in blocks:
        text = block.get("text") if isinstance(block, dict) else None
        said = text.get("text") if isinstance(text, dict) else None
        longest = {"section": _SECTION, "header": _HEADER}.get(block.get("type", ""), 0)
        if longest and not (isinstance(said, str) and 0 < len(said) <= longest):
            return False
    return True


def _refusal(authorization: str, payload: object) -> str:
    """Slack's word for what is wrong with a chat.postMessage; empty if nothing is."""
    if not authorization.startswith("Bearer xoxb-"):
        return "invalid_auth" if authorization else "not_authed"
    if not isinstance(payload, dict) or not isinstance(payload.get("channel"), str) or len(payload["channel"]) < 2:
        return "channel_not_found"
    if not is_post(payload):
        return "no_text"
    return "" if blocks_fit(payload) else "invalid_blocks"


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
        if not blocks_fit(payload):
            return PlainTextResponse("invalid_blocks", 400)
        chat.add(channel, payload)
        return PlainTextResponse("ok")

    @router.post("/-/sandbox/slack/api/chat.postMessage")
    async def post_message(request: Request) -> dict[str, Any]:
        try:
            payload = json.loads(await request.body())
        except ValueError:
            payload = None
        if error := _refusal(request.headers.get("authorization", ""), payload):
            return {"ok": False, "error": error}
        posted = chat.add(payload["channel"].removeprefix("#"), payload)
        if posted is None:
            return {"ok": False, "error": "thread_not_found"}
        return {"ok": True, "channel": payload["channel"], "ts": posted.ts, "message": {"text": posted.text}}

    @router.get("/-/sandbox/slack")
    async def posts() -> dict[str, list[dict[str, Any]]]:
        return {
            channel: [
                {
                    "text": post.text,
                    "posted_at": post.posted_at.isoformat(),
                    "payload": post.payload,
                    "ts": post.ts,
                    "thread_ts": post.thread_ts,
                }
                for post in posts
            ]
            for channel, posts in chat.by_channel().items()
        }

    return router
