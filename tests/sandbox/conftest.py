"""One sandbox served over real HTTP for the whole run; each test gets a fresh world behind it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from app.sandbox.app import create_sandbox
from app.sandbox.seed import Seeded, seed
from app.sandbox.state import World
from tests.sandbox.place import Place


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[FastAPI, str]]:
    """The application and its address. The server opens its socket itself: asyncio sets TCP_NODELAY only on those."""
    app = create_sandbox(World())
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield app, f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=5)


@pytest.fixture
def place(served: tuple[FastAPI, str]) -> Iterator[Place]:
    """A freshly seeded world, and clients of its people."""
    app, url = served
    app.state.world = World(base_url=url)
    opened = Place(world=app.state.world, seeded=seed(app.state.world), url=url, http=httpx.Client(base_url=url))
    app.state.world.listeners.append(opened.happenings.append)
    yield opened
    opened.close()


@pytest.fixture
def world(place: Place) -> World:
    """The world behind the address."""
    return place.world


@pytest.fixture
def seeded(place: Place) -> Seeded:
    """What was seeded."""
    return place.seeded
