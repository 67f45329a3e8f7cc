"""``docs/benchmarks.md``, made of a saved report of ``./run bench --json``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

Part = Mapping[str, Any]
Row = tuple[str, str]

_HEAD = """# What it costs

Measured by one command, which anybody can run; this page is made of what it printed:

```sh
./run bench --json > docs/benchmarks.json   # some fifteen minutes on two quiet processors
./run docs
```

`./run bench --only intake` measures one part; the parts are named below. All of it runs on one machine: the bot as a
real process with every delivery on disk (`synchronous=FULL`) before it is answered, the senders, the sandbox GitLab.
"""
_QUIET = 0.5
"""Load for each processor above which the machine counts as busy with something else."""


def page_of(file: Path) -> str:
    """The page of a saved report."""
    return benchmarks_page(json.loads(file.read_text(encoding="utf-8")))


def benchmarks_page(report: Mapping[str, Any]) -> str:
    """The page of a report."""
    return "\n".join([_HEAD, *_machine(report), *_sections(report["parts"])]).rstrip() + "\n"


def _machine(report: Mapping[str, Any]) -> Iterator[str]:
    machine = report["machine"]
    yield (
        f"Of {report['at']}: {machine['processors']} processors, {machine['system']}, Python {machine['python']}; "
        f"{report['took_s']} seconds in all."
    )
    if machine["load_before"] > _QUIET * machine["processors"]:
        yield ""
        yield (
            f"The machine did other work as well (its load was {machine['load_before']} before the first part): "
            "times are longer than they need be; counts are right, and shares roughly."
        )


def _sections(parts: Mapping[str, Part]) -> Iterator[str]:
    for name, (title, says, rows) in _PARTS.items():
        if name in parts:
            yield from ("", f"## {title} (`{name}`)", "", says, "", "| what | figure |", "| --- | --- |")
            yield from (f"| {what} | {figure} |" for what, figure in rows(parts[name]))


def _intake(part: Part) -> list[Row]:
    return [
        ("answer at 13,000 deliveries a minute, one in ten moving a stage: p50", f"{part['p50_ms_at_217']} ms"),
        ("the same: p99, and the slowest", f"{part['p99_ms_at_217']} ms, {part['max_ms_at_217']} ms"),
        ("deliveries taken so, and by the minute", f"{part['deliveries_at_217']:,}, {part['per_minute_at_217']:,}"),
        ("refused or failed", f"{part['failures']}"),
        (
            "processor time for a delivery, the acting tenth included",
            f"{part['cpu_ms_a_delivery']} ms ({part['cpu_cores_at_217']} of a processor in all)",
        ),
        ("growth of the database by a delivery", f"{part['bytes_a_delivery']:,} bytes"),
        ("full speed, over 128 connections", f"{part['per_second']:,} a second"),
        ("… a bare FastAPI endpoint that reads nothing", _beside(part, "bare")),
        ("… gidgetlab's router, which stores nothing", _beside(part, "gidgetlab")),
        ("memory, idle and after all that", f"{part['idle_memory_mb']} MB, {part['memory_after_mb']} MB"),
        ("from the start of the process to its first 202", f"{part['first_ack_after_start_s']} s"),
    ]


def _beside(part: Part, name: str) -> str:
    if part[f"{name}_per_second"] is None:
        return f"not measured: {name} is not installed"
    share = part[f"ratio_to_{name}"]
    return f"{part[f'{name}_per_second']:,} a second; the bot has {share} of that"


def _end_to_end(part: Part) -> list[Row]:
    return [
        ("cards dragged, one after the other", f"{part['drags']}"),
        ("p50", f"{part['p50_ms']} ms"),
        ("p95, and the slowest", f"{part['p95_ms']} ms, {part['max_ms']} ms"),
    ]


def _deciding(part: Part) -> list[Row]:
    return [
        ("decisions a second, on one processor", f"{part['per_second']:,}"),
        ("one decision", f"{part['ms_each']} ms"),
        ("rules looked at", f"{part['rules']}"),
    ]


def _replay(part: Part) -> list[Row]:
    return [
        ("recorded decisions made again", f"{part['decisions']:,}; {part['differ']} came out otherwise"),
        ("a second, on all processors", f"{part['per_second']:,}"),
    ]


def _crash(part: Part) -> list[Row]:
    unreached = ", ".join(part["handlers_that_never_wrote"]) or "none"
    return [
        (
            "kills",
            f"{part['kills']}, of them {part['kills_at_boundaries']} at {part['boundaries']} different boundaries",
        ),
        ("lost", f"{part['lost']}"),
        ("doubled", f"{part['duplicated']}"),
        ("deals in a wrong stage", f"{part['wrong_stages']}"),
        ("Slack posts missing", f"{part['slack_missing']}"),
        ("actions that never wrote", unreached),
    ]


def _chaos(part: Part) -> list[Row]:
    mended = ", ".join(f"{count} {name}" for name, count in sorted(part["mended"].items())) or "nothing"
    return [
        ("episodes", f"{part['episodes']}, one of them an hour long"),
        ("lost, doubled", f"{part['lost']}, {part['duplicated']}"),
        ("blind, in all", f"{part['blind_seconds']:,} s"),
        ("found by sweeps", mended),
        ("healed within: p50, and the slowest", f"{part['heal_p50_s']} s, {part['heal_max_s']} s"),
        ("healed after the hour within", f"{part['heal_after_an_hour_s']} s"),
    ]


def _hostile(part: Part) -> list[Row]:
    return [
        ("payloads, rule files", f"{part['payloads']:,}, {part['rule_files']:,}"),
        ("payloads a second", f"{part['per_second']:,}"),
        ("let in, refused or failed wrongly", f"{part['wrong']}"),
        ("the slowest single input", f"{part['slowest_cpu_ms']} ms of processor time"),
        ("growth of memory", f"{part['memory_growth_mb']} MB"),
    ]


_PARTS: Mapping[str, tuple[str, str, Callable[[Part], list[Row]]]] = {
    "intake": (
        "Taking deliveries in",
        "13,000 a minute is the highest limit that GitLab.com gives a namespace. At full speed the three take turns, "
        "so that whatever else the machine does weighs on all alike; each is one process behind the same server.",
        _intake,
    ),
    "end_to_end": (
        "From the drag to the note",
        "By the sandbox's clock, from when it sent the webhook to when the bot's comment was there. 200 ms of it is "
        "the moment in which the bot lets a burst settle.",
        _end_to_end,
    ),
    "deciding": ("Deciding", "By the shipped rule file, reading the facts from the texts included.", _deciding),
    "replay": ("Replaying history", "Reading the recorded decisions and making them again.", _replay),
    "crash": (
        "Under kills",
        "The same deals undisturbed and with SIGKILL, compared fact by fact; more in [reliability.md](reliability.md). "
        "A longer run is `./run bench crash --kills 300`.",
        _crash,
    ),
    "chaos": (
        "Under an unreliable GitLab",
        "Healed is: from the end of the faults, and where the bot was away from its start, until one sweep was made "
        "and all was handled.",
        _chaos,
    ),
    "hostile": (
        "Under hostile input",
        "A million are in [security.md](security.md), by `./run bench hostile --count 1000000`.",
        _hostile,
    ),
}
