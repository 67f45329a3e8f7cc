"""``bench ack``: the bot as a real process, beside a bare FastAPI endpoint and gidgetlab's router in the same run."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from app.bench import payloads
from app.bench.load import Measured, full_speed, paced
from app.bench.servers import BotProcess, bare, bot, cpu_s, gidgetlab, gitlab, memory_mb

GITLAB_COM_PER_SECOND = 13_000 / 60
"""13,000 deliveries a minute: the highest limit GitLab.com gives a namespace."""
ACTING_SHARE = 10
"""Every so many-th delivery moves a stage; the rest is what no rule wants."""
WINDOWS = 3
"""The steady part is measured in so many, and their median told: a stall of the machine's is in one of them."""
WARM_UP = 300
FULL_SPEED = 10_000
ROUNDS = 5
CONNECTIONS = 128


def main(*, as_json: bool, seconds: float) -> int:
    """Measure and print. The figures mean something only beside one another, from one run."""
    figures = measure(seconds)
    figures["ratio_to_bare_endpoint"] = figures["ratio_to_bare"]  # the name under which it was always printed
    if as_json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:32} {value}")
    return 0


def measure(seconds: float) -> dict[str, Any]:
    """The figures. ``seconds``: length of the steady part."""
    folder = Path(tempfile.mkdtemp(prefix="sowbot-bench-"))
    try:
        with (
            bare(folder) as bare_port,
            gidgetlab(folder) as peer_port,
            gitlab(folder) as gitlab_url,
            bot(folder, gitlab_url) as process,
        ):
            return _measure(process, {"bare": bare_port, "gidgetlab": peer_port}, seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(process: BotProcess, others: Mapping[str, int | None], seconds: float) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "first_ack_after_start_s": round(process.first_ack_s, 2),
        "idle_memory_mb": memory_mb(process.pid),
    }
    asyncio.run(full_speed(process.port, _unwanted(WARM_UP), connections=CONNECTIONS))
    figures |= _at_gitlab_coms_limit(process, seconds)
    time.sleep(1)
    full = _side_by_side(process.port, others)
    failures = figures["failures"] + full["failures"]
    return figures | full | {"memory_after_mb": memory_mb(process.pid), "cores": os.cpu_count(), "failures": failures}


def _at_gitlab_coms_limit(process: BotProcess, seconds: float) -> dict[str, Any]:
    before, size = cpu_s(process.pid), process.database_bytes()
    windows: list[Measured] = []
    for _ in range(WINDOWS):
        requests = _mixed(round(seconds / WINDOWS * GITLAB_COM_PER_SECOND))
        windows.append(asyncio.run(paced(process.port, requests, per_second=GITLAB_COM_PER_SECOND, connections=32)))
    return _steady_figures(windows, cpu_s(process.pid) - before, process.database_bytes() - size)


def _side_by_side(port: int, others: Mapping[str, int | None]) -> dict[str, Any]:
    """The bot and the others in turn, so that whatever else the machine does weighs on all alike."""
    ports = {"bot": port, **{name: other for name, other in others.items() if other is not None}}
    speeds: dict[str, list[float]] = {name: [] for name in ports}
    halves: dict[str, list[float]] = {name: [] for name in ports}
    failures = 0
    for other in set(ports.values()) - {port}:
        asyncio.run(full_speed(other, _unwanted(WARM_UP), connections=CONNECTIONS))
    for _ in range(ROUNDS):
        requests = _unwanted(FULL_SPEED // ROUNDS)
        for name, each in ports.items():
            measured = asyncio.run(full_speed(each, requests, connections=CONNECTIONS))
            speeds[name].append(measured.per_second)
            halves[name].append(measured.percentile(50))
            failures += measured.failures
    figures: dict[str, Any] = {"per_second": round(median(speeds["bot"])), "failures": failures}
    figures["p50_ms_at_full_speed"] = round(median(halves["bot"]), 1)
    for name in others:
        known = name in ports
        ratios = [one / other for one, other in zip(speeds["bot"], speeds.get(name, []), strict=False)]
        figures |= {
            f"{name}_per_second": round(median(speeds[name])) if known else None,
            f"{name}_p50_ms_at_full_speed": round(median(halves[name]), 1) if known else None,
            f"ratio_to_{name}": round(median(ratios), 3) if known else None,
        }
    return figures


def _steady_figures(windows: Sequence[Measured], cpu: float, size: int) -> dict[str, Any]:
    count = sum(len(window.latencies) for window in windows)
    took_s = sum(window.took_s for window in windows)
    return {
        "p50_ms_at_217": round(median(window.percentile(50) for window in windows), 2),
        "p99_ms_at_217": round(median(window.percentile(99) for window in windows), 2),
        "max_ms_at_217": round(max(window.percentile(100) for window in windows), 2),
        "cpu_cores_at_217": round(cpu / took_s, 3),
        "cpu_ms_a_delivery": round(cpu * 1000 / count, 3),
        "bytes_a_delivery": round(size / count),
        "deliveries_at_217": count,
        "per_minute_at_217": round(count * 60 / took_s),
        "failures": sum(window.failures for window in windows),
    }


def _unwanted(count: int) -> list[bytes]:
    """Updates of issues that are not on the board."""
    return [
        payloads.request("/webhooks/gitlab", payloads.issue_update(iid=n % 500 + 1, labels=["bug", "backend"]))
        for n in range(count)
    ]


def _mixed(count: int) -> list[bytes]:
    """One in ten moves a stage of an issue on the board."""
    plain = _unwanted(count)
    stages = ("proposal::Awaiting_Discovery", "proposal::Strawman_WIP")
    for n in range(0, count, ACTING_SHARE):
        stage = stages[n // ACTING_SHARE % 2]
        body = payloads.issue_update(iid=n % 300 + 1, labels=["Services Calculator", stage], added=[stage])
        plain[n] = payloads.request("/webhooks/gitlab", body)
    return plain
