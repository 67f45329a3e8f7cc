"""The reference page of all settings, made from the settings themselves: docs/settings.md is this."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic.fields import FieldInfo

from app.settings import PREFIX, Settings

_DEFAULTS = {
    "rules": "`label_rules.yaml`, here or beside the program",
    "templates": "`templates`, here or beside the program",
    "database_url": "`sowbot.sqlite`, an SQLite file in `SOWBOT_DATA_DIR`",
    "secrets_dir": "`/run/secrets`, if it is there",
    "webhook_secret": "none, but this or the next is required",
    "webhook_signing_token": "none, but this or the one before is required",
    "deal_signing_token": "none",
}

_HEAD = """# Settings

Every setting is an environment variable, or a file of the same name (any case) in the secrets folder. The environment
outranks the files. A name that begins with `SOWBOT_` and is not in this list is an error, so a misspelt one is found at
once. Nothing starts before all problems are mended; they are all named together, and no secret's value is ever printed.

| name | default | meaning |
| --- | --- | --- |
"""

_TAIL = """
The addresses and tokens of channels are secrets with names of your own: the rule file says `slack: SLACK_US_PUBSEC`,
and the environment, or a file in the secrets folder, holds the address under that name. Such a name must not begin with
`SOWBOT_`. See [channels.md](channels.md).

To change a webhook's secret token or signing token without losing a delivery, set both here (`new,old`), restart,
change it in GitLab, then leave only the new one. Neither can hold a comma itself.

This page is made by `python -m app.settings_reference > docs/settings.md`.
"""


@dataclass(frozen=True, slots=True)
class Described:
    """One row of the page."""

    name: str
    default: str
    meaning: str


def describe() -> list[Described]:
    """All settings in order."""
    return [_row(name, info) for name, info in Settings.model_fields.items()]


def settings_markdown() -> str:
    """The whole page."""
    rows = "".join(f"| `{row.name}` | {row.default} | {row.meaning} |\n" for row in describe())
    return _HEAD + rows + _TAIL


def _row(name: str, info: FieldInfo) -> Described:
    default = _DEFAULTS.get(name) or ("required" if info.is_required() else _shown(info.default))
    return Described(PREFIX + name.upper(), default, (info.description or "").replace("\n", " "))


def _shown(default: object) -> str:
    return "none" if default is None else f"`{default}`"


if __name__ == "__main__":
    import sys

    sys.stdout.write(settings_markdown())
