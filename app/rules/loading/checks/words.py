"""Words with a form of their own: colours, the calendar's, and names of secrets."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from app.rules.calendar_words import check_holidays, read_day, read_hours, read_timezone, read_workdays
from app.rules.loading.findings import Findings
from app.rules.loading.located import Path
from app.rules.loading.tolerant import below, block, items, names

_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_SECRETS: dict[tuple[str, ...], str] = {
    ("slack",): "URL",
    ("slack_bot", "token"): "token",
    ("mattermost",): "URL",
    ("teams",): "URL",
    ("webhook",): "URL",
    ("signing",): "token",
}
"""Where a channel names a secret, and what that is."""

_CALENDAR: dict[str, Callable[[str], object]] = {
    "timezone": read_timezone,
    "workdays": read_workdays,
    "hours": read_hours,
    "holidays": check_holidays,
    "also_closed": read_day,
}


def check_words(data: dict[str, Any], findings: Findings) -> None:
    """Report words that can't be read."""
    for key, reader in _CALENDAR.items():
        for path, text in names(below(data, "calendar", key), ("calendar", key)):
            try:
                reader(text)
            except ValueError as error:
                findings.error(path, str(error))
    for title, label in block(data.get("labels")).items():
        _check_colour(below(label, "color"), ("labels", title, "color"), findings)
    for path, stage in items(below(data, "board", "stages"), ("board", "stages")):
        _check_colour(below(stage, "color"), (*path, "color"), findings)
    for name, channel in block(data.get("channels")).items():
        for path, what in _SECRETS.items():
            _check_secret(below(channel, *path), ("channels", name, *path), what, findings)


def _check_colour(value: object, path: Path, findings: Findings) -> None:
    if isinstance(value, str) and not _COLOUR.fullmatch(value):
        findings.error(path, f"'{value}' is not a colour", 'write for example "#6699cc", in quotes')


def _check_secret(value: object, path: Path, what: str, findings: Findings) -> None:
    """The value may be a secret pasted by mistake, so it is not repeated."""
    if isinstance(value, str) and not _VARIABLE.fullmatch(value):
        message = (
            f"this is not the name of an environment variable; the {what} itself is a secret and stays out of the file"
        )
        findings.error(path, message, "write for example SLACK_PROFESSIONAL_SERVICES", secret=True)
    elif isinstance(value, str) and value.upper().startswith("SOWBOT_"):
        findings.error(path, f"'{value}' begins like a setting of the bot", "choose a name that does not")
