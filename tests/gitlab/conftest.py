"""Serves a sandbox GitLab over real HTTP and opens the live port on it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from app.gitlab.live import LiveGitLab
from app.gitlab.transport import open_gitlab
from app.sandbox.app import create_sandbox
from tests.gitlab.sandbox_world import BOT_TOKEN, Scene, make_scene

REST_PATHS = Path(__file__).parents[1] / "data" / "gitlab" / "rest_paths.txt"


@dataclass
class Stage:
    """A sandbox that is being served, the port on it, and the calls that the port made."""

    scene: Scene
    gitlab: LiveGitLab
    calls: list[str]

    def count(self, call: Callable[[], object]) -> list[str]:
        """The calls that something made."""
        before = len(self.calls)
        call()
        return self.calls[before:]


@pytest.fixture(scope="session")
def documented() -> frozenset[str]:
    """Every ``METHOD /path`` that GitLab documents, with ``:id`` for what varies."""
    lines = REST_PATHS.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@pytest.fixture
def make_stage(documented: frozenset[str]) -> Iterator[Callable[..., Stage]]:
    """Makes stages; at the end each call that was made has to be one that GitLab documents."""
    open_servers: list[tuple[uvicorn.Server, threading.Thread]] = []
    stages: list[Stage] = []

    def make(*, scoped_labels: bool = True, epics: bool = True, iterations: bool = True) -> Stage:
        scene = make_scene(scoped_labels=scoped_labels, epics=epics)
        scene.world.iterations = iterations
        server, thread, url = _serve(create_sandbox(scene.world))
        open_servers.append((server, thread))
        scene.world.base_url = url
        calls: list[str] = []
        api = open_gitlab(url=url, token=BOT_TOKEN, on_call=lambda method, route, *_: calls.append(f"{method} {route}"))
        stages.append(Stage(scene, LiveGitLab(api), calls))
        return stages[-1]

    yield make
    for stage in stages:
        stage.gitlab.close()
    for server, thread in open_servers:
        server.should_exit = True
        thread.join(timeout=5)
    assert {call for stage in stages for call in stage.calls} <= documented


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    """A sandbox of the Premium tier."""
    return make_stage()


def _serve(app: FastAPI) -> tuple[uvicorn.Server, threading.Thread, str]:
    # asyncio turns Nagle's delay (40 ms a call) off only where the protocol is said.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    return server, thread, f"http://127.0.0.1:{listener.getsockname()[1]}"
