"""The board: its columns and whether each of them can be reached."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.rules.book import OPEN
from app.rules.loading.checks.known import spelled_stages
from app.rules.loading.findings import Findings
from app.rules.loading.located import Path
from app.rules.loading.steps import StepUse
from app.rules.loading.tolerant import below, items, names

_STAGES: Path = ("board", "stages")


def check_board(data: dict[str, Any], findings: Findings) -> None:
    """Report a missing ``Open`` and not exactly one winning stage."""
    stages = [name for _, name, _ in spelled_stages(data)]
    if not stages:
        return  # the model says so
    if OPEN not in stages:
        hint = "add '- stage: Open' at the top: the column of issues without a stage label"
        findings.error(_STAGES, "the stage 'Open' is missing", hint, key=True)
    _check_ends(data, findings)


def _check_ends(data: dict[str, Any], findings: Findings) -> None:
    stages = items(below(data, "board", "stages"), _STAGES)
    won = [(*path, "ends") for path, stage in stages if below(stage, "ends") == "won"]
    if not won:
        findings.error(_STAGES, "no stage says 'ends: won'", "say it of the stage of won deals", key=True)
    for path in won[1:]:
        findings.error(path, f"a second stage says 'ends: won' (first on {findings.where(won[0])})")


def check_reached(data: dict[str, Any], steps: Iterable[StepUse], findings: Findings) -> None:
    """Warn of stages that no way leads to."""
    unlisted = below(data, "board", "unlisted")
    if unlisted in ("allow", "warn"):
        return  # cards may go everywhere
    moves = [
        ({name for _, name in names(below(move, "from"), ())}, {name for _, name in names(below(move, "to"), ())})
        for _, move in items(below(data, "board", "moves"), ())
    ]
    reached = {OPEN, *(stage for step in steps for stage in step.effects.stages)}
    while True:
        more = {to for origins, targets in moves if origins & reached or "any" in origins for to in targets}
        if more <= reached:
            break
        reached |= more
    for path, name, _ in spelled_stages(data):
        if name not in reached:
            hint = "add a line to board.moves that leads there"
            findings.warning(path, f"no way leads to the stage '{name}' from 'Open'", hint)
