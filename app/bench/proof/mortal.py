"""The bot that the proofs start, kill and start again; see ``doomed.py`` for what runs in it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.bench.proof.boundaries import ARMED, write_order
from app.bench.proof.every_handler import write_rules
from app.demo.bot import ROOT, Bot
from app.demo.people import ActFailed

_READY_WITHIN_S = 60.0


class MortalBot(Bot):
    """As the demo's bot, but forked by a process that has the imports done already."""

    def __init__(self, settings: Mapping[str, str], *, url: str, log: Path) -> None:
        # Without an address of its own no comment holds a link that differs from run to run.
        kept = {name: value for name, value in settings.items() if name != "SOWBOT_PUBLIC_URL"}
        rules = str(write_rules(log.parent))
        own = {"SOWBOT_REENABLE_HOOK": "true", "SOWBOT_RULES": rules, "SOWBOT_LOG_FORMAT": "json"}
        super().__init__(kept | own, url=url, log=log)
        self.folder = log.parent
        self.starts = 0
        self._pid: int | None = None
        self._parent: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        self.spawn()
        if not self.wait_ready():
            raise ActFailed(f"sowbot did not start. The end of its log:\n{self.last_words()}")

    def spawn(self) -> None:
        """Start it, and don't wait."""
        if self._parent is None:
            self._parent = self._open_parent()
        self._pid = int(self._tell("start"))
        self.starts += 1

    def wait_ready(self, limit_s: float = _READY_WITHIN_S) -> bool:
        """Wait until it answers; False if it died before, or takes too long."""
        until = time.monotonic() + limit_s
        while time.monotonic() < until and self.alive():
            if self._is_ready():
                return True
            time.sleep(0.05)
        return False

    def own_sweep(self, since: int, limit_s: float = _READY_WITHIN_S) -> dict[str, Any]:
        """What the bot's log, from that byte on, tells of its first sweep. Raises ActFailed if none comes."""
        until = time.monotonic() + limit_s
        while time.monotonic() < until:
            for line in self.log.read_bytes()[since:].splitlines():
                if b'"sweep.done"' in line:
                    return dict(json.loads(line))
            time.sleep(0.1)
        raise ActFailed(f"The bot did not sweep. The end of its log:\n{self.last_words()}")

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._pid is not None and self._tell("poll") == "False"

    def arm(self, spent: Path, *, spare_the_start: bool) -> None:
        """From now on it dies at the next boundary at which nobody died before."""
        write_order(self.folder / ARMED, spent, spare_the_start=spare_the_start)

    def disarm(self) -> None:
        """It dies by our hand only."""
        (self.folder / ARMED).unlink(missing_ok=True)

    def kill(self) -> None:
        """SIGKILL, and wait for the end."""
        if self._pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        while self.alive():
            time.sleep(0.01)
        self._pid = None

    def sweep(self) -> dict[str, Any]:
        """``./run sweep --json`` beside it; its report. Raises ActFailed where it ended without one."""
        self._tell("sweep")
        text = (self.folder / "sweep.json").read_text()
        try:
            return dict(json.loads(text))
        except ValueError:
            raise ActFailed(f"The sweep told nothing. The end of the log:\n{self.last_words()}") from None

    def stop(self) -> int | None:
        """End it and the process that forks it."""
        self.kill()
        if self._parent is not None:
            with self._parent as parent:
                assert parent.stdin is not None
                parent.stdin.close()
        return None

    def _open_parent(self) -> subprocess.Popen[str]:
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603  # our own command line
                [sys.executable, "-m", "app.bench.proof.doomed", str(self.folder)],
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )

    def _tell(self, command: str) -> str:
        assert self._parent is not None
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(f"{command}\n")
        self._parent.stdin.flush()
        if answer := self._parent.stdout.readline().strip():
            return answer
        raise ActFailed(f"The process that starts the bots ended. The end of its log:\n{self.last_words()}")
