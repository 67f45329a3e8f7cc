"""Spellings: each label has one meaning, and stages are the labels of the board's scope."""

from __future__ import annotations

from typing import Any

from app.rules.book import OPEN
from app.rules.loading.checks.known import spelled
from app.rules.loading.findings import Findings
from app.rules.loading.located import Path
from app.rules.loading.tolerant import below, block


def check_spellings(data: dict[str, Any], findings: Findings) -> None:
    """Report labels and forms that mean two things, and stage labels outside ``board.stages``."""
    taken: dict[str, tuple[str, Path]] = {}
    for path, title, forms in spelled(data):
        is_stage = path[0] == "board"
        _claim(taken, title, title, path, findings, key=not is_stage)
        for place, form in forms:
            _claim(taken, form, title, place, findings, key=False)
    _check_scope(data, findings)


def _claim(
    taken: dict[str, tuple[str, Path]], spelling: str, title: str, path: Path, findings: Findings, *, key: bool
) -> None:
    folded = spelling.casefold()
    if folded not in taken:
        taken[folded] = title, path
        return
    other, place = taken[folded]
    where = findings.where(place)
    if spelling == title == other:
        what = "stage" if path[0] == place[0] == "board" else "label"
        findings.error(path, f"the {what} '{title}' is defined twice (first on {where})", key=key)
    else:
        message = f"'{spelling}' means '{other}' already ({where}; upper and lower case count as the same)"
        findings.error(path, message, key=key)


def _check_scope(data: dict[str, Any], findings: Findings) -> None:
    scope = below(data, "board", "scope")
    prefix = f"{scope if isinstance(scope, str) else 'proposal'}::"
    for path, title, _ in spelled(data):
        if path[0] == "board" and title != OPEN and not title.startswith(prefix):
            hint = "other forms that people use go under also_written"
            findings.error(path, f"a stage is 'Open' or a label that begins with '{prefix}', not '{title}'", hint)
    for title in block(data.get("labels")):
        if title.startswith(prefix):
            message = f"labels that begin with '{prefix}' are stages: setting '{title}' takes the card off its column"
            findings.warning(("labels", title), message, "list it under board.stages", key=True)
