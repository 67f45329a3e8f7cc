"""One look at the sandbox for all scenes that are played at once, again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.demo.view import View

_PAUSE_S = 0.1
_WITHIN_S = 30.0


class Lookout:
    """Looks in a thread of its own; entered, it looks, and left, it ends."""

    def __init__(self, look: Callable[[], View]) -> None:
        self._look = look
        self._seen: View | None = None
        self._began_at = 0.0
        """When the look that ``_seen`` is of began."""
        self._fresh = threading.Condition()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lookout", daemon=True)

    def __enter__(self) -> Lookout:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(_WITHIN_S)

    def view(self) -> View:
        """What the sandbox holds now: a look that began after this was called. Raises TimeoutError if none comes."""
        asked_at = time.monotonic()
        with self._fresh:
            if not self._fresh.wait_for(lambda: self._began_at > asked_at, _WITHIN_S) or self._seen is None:
                raise TimeoutError("The sandbox GitLab does not show what it holds.")
            return self._seen

    def _run(self) -> None:
        while not self._end.is_set():
            began_at = time.monotonic()
            seen = self._look()
            with self._fresh:
                self._seen, self._began_at = seen, began_at
                self._fresh.notify_all()
            self._end.wait(_PAUSE_S)
