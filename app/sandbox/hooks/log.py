"""The log of deliveries: what the hooks' events API and the tests read."""

from __future__ import annotations

import re
import threading
from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.sandbox.hooks.headers import REDACTED
from app.sandbox.hooks.records import Attempt
from app.sandbox.hooks.sender import INTERNAL_ERROR
from app.sandbox.shapes.basics import iso

SHOWN_FOR = timedelta(days=7)
_ROWS_KEPT = 20_000
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_CLASSES = {"successful": "2", "client_failure": "4", "server_failure": "5"}


class DeliveryLog:
    """Attempts in the order in which they ended."""

    def __init__(self) -> None:
        self._rows: deque[Attempt] = deque(maxlen=_ROWS_KEPT)
        self._lock = threading.Lock()

    def add(self, attempt: Attempt) -> Attempt:
        """Append a row as GitLab stores it, e-mail addresses hidden; returns it."""
        row = replace(attempt, request_data=_without_emails(attempt.request_data))
        with self._lock:
            self._rows.append(row)
        return row

    def all(self) -> list[Attempt]:
        """Every row, oldest first."""
        with self._lock:
            return list(self._rows)

    def of_hook(self, hook_id: int, now: datetime, statuses: set[str] | None = None) -> list[Attempt]:
        """The hook's rows of the last seven days, newest first."""
        rows = [row for row in self.all() if row.hook_id == hook_id and now - row.triggered_at <= SHOWN_FOR]
        if statuses:
            rows = [row for row in rows if _matches(row.response_status, statuses)]
        return sorted(rows, key=lambda row: row.id, reverse=True)


def is_status_filter(value: str) -> bool:
    """Whether the events API knows this ``status``: a class of answers, or an HTTP code."""
    return value in _CLASSES or (value.isdecimal() and 100 <= int(value) <= 599)


def _matches(status: str, wanted: set[str]) -> bool:
    if status == INTERNAL_ERROR:
        return "server_failure" in wanted
    return status in wanted or any(_CLASSES.get(name) == status[:1] for name in wanted)


def shown_row(attempt: Attempt) -> dict[str, Any]:
    """A row as the events API shows it."""
    return {
        "id": attempt.id,
        "url": attempt.url,
        "trigger": attempt.trigger,
        "request_headers": attempt.request_headers,
        "request_data": attempt.request_data,
        "response_headers": attempt.response_headers,
        "response_body": attempt.response_body if attempt.error is None else attempt.error,
        "execution_duration": round(attempt.execution_duration, 6),
        "response_status": attempt.response_status,
        "triggered_at": iso(attempt.triggered_at),
    }


def _without_emails(value: Any) -> Any:
    """The same with every text that is an e-mail address as a whole replaced."""
    if isinstance(value, dict):
        return {key: _without_emails(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_emails(inner) for inner in value]
    return REDACTED if isinstance(value, str) and _EMAIL.fullmatch(value) else value
