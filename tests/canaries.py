"""Every secret that the program was given in any test of this process, looked for in everything that came out of it.

Whatever loads settings or starts a bot is listened to. Then each test's output and log is searched, each bot's folder
when it stops (its log, its database), and after the last test all that the suite left in its folders. A find fails the
run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any

import app.settings
from app.demo.bot import Bot
from app.settings import Settings

SHORTEST = 12
"""Characters; shorter ones of the tests (``x``, ``token``) are words that stand anywhere."""
_SEARCHED = ("sqlite", ".log", ".out", ".html", ".jsonl", ".md", "sowbot")
"""In names of files. Others are the tests' own, where they hand a secret over."""
_HANDED_OVER = "sowbot_"
"""How the names of files begin by which ``secrets_dir`` hands a setting over: they hold what they are named for."""


class Canaries:
    """The secrets so far, and where one was found."""

    def __init__(self) -> None:
        self.secrets: set[str] = set()
        self.found: list[str] = []
        self.searched = 0
        """Files."""

    def know(self, values: Iterable[str]) -> None:
        """These must be nowhere."""
        bare = [value.removeprefix("whsec_") for value in values]
        self.secrets.update(value for value in bare if len(value) >= SHORTEST)

    def search(self, text: str, where: str) -> None:
        """Look for all of them in a text."""
        if any(secret in text for secret in self.secrets):
            self.found.append(where)

    def search_folder(self, folder: Path) -> None:
        """Look for all of them in what the program wrote there."""
        for file in sorted(folder.rglob("*")):
            written = any(part in file.name for part in _SEARCHED) and not file.name.startswith(_HANDED_OVER)
            if written and file.is_file():
                self.searched += 1
                self.search(file.read_bytes().decode("utf-8", "replace"), f"{file.parent.name}/{file.name}")

    def taken(self) -> list[str]:
        """What was found since the last time."""
        found, self.found = self.found, []
        return found

    def listen(self) -> None:
        """Learn the secrets of every bot from now on, in this process and in those that it starts."""
        load, make, stop = app.settings.load_settings, Bot.__init__, Bot.stop

        @wraps(load)
        def loading(*args: Any, **options: Any) -> Settings:
            settings = load(*args, **options)
            self.know(settings.secret_values())
            return settings

        @wraps(make)
        def making(bot: Bot, settings: Any, **options: Any) -> None:
            self.know(value for name, value in settings.items() if name.endswith(("_TOKEN", "_SECRET")))
            make(bot, settings, **options)

        @wraps(stop)
        def stopping(bot: Bot) -> int | None:
            ended = stop(bot)
            self.search_folder(bot.log.parent)
            return ended

        replacements: list[tuple[Any, str, Callable[..., Any]]] = [
            (app.settings, "load_settings", loading),
            (Bot, "__init__", making),
            (Bot, "stop", stopping),
        ]
        for owner, name, wrapped in replacements:
            setattr(owner, name, wrapped)


CANARIES = Canaries()
