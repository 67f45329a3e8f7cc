"""``./run bench``: every figure in one report. ``docs/benchmarks.md`` is made of a saved one."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

from app.bench import ack, chaos, crash, deciding, end_to_end, hostile, replay
from app.errors import SowbotError

KILLS, WORLDS = 60, 2
SEED = 1

Json = dict[str, Any]


def _crash() -> Json:
    report = crash.measure(kills=KILLS, seed=SEED, lanes=WORLDS, kills_a_world=KILLS // WORLDS)
    plain = ("kills", "lost", "duplicated", "wrong_stages", "slack_missing", "kills_at_boundaries", "seconds")
    return {name: report[name] for name in plain} | {
        "boundaries": report["boundaries_died_at"],
        "handlers_that_never_wrote": report["handlers_that_never_wrote"],
        "held": crash.held(report),
    }


def _chaos() -> Json:
    report = chaos.run(seed=SEED, deal_count=2, most_acts=14)
    heals = [episode["heal_seconds"] for episode in report["episodes"]]
    hour = next(episode for episode in report["episodes"] if episode["weather"] == chaos.HOUR_AWAY.name)
    return {
        "episodes": len(report["episodes"]),
        **{name: report[name] for name in ("lost", "duplicated", "slack_missing", "blind_seconds", "mended")},
        "heal_p50_s": round(median(heals), 1),
        "heal_max_s": max(heals),
        "heal_after_an_hour_s": hour["heal_seconds"],
        "held": report["converged"],
    }


def _hostile() -> Json:
    report = hostile.run(count=100_000, seed=SEED, rule_files=300)
    plain = ("payloads", "rule_files", "per_second", "memory_growth_mb", "slowest_cpu_ms", "wrong", "held")
    return {name: report[name] for name in plain}


def _intake() -> Json:
    figures = ack.measure(60.0)
    return figures | {"held": not figures["failures"]}


PARTS: Mapping[str, Callable[[], Json]] = {
    "intake": _intake,
    "end_to_end": lambda: end_to_end.measure(30),
    "deciding": lambda: deciding.measure(8.0),
    "replay": lambda: replay.measure(20_000),
    "crash": _crash,
    "chaos": _chaos,
    "hostile": _hostile,
}
"""In this order, one after the other, so that none weighs on another."""


def main(*, only: Sequence[str], as_json: bool) -> int:
    """0 only if everything that must hold did: nothing refused, lost, doubled, let in. Progress goes to stderr."""
    unknown = [name for name in only if name not in PARTS]
    if unknown:
        raise SowbotError(f"There is no part called {unknown[0]}. The parts are: {', '.join(PARTS)}.")
    report = measure(only or list(PARTS))
    if as_json:
        print(json.dumps(report, indent=2))
    else:
        from app.bench.page import benchmarks_page

        print(benchmarks_page(report))
    return 0 if all(part.get("held", True) for part in report["parts"].values()) else 1


def measure(names: Sequence[str]) -> Json:
    """The report of these parts."""
    began = time.monotonic()
    machine = {
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_before": round(os.getloadavg()[0], 1),
    }
    parts: dict[str, Json] = {}
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        began_part = time.monotonic()
        parts[name] = PARTS[name]() | {"took_s": round(time.monotonic() - began_part)}
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": machine,
        "took_s": round(time.monotonic() - began),
        "parts": parts,
    }
