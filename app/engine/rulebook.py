"""The rule book in use: loaded at start, loaded again when the file changes, kept when the new one is bad."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from app.errors import RulesError, TryLater
from app.rules.book import RuleBook

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 2.0

TELL_AGAIN_S = 60.0
"""Wait before a refusal is told again to whoever could not be told."""

OnRefused = Callable[[str, str], None]
"""Told of a refused file: the problems, and a digest of what stands in it. May raise TryLater."""


class Rules:
    """Holds the book. ``start`` watches the file; a bad edit is refused loudly and the last good book stays."""

    def __init__(
        self,
        path: Path,
        load: Callable[[Path], RuleBook],
        *,
        on_refused: OnRefused = lambda _problem, _digest: None,
        on_bad: Callable[[], None] = lambda: None,
        tell_again_s: float = TELL_AGAIN_S,
    ) -> None:
        """``on_bad`` counts a refusal, each time; ``on_refused`` tells people."""
        self._path = path
        self._load = load
        self._files: tuple[str, ...] = (str(path),)
        self._stamps = self._fingerprint()
        self._book = load(path)
        self._files = self._book.files or self._files
        self._stop = threading.Event()
        self._on_refused = on_refused
        self._on_bad = on_bad
        self._tell_again_s = tell_again_s
        self._untold: tuple[str, str] | None = None
        self._tell_at = 0.0
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
        """Load the file if it changed, and tell of a refusal that nobody could be told of so far."""
        self._load_if_changed()
        self._tell()

    def _load_if_changed(self) -> None:
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
            self._on_bad()
            self._untold, self._tell_at = (self.problem, self._digest()), 0.0
            return
        self._untold = None
        self.problem = None
        log.info("rules.loaded", path=str(self._path), rules=len(self._book.file.rules))

    def _tell(self) -> None:
        if self._untold is None or time.monotonic() < self._tell_at:
            return
        try:
            self._on_refused(*self._untold)
            self._untold = None
        except TryLater as error:
            self._tell_at = time.monotonic() + self._tell_again_s
            log.warning("rules.refusal_untold", problem=str(error))

    def _digest(self) -> str:
        """Of what stands in all the files, so that the same fault in the same text is told of once."""
        seen = hashlib.sha256()
        for file in self._files:
            try:
                seen.update(Path(file).read_bytes())
            except OSError as error:
                seen.update(type(error).__name__.encode())
        return seen.hexdigest()

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
