"""Where the play takes place: a sandbox GitLab over real HTTP, the real bot beside it, and the webhook between them."""

from __future__ import annotations

import base64
import secrets
import shutil
import signal
import tempfile
import time
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from app.demo.bot import Bot
from app.demo.cast import Cast, seed_world
from app.demo.clock import VARIABLE, Clock
from app.demo.people import ActFailed
from app.demo.reasons import Reasons
from app.demo.rest import Rest
from app.demo.scene import Moment
from app.demo.server import HOST, Server, free_port, listen, url_of
from app.demo.view import View
from app.demo.watch import News, news_of
from app.sandbox.seed import PS_GROUP
from app.sandbox.state import World
from app.sandbox.whole import whole_sandbox

GITLAB_PORT, BOT_PORT = 8929, 8000
"""Taken where they are free, if somebody is to look around: so that a newcomer finds them again."""
QUIET_S = 0.6
"""Nothing changed for so long: the bot, which lets a burst settle for 0.2 s, is done."""
_QUIET_WITHIN_S = 20.0
CHANNELS = {
    "SLACK_PS_ENGAGEMENT_MGRS": "ps-engagement-mgrs",
    "SLACK_PS_PRACTICE": "ps-practice",
    "SLACK_PS_INTERNAL": "ps-internal",
    "SLACK_PS_PROJECT_LEADERSHIP": "ps-project-leadership",
    "SLACK_US_PUBSEC": "us-pubsec",
}
"""Channels of the stand-in Slack with an incoming webhook, by the names that the rule file gives their addresses."""
_HEARS = ("issues_events", "confidential_issues_events", "note_events", "confidential_note_events", "emoji_events")


class Theatre:
    """Entered, everything runs; left, everything has ended and what it wrote is gone, unless ``keep`` was set."""

    def __init__(self, *, usual_ports: bool, bot: type[Bot] = Bot, time_passes: bool = False) -> None:
        """``bot``: how the bot's process is run; the proofs under faults need one that they can kill. ``time_passes``:
        sandbox and bot go by ``clock``, which can be let run ahead."""
        self.keep = False
        self.folder = Path(tempfile.mkdtemp(prefix="sowbot-demo-"))
        self._listener = listen(GITLAB_PORT if usual_ports else 0)
        self.gitlab_url = url_of(self._listener)
        self.clock = Clock(self.folder / "ahead")
        world = World(base_url=self.gitlab_url, clock=self.clock.now)
        self.cast: Cast = seed_world(world, gitlab=self.gitlab_url)
        self.sandbox = whole_sandbox(world)
        self._server = Server(self.sandbox.app, self._listener)
        self._http = httpx.Client(base_url=self.gitlab_url, timeout=10, trust_env=False)
        self.deal_token = _signing_token()
        self.calculator_token = _signing_token()
        port = free_port(BOT_PORT if usual_ports else 0)
        settings = self._settings(port) | ({VARIABLE: str(self.clock.file)} if time_passes else {})
        self.bot = bot(settings, url=f"http://{HOST}:{port}", log=self.folder / "sowbot.log")
        self.reasons = Reasons(self.folder)
        self._rest = Rest(self.folder)

    def __enter__(self) -> Theatre:
        try:
            self._server.start()
            self.sandbox.start()
            self.bot.start()
            self._register_hook()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        impatience = signal.signal(signal.SIGINT, signal.SIG_IGN)  # A second Ctrl-C would leave the bot running.
        try:
            self._close()
        finally:
            signal.signal(signal.SIGINT, impatience)

    def view(self) -> View:
        """All that the sandbox holds now."""
        return View(self._held(), deliveries=self._get("/-/sandbox/deliveries"))

    def view_without_deliveries(self) -> View:
        """The same without the webhooks' log, which grows with all that happens."""
        return View(self._held(), deliveries=[])

    def now(self) -> datetime:
        """The time there."""
        return self.clock.now()

    def explain(self, moment: Moment, since: datetime) -> list[News]:
        """What the bot did in that moment, with its reasons; ``since``: when the act that it answers ended."""
        return self.reasons.explain(news_of(moment, since=since), since)

    def quiet_view(self) -> View:
        """The same once nothing changes and the bot has nothing left to do. Raises ActFailed if that never comes."""
        until = time.monotonic() + _QUIET_WITHIN_S
        seen, since = self.view(), time.monotonic()
        while time.monotonic() - since < QUIET_S:
            if time.monotonic() > until:
                raise ActFailed("The bot does not come to rest: something changes all the time.")
            time.sleep(0.1)
            now = self.view()
            if now != seen or self._rest.works():
                seen, since = now, time.monotonic()
        return seen

    def _held(self) -> dict[str, Any]:
        state: dict[str, Any] = self._get("/-/sandbox/state")
        return state | {"slack": self._get("/-/sandbox/slack")}

    def _get(self, path: str) -> Any:
        return self._http.get(path).raise_for_status().json()

    def _close(self) -> None:
        self.bot.stop()
        self.sandbox.stop()
        self._server.stop()
        self.reasons.close()
        self._rest.close()
        self._http.close()
        for person in (*self.cast.people.values(), self.cast.admin):
            person.close()
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _register_hook(self) -> None:
        settings = {
            "url": f"{self.bot.url}/webhooks/gitlab",
            "token": self._secret,
            "signing_token": self._signing_token,
            "push_events": False,
            "enable_ssl_verification": False,
            **dict.fromkeys(_HEARS, True),
        }
        # The group that all of it is in: customers' projects have no hook of their own.
        self.cast.admin.add_hook(PS_GROUP, settings, of="groups")

    def _settings(self, port: int) -> dict[str, str]:
        self._secret = secrets.token_urlsafe(24)
        self._signing_token = _signing_token()
        slack = {name: f"{self.gitlab_url}/-/sandbox/slack/{channel}" for name, channel in CHANNELS.items()}
        return {
            "SOWBOT_GITLAB_URL": self.gitlab_url,
            "SOWBOT_GITLAB_TOKEN": self.cast.bot_token,
            "SOWBOT_WEBHOOK_SECRET": self._secret,
            "SOWBOT_WEBHOOK_SIGNING_TOKEN": self._signing_token,
            "SOWBOT_DEAL_SIGNING_TOKEN": self.deal_token,
            "SOWBOT_CALCULATOR_SIGNING_TOKEN": self.calculator_token,
            "SOWBOT_DATA_DIR": str(self.folder),
            "SOWBOT_HOST": HOST,
            "SOWBOT_PORT": str(port),
            "SOWBOT_PUBLIC_URL": f"http://{HOST}:{port}",
            "SOWBOT_SLACK_API": f"{self.gitlab_url}/-/sandbox/slack/api",
            "SLACK_BOT_TOKEN": f"xoxb-{secrets.token_urlsafe(18)}",
            **slack,
        }


def _signing_token() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
