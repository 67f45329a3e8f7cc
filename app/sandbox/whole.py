"""The whole sandbox as one thing to start: GitLab's API, webhooks, faults, chat and pages over one world."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI

from app.sandbox.app import create_sandbox
from app.sandbox.chat import Chat, chat_router
from app.sandbox.control import control_router
from app.sandbox.fault_middleware import FaultMiddleware
from app.sandbox.faults import Faults
from app.sandbox.hooks.api import hooks_router
from app.sandbox.hooks.manual import manual_router
from app.sandbox.hooks.webhooks import Webhooks
from app.sandbox.pages.live import Live
from app.sandbox.pages.site import install_pages
from app.sandbox.state import World


@dataclass(frozen=True)
class Sandbox:
    """The application and the parts that a test or the demo holds in hand."""

    world: World
    app: FastAPI
    webhooks: Webhooks
    faults: Faults
    chat: Chat
    live: Live

    def start(self) -> None:
        """Begin to send webhooks; the application itself is served by whoever holds it."""
        self.webhooks.start()

    def stop(self) -> None:
        """End open event streams and the webhook threads. Call it before the server is asked to stop."""
        self.live.close()
        self.webhooks.stop()


def whole_sandbox(
    world: World, *, webhook_timeout: float = 10.0, webhook_workers: int = 4, calls_per_minute: int | None = None
) -> Sandbox:
    """Build it over a world. ``calls_per_minute``: webhooks per top-level group, None for unlimited."""
    faults, chat, live = Faults(), Chat(), Live(world)
    webhooks = Webhooks(
        world,
        timeout=webhook_timeout,
        workers=webhook_workers,
        calls_per_minute=calls_per_minute,
        plan_delivery=faults.plan_delivery,
    )
    routers = (hooks_router(webhooks), manual_router(webhooks), control_router(faults, webhooks), chat_router(chat))
    app = create_sandbox(world, extra_routers=routers)
    install_pages(app, chat=chat, live=live)
    app.add_middleware(FaultMiddleware, faults=faults)
    return Sandbox(world, app, webhooks, faults, chat, live)
