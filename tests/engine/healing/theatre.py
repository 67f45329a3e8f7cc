"""A sandbox GitLab and the whole bot over real HTTP in one process, with the hook between them that can be spoilt."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gitlab
import httpx
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from app.bot import Bot
from app.engine import ledger
from app.engine.healing.report import Report
from app.gitlab.routes import route_of
from app.main import create_app
from app.sandbox.faults import DeliveryFaults, FaultPlan
from app.sandbox.hooks.records import Hook
from app.sandbox.seed import GITLAB_DELIVERY, PS_PLAN, Seeded, seed
from app.sandbox.state import World
from app.sandbox.whole import Sandbox, whole_sandbox
from app.settings import load_settings

SECRET = "a-secret-token"
ROOT = Path(__file__).parents[3]
_BY_CHANCE = re.compile(r"<!--.*?-->|<sub>.*?</sub>|Next reminder: .*|\d+")


@dataclass
class Theatre:
    """What the tests act in."""

    folder: Path
    sandbox: Sandbox
    seeded: Seeded
    url: str
    bot_socket: tuple[str, int]
    clients: list[gitlab.Gitlab] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    """What the bot asked of GitLab: ``GET /projects/:id/issues/:id``, in order."""
    hook: Hook = field(init=False)
    """That of PS Plan."""

    def add_hook(self, kind: str, path: str) -> Hook:
        """Another hook that leads to the bot, of one of the ``projects`` or ``groups``."""
        hears = ("issues_events", "confidential_issues_events", "note_events", "confidential_note_events")
        made = httpx.post(
            f"{self.url}/api/v4/{kind}/{path.replace('/', '%2F')}/hooks",
            json={
                "url": f"http://{self.bot_socket[0]}:{self.bot_socket[1]}/webhooks/gitlab",
                "token": SECRET,
                "enable_ssl_verification": False,
                **dict.fromkeys(hears, True),
            },
            headers={"PRIVATE-TOKEN": self.seeded.tokens["root"]},
        )
        return self.sandbox.webhooks.hooks[made.raise_for_status().json()["id"]]

    def customers_project(self) -> str:
        """The project of a SOW below the delivery group; its path."""
        root = {"PRIVATE-TOKEN": self.seeded.tokens["root"]}
        above = self.seeded.groups[GITLAB_DELIVERY].id
        named = {"name": "Acme", "path": "acme", "parent_id": above}
        group = httpx.post(f"{self.url}/api/v4/groups", json=named, headers=root).raise_for_status().json()
        named = {"name": "SOW-1", "path": "SOW-1", "namespace_id": group["id"]}
        made = httpx.post(f"{self.url}/api/v4/projects", json=named, headers=root).raise_for_status().json()
        return str(made["path_with_namespace"])

    def project(self, username: str, path: str = PS_PLAN) -> Any:
        """A project as somebody sees it."""
        client = gitlab.Gitlab(self.url, private_token=self.seeded.tokens[username])
        self.clients.append(client)
        return client.projects.get(path, lazy=True)

    def file(self, title: str = "Acme - Scope Issue and Write SOW", description: str = "") -> int:
        """A scoping request of the Services Calculator; its iid."""
        labels = ["Services Calculator"]
        issue = self.project("services-calculator").issues.create(
            {"title": title, "description": description, "labels": labels}
        )
        return int(issue.iid)

    def move(self, iid: int, stage: str, *, by: str = "engagement.manager") -> None:
        """Drag the card."""
        self.project(by).issues.update(iid, {"add_labels": f"proposal::{stage}"})

    def say(self, iid: int, text: str, *, by: str = "account.executive") -> None:
        """Comment."""
        self.project(by).issues.get(iid, lazy=True).notes.create({"body": text})

    def lose(self, share: float = 1.0) -> None:
        """GitLab loses deliveries without a trace."""
        self.sandbox.faults.set(FaultPlan(deliveries=DeliveryFaults(drop=share)))

    def spoil(self, faults: DeliveryFaults, seed: int) -> None:
        """Other faults of the delivery."""
        self.sandbox.faults.set(FaultPlan(deliveries=faults, seed=seed))

    def deliver_well(self) -> None:
        """No fault any more."""
        self.sandbox.faults.set(FaultPlan())

    def disable_hook(self) -> None:
        """As after forty failures."""
        self.hook.recent_failures = 40

    def environment(self) -> dict[str, str]:
        """The bot's settings."""
        host, port = self.bot_socket
        return {
            "SOWBOT_GITLAB_URL": self.url,
            "SOWBOT_GITLAB_TOKEN": self.seeded.tokens["sowbot"],
            "SOWBOT_WEBHOOK_SECRET": SECRET,
            "SOWBOT_DATA_DIR": str(self.folder),
            "SOWBOT_RULES": str(ROOT / "label_rules.yaml"),
            "SOWBOT_PUBLIC_URL": f"http://{host}:{port}",
            **self.settings,
        }

    def build(self) -> Bot:
        """A bot that does not run."""
        return Bot.build(load_settings(self.environment()))

    @contextmanager
    def bot(self) -> Iterator[Bot]:
        """The bot at work."""
        bot = self.build()
        with _served(create_app(bot), _listen(*self.bot_socket), lifespan="on"):
            yield bot

    def quiet(self, bot: Bot) -> None:
        """Wait until all is delivered and decided, the bot's own echoes included."""
        calm = 0
        until = time.monotonic() + 30
        while calm < 4:
            assert time.monotonic() < until, ledger.waiting(bot.engine.database)
            self.sandbox.webhooks.drain()
            calm = calm + 1 if ledger.waiting(bot.engine.database)[0] == 0 else 0
            time.sleep(0.1)

    def state(self) -> dict[str, Any]:
        """All issues with labels, state, assignees and the bot's words, without what differs by chance."""
        world = self.sandbox.world
        return {
            f"{issue.project_id}#{issue.iid} {issue.title}": {
                "labels": sorted(world.labels[number].title for number in issue.label_ids),
                "state": issue.state,
                "assignees": sorted(issue.assignee_ids),
                "notes": sorted(
                    _BY_CHANCE.sub("", note.body)
                    for note in world.notes.values()
                    if note.issue_id == issue.id and not note.system
                ),
            }
            for issue in sorted(world.issues.values(), key=lambda issue: issue.id)
        }

    def labels(self, iid: int) -> set[str]:
        """Titles on an issue."""
        world = self.sandbox.world
        issue = next(one for one in world.issues.values() if one.iid == iid)
        return {world.labels[number].title for number in issue.label_ids}


@contextmanager
def theatre(folder: Path, **settings: str) -> Iterator[Theatre]:
    """Opened, the sandbox is served and the hook leads to where the bot will be."""
    listener = _listen()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    world = World(base_url=url)
    seeded = seed(world)
    sandbox = whole_sandbox(world)
    with _listen() as probe:
        bot_socket = probe.getsockname()
    calls: list[str] = []
    with _served(_noting(sandbox.app, seeded.tokens["sowbot"], calls), listener, lifespan="off"):
        sandbox.start()
        opened = Theatre(folder, sandbox, seeded, url, bot_socket, settings=settings, calls=calls)
        opened.hook = opened.add_hook("projects", PS_PLAN)
        try:
            yield opened
        finally:
            sandbox.stop()
            for client in opened.clients:
                client.session.close()


def _noting(app: ASGIApp, token: str, calls: list[str]) -> ASGIApp:
    """The application, with the bot's calls written down."""

    async def noted(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (b"private-token", token.encode()) in scope["headers"]:
            calls.append(f"{scope['method']} {route_of(scope['raw_path'].decode())}")
        await app(scope, receive, send)

    return noted


def eventually(what: Callable[[], bool], *, within_s: float = 15) -> bool:
    """Whether it becomes true."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return what()


def _listen(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


@contextmanager
def _served(app: ASGIApp, listener: socket.socket, *, lifespan: Any) -> Iterator[None]:
    config = uvicorn.Config(app, log_config=None, lifespan=lifespan, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listener.close()


def swept(place: Theatre, bot: Bot) -> Report:
    """A sweep by hand, and what came of it done."""
    report = bot.sweeper.sweep()
    place.quiet(bot)
    return report
