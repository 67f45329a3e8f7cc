"""The files that are made from the program, so that they can't drift from it: ``./run docs`` writes them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import handlers
from app.rules.loading.schema import json_schema
from app.settings_reference import settings_markdown
from handlers.describe import actions_markdown


def _schema() -> str:
    return json.dumps(json_schema(handlers.specs()), indent=2, ensure_ascii=False) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "label_rules.schema.json": _schema,
    "docs/actions.md": actions_markdown,
    "docs/settings.md": settings_markdown,
}
"""Path below the project's folder, and what makes it."""


def outdated(root: Path) -> list[str]:
    """The pages that are missing or differ from what the program says now."""
    return [path for path, make in PAGES.items() if _read(root / path) != make()]


def write(*, check_only: bool) -> int:
    """Write what is out of date, or only name it (exit code 1 if there is any)."""
    root = Path.cwd()
    stale = outdated(root)
    for path in stale:
        if check_only:
            print(f"{path} is out of date; write it with ./run docs", file=sys.stderr)
        else:
            (root / path).write_text(PAGES[path](), encoding="utf-8")
            print(f"wrote {path}")
    return 1 if check_only and stale else 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
