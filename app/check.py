"""``./run check``: everything that is wrong with a rule file and its templates, in one run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import handlers
from app.rules.loading.load import Loaded, load_file
from app.rules.loading.problems import render_all
from app.templating.folder import TemplateFolder
from handlers.note_text import CONTEXT_NAMES


def check(files: Sequence[Path], templates: Path) -> int:
    """0: no errors (there may be warnings). 1: errors."""
    loaded = [_load(path, templates) for path in files]
    for path, one in zip(files, loaded, strict=True):
        if one.problems:
            print(render_all(one.problems), file=sys.stderr)
        print(_verdict(path, one))
    return 1 if any(one.errors for one in loaded) else 0


def _load(path: Path, templates: Path) -> Loaded:
    return load_file(
        path, actions=handlers.specs(), templates=TemplateFolder(templates), context_names=CONTEXT_NAMES, name=str(path)
    )


def _verdict(path: Path, loaded: Loaded) -> str:
    warnings = len(loaded.problems) - len(loaded.errors)
    if loaded.errors:
        return f"{path}: {_count(len(loaded.errors), 'error')}, {_count(warnings, 'warning')}; it can't be used."
    assert loaded.book is not None
    rules = _count(len(loaded.book.file.rules), "rule")
    stages = _count(len(loaded.book.stages), "stage")
    return f"{path}: fine. {rules}, {stages}, {_count(warnings, 'warning')}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
