"""The rule book in use: loaded at start, loaded again when the file changes, kept when the new one is bad."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from app.errors import RulesError
from app.rules.book import RuleBook

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 2.0


class Rules:
    """Holds the book. ``start`` watches the file; a bad edit is refused loudly and the last good book stays."""

    def __init__(self, path: Path, load: Callable[[Path], RuleBook]) -> None:
        self._path = path
        self._load = load
        self._files: tuple[str, ...] = (str(path),)
        self._stamps = self._fingerprint()
        self._book = load(path)
        self._files = self._book.files or self._files
        self._stop = threading.Event()
        self.problem: str | None = None
        """What is wrong with the file as it stands now, if the book in use is an older one."""

    @property
    def book(self) -> RuleBook:
        """The book to decide by, without the people lists' members."""
        return self._book

    def start(self) -> None:
        """Watch the file."""
        threading.Thread(target=self._watch, name="rules-watch", daemon=True).start()

    def stop(self) -> None:
        """Stop watching."""
        self._stop.set()

    def look(self) -> None:
        """Load the file if it changed."""
        stamps = self._fingerprint()
        if stamps == self._stamps:
            return
        # A file that is included now and was not before has no stamp yet, so the next look loads once more: that way
        # no edit between reading it and looking at its time is missed.
        self._stamps = stamps
        try:
            self._book = self._load(self._path)
            self._files = self._book.files or (str(self._path),)
        except (RulesError, OSError) as error:
            if isinstance(error, RulesError) and error.files:
                self._files = error.files
            self.problem = str(error)
            log.error("rules.refused", path=str(self._path), problem=self.problem)  # no trace is wanted
            return
        self.problem = None
        log.info("rules.loaded", path=str(self._path), rules=len(self._book.file.rules))

    def _fingerprint(self) -> dict[str, tuple[int, int] | None]:
        """When each file was changed and how large it is; None for one that is not there."""
        return {file: _stamp(Path(file)) for file in self._files}

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            self.look()


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
