"""What an answer of GitLab that is no success means for us: which of our errors, and how long to wait."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from app.errors import Forbidden, NotFound, RateLimited, Refused, SowbotError, TryLater

LONGEST_WAIT_S = 3600.0
"""A longer wait is not believed: limits of GitLab are counted by the minute, and a day's limit is tried each hour."""

_MESSAGE_LIMIT = 500


class Conflict(Refused):
    """GitLab has such a thing already."""


def error_of(call: str, status: int, headers: Mapping[str, str], body: bytes) -> SowbotError | None:
    """The error of an answer, None for a success. ``call`` names it: ``POST /projects/:id/issues``."""
    if 200 <= status < 300:
        return _misplaced(call, headers, body)
    message = message_of(body)
    said = f"GitLab answered {call} with {status}" + (f": {message}" if message else "")
    if status == 429:
        return RateLimited(f"{said}.", after_s=wait_of(headers))
    if status >= 500 or status == 408:
        return TryLater(f"{said}.", after_s=wait_of(headers))
    if status == 401:
        return Forbidden(f"{said}. Is the bot's token right, and neither expired nor revoked?")
    kind = {403: Forbidden, 404: NotFound, 409: Conflict}.get(status, Refused)
    if 300 <= status < 400:
        target = headers.get("location", "elsewhere").split("?")[0]
        return kind(f"{said}, a redirect to {target}: write that address where the old one stands.")
    return kind(f"{said}.")


def message_of(body: bytes) -> str:
    """GitLab's words: ``message`` or ``error`` of a JSON body, or a short text; nothing of an HTML page."""
    try:
        data = json.loads(body)
    except ValueError:
        text = body.decode("utf-8", "replace").strip()
        return "" if text.startswith("<") else text[:_MESSAGE_LIMIT].rstrip(".")
    if isinstance(data, dict):
        data = next((data[key] for key in ("message", "error_description", "error") if data.get(key)), "")
    return _flat(data)[:_MESSAGE_LIMIT].rstrip(".")


def wait_of(headers: Mapping[str, str], *, clock: Callable[[], float] = time.time) -> float | None:
    """Seconds to wait, by ``Retry-After`` (seconds or a date) or ``RateLimit-Reset``; None where neither can be read.

    GitLab's application limits (notes, issue creation, search) answer 429 without either.
    """
    after = headers.get("retry-after", "").strip()
    if after.isdecimal():
        return min(float(after), LONGEST_WAIT_S)
    until = _date(after) if after else None
    if until is None:
        reset = headers.get("ratelimit-reset", "").strip()
        until = float(reset) if reset.isdecimal() else None
    return None if until is None else min(max(until - clock(), 0.0), LONGEST_WAIT_S)


def _misplaced(call: str, headers: Mapping[str, str], body: bytes) -> Refused | None:
    """A page instead of data: a proxy or a wrong address answered, not GitLab's API."""
    if body and "html" in headers.get("content-type", ""):
        return Refused(f"{call} was answered with a web page: is the address of GitLab right?")
    return None


def _date(text: str) -> float | None:
    try:
        moment: datetime = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _flat(data: object) -> str:
    """``{"path": ["has already been taken"]}`` as ``path has already been taken``."""
    if isinstance(data, dict):
        return "; ".join(f"{key} {_flat(value)}" if key != "error" else _flat(value) for key, value in data.items())
    if isinstance(data, list):
        return ", ".join(_flat(value) for value in data)
    return str(data)
