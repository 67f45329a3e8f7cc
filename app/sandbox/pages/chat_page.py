"""The page of what was posted to Slack."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.sandbox.chat import Chat
from app.sandbox.http.auth import world_of
from app.sandbox.pages.render import page


def chat_page_router(chat: Chat) -> APIRouter:
    """``GET /slack``."""
    router = APIRouter()

    @router.get("/slack")
    async def show(request: Request) -> HTMLResponse:
        world = world_of(request)
        with world.lock:
            return page(request, "slack.html", channels=chat.threads(), now=world.now())

    return router
