"""The bot as its operators run it: a process of its own, set up by environment variables alone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from app.demo.clock import VARIABLE
from app.demo.people import ActFailed

ROOT = Path(__file__).resolve().parents[2]
"""Of the project: rule file and templates are there."""
_READY_WITHIN_S = 30.0
_STOPS_WITHIN_S = 15.0
_OURS = ("SOWBOT_", "SLACK_")


class Bot:
    """``sowbot serve`` in a subprocess, its log in a file."""

    def __init__(self, settings: Mapping[str, str], *, url: str, log: Path) -> None:
        self.url = url
        self.log = log
        self._settings = settings
        self._module = ("app.demo.serve_ahead",) if VARIABLE in settings else ("app.cli", "serve")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it says that it is ready. Raises ActFailed with the end of its log."""
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  # our own program
                [sys.executable, "-m", *self._module],
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C in the terminal reaches a whole process group; the bot is stopped by us, in order.
                start_new_session=True,
            )
        until = time.monotonic() + _READY_WITHIN_S
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > until:
                raise ActFailed(f"sowbot did not start. The end of its log:\n{self.last_words()}")
            time.sleep(0.1)

    def stop(self) -> int | None:
        """Ask it to end, and wait; returns its exit code, None if it was never started."""
        if self._process is None:
            return None
        self._process.terminate()
        try:
            return self._process.wait(_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def _environment(self) -> dict[str, str]:
        """The caller's environment without settings of a bot of theirs; what is local needs no proxy."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        path = os.pathsep.join([str(ROOT), *filter(None, [kept.get("PYTHONPATH")])])
        return kept | {"PYTHONPATH": path, "NO_PROXY": "127.0.0.1,localhost"} | dict(self._settings)
