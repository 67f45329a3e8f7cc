"""``./run bench replay``: how fast recorded decisions are made again, on a made-up history."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import handlers
from app.bench.history import history
from app.commands.history import lines_of_file
from app.commands.replay import processors, tally_of
from app.rules.loading.load import load_or_raise
from app.shipped import RULES, TEMPLATES
from app.templating.folder import TemplateFolder
from handlers.note_text import CONTEXT_NAMES


def main(*, decisions: int, as_json: bool) -> int:
    """0 if every decision comes out as it was recorded: the file that made them is the one that replays them."""
    figures = measure(decisions)
    if as_json:
        print(json.dumps(figures))
    else:
        print(
            f"{figures['decisions']:,} decisions made again in {figures['seconds']:.1f} s on {processors()} processors "
            f"({figures['per_second']:,} a second); {figures['differ']} differ."
        )
    return 0 if figures["held"] else 1


def measure(decisions: int) -> dict[str, Any]:
    """The figures of so many decisions."""
    book = load_or_raise(
        RULES,
        actions=handlers.specs(),
        templates=TemplateFolder(TEMPLATES),
        context_names=CONTEXT_NAMES,
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "history.jsonl"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(history(book, decisions))
        size = file.stat().st_size
        began = time.perf_counter()
        tally = tally_of(lines_of_file(file), book, workers=processors())
        seconds = time.perf_counter() - began
    return {
        "decisions": tally.decisions,
        "differ": tally.differ,
        "seconds": round(seconds, 2),
        "per_second": round(tally.decisions / seconds),
        "processors": processors(),
        "bytes_a_decision": size // max(decisions, 1),
        "held": tally.differ == 0 and tally.decisions == decisions,
    }
