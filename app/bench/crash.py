"""``bench crash``: the bot is killed with SIGKILL again and again, and the end must be that of an undisturbed run."""

from __future__ import annotations

import json
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.bench.proof.boundaries import read
from app.bench.proof.every_handler import covered
from app.bench.proof.facts import Difference, Fact, compare
from app.bench.proof.killer import Killer
from app.bench.proof.stage import Stage, scratch_file, undisturbed

KILLS_A_WORLD = 50
"""More would make a world older than ten minutes, after which rules with ``as_often_as`` rightly speak again."""


@dataclass(frozen=True, slots=True)
class World:
    """The size of one world's workload."""

    seed: int
    kills: int
    deals: int = 4
    most_acts: int = 60


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of one world."""

    kills: int
    at_boundaries: int
    difference: Difference
    mended: Counter[str]
    met: set[str]
    wrote: Counter[str]


def main(*, kills: int, seed: int, as_json: bool, lanes: int) -> int:
    """Exit 0 only if nothing is lost, doubled or in a wrong stage."""
    report = measure(kills=kills, seed=seed, lanes=lanes)
    _tell(report, as_json=as_json)
    return 0 if held(report) else 1


def held(report: Mapping[str, Any]) -> bool:
    """Whether nothing is lost, doubled or in a wrong stage."""
    return not (report["lost"] or report["duplicated"] or report["wrong_stages"])


def measure(*, kills: int, seed: int, lanes: int, kills_a_world: int = KILLS_A_WORLD) -> dict[str, Any]:
    """The report of so many kills, in as many worlds as that takes, some at the same time."""
    began = time.monotonic()
    spent = scratch_file("boundaries")
    sizes = [min(kills_a_world, kills - done) for done in range(0, kills, kills_a_world)]
    worlds = [World(seed * 1000 + number, size) for number, size in enumerate(sizes)]
    try:
        # A process for each lane: each has servers and signals of its own.
        with ProcessPoolExecutor(lanes, mp_context=multiprocessing.get_context("spawn")) as pool:
            ended = list(map(_said, worlds, pool.map(run_world, worlds, [spent] * len(worlds))))
        return figures(ended, died_at=read(spent)) | {"seconds": round(time.monotonic() - began)}
    finally:
        spent.unlink(missing_ok=True)


def _said(world: World, ended: Ended) -> Ended:
    """Tell of it at once: all of them together take long."""
    lost, added = len(ended.difference.lost), len(ended.difference.added)
    print(f"World {world.seed}: {ended.kills} kills, {lost} lost, {added} added.", file=sys.stderr, flush=True)
    return ended


def run_world(world: World, spent: Path) -> Ended:
    """One workload, undisturbed and then under kills."""
    wanted = undisturbed(seed=world.seed, deal_count=world.deals, most_acts=world.most_acts)
    with Stage(seed=world.seed, deal_count=world.deals, most_acts=world.most_acts) as stage:
        killer = Killer(stage, rng=random.Random(world.seed), spent=spent)
        killer.play(world.kills)
        difference = compare(wanted.facts, stage.facts())
        met, wrote = wanted.met | stage.met(), wanted.wrote + stage.wrote()
        return Ended(killer.kills, killer.at_boundaries, difference, stage.mended, met, wrote)


def figures(ended: list[Ended], *, died_at: set[str]) -> dict[str, Any]:
    """The report's figures."""
    lost = [fact for one in ended for fact in one.difference.lost]
    added = [fact for one in ended for fact in one.difference.added]
    missing_posts = [fact for fact in lost if fact[0] == "slack"]
    mended: Counter[str] = sum((one.mended for one in ended), Counter())
    wrote: Counter[str] = sum((one.wrote for one in ended), Counter())
    met = {name for one in ended for name in one.met}
    return {
        "kills": sum(one.kills for one in ended),
        "lost": len(lost) - len(missing_posts),
        "duplicated": len(added),
        "wrong_stages": sum(fact[0] == "stage" for fact in added),
        "slack_missing": len(missing_posts),
        "kills_at_boundaries": sum(one.at_boundaries for one in ended),
        "boundaries_died_at": len(died_at),
        **covered(met, died_at, wrote),
        "mended_by_sweeps": dict(mended),
        "what": {"lost": _shown(lost), "added": _shown(added)},
    }


def _shown(facts: list[Fact]) -> list[str]:
    return [" | ".join(part[:2000] for part in fact) for fact in facts]


def _tell(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report, indent=2))
        return
    for name, value in report.items():
        if name == "handlers":
            for action, one in value.items():
                print(f"  {action:30} died at {len(one['died_at'])} boundaries, not at {len(one['not_died_at'])}")
        elif isinstance(value, dict) and "died_at" in value:
            print(f"{name:26} died at {len(value['died_at'])} boundaries, not at {len(value['not_died_at'])}")
        else:
            print(f"{name:26} {value}")
