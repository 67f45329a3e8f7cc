"""The files that are made from the program, so that they can't drift from it: ``./run docs`` writes them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import handlers
from app.bench.page import page_of
from app.checking.page import checking_page
from app.commands.schema import schema_for
from app.commands.shown import SHOWN, refreshed
from app.commands.tell import board_page, sheet_page
from app.process.page import automations_page
from app.process.rows import read_process
from app.process.survey import survey
from app.rules.book import RuleBook
from app.rules.loading.load import load_or_raise
from app.rules.telling.svg import board_svg
from app.settings_reference import settings_markdown
from app.shipped import ROOT
from app.templating.folder import TemplateFolder
from handlers.describe import actions_markdown


def _shipped() -> RuleBook:
    path = ROOT / "label_rules.yaml"
    return load_or_raise(path, actions=handlers.specs(), name=path.name)


def _schema() -> str:
    return schema_for(ROOT / "label_rules.yaml", ROOT / "templates")


def _automations() -> str:
    book = _shipped()
    found = survey(book, read_process(), handlers=handlers.by_name(), templates=TemplateFolder(ROOT / "templates"))
    return automations_page(found, file=book.path)


PAGES: dict[str, Callable[[], str]] = {
    "label_rules.schema.json": _schema,
    "docs/actions.md": actions_markdown,
    "docs/automations.md": _automations,
    "docs/benchmarks.md": lambda: page_of(ROOT / "docs" / "benchmarks.json"),
    "docs/board.md": lambda: board_page(_shipped()),
    "docs/board.svg": lambda: board_svg(_shipped()),
    "docs/checking.md": lambda: checking_page(ROOT / "label_rules.yaml", ROOT / "templates"),
    "docs/rule-sheet.md": lambda: sheet_page(_shipped()),
    "docs/settings.md": settings_markdown,
    **{page: partial(refreshed, ROOT / page, ROOT) for page in SHOWN},
}
"""Path below the project's folder, and what makes it."""


def outdated(root: Path) -> list[str]:
    """The pages that are missing or differ from what the program says now."""
    return [path for path, make in PAGES.items() if (there := _read(root / path)) is None or there != make()]


def write(*, check_only: bool) -> int:
    """Write what is out of date, or only name it (exit code 1 if there is any)."""
    stale = outdated(ROOT)
    for path in stale:
        if check_only:
            print(f"{path} is out of date; write it with ./run docs", file=sys.stderr)
        else:
            (ROOT / path).write_text(PAGES[path](), encoding="utf-8")
            print(f"wrote {path}")
    return 1 if check_only and stale else 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
