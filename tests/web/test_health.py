"""Health, as balancers and watchers ask for it."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from app.web.health import Check, router


def fine() -> str | None:
    return None


def ask(method: str, path: str, **ready: Check) -> httpx.Response:
    """One request to an application that has nothing but its health."""
    app = FastAPI()
    app.include_router(router(ready={"rules": fine, **ready}, told={"GitLab": lambda: "away"}, metrics=lambda: b"up 1"))

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
            return await client.request(method, path)

    return asyncio.run(send())


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_watcher_may_ask_with_head(path: str) -> None:
    answer = ask("HEAD", path)
    assert answer.status_code == 200


def test_what_is_away_is_told_and_what_fails_decides() -> None:
    ready = ask("GET", "/readyz")
    assert (ready.status_code, ready.json()["also"]) == (200, {"GitLab": "away"})
    failing = ask("GET", "/readyz", database=lambda: "the disk is full")
    assert (failing.status_code, failing.json()["failing"]) == (503, {"database": "the disk is full"})
    assert ask("HEAD", "/readyz", database=lambda: "the disk is full").status_code == 503
