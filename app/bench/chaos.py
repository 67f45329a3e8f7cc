"""``bench chaos``: deliveries lost, doubled or late, GitLab failing, the bot away; then one sweep heals."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.bench.proof.facts import Fact, compare
from app.bench.proof.stage import HOUR, REMARK, Stage, undisturbed
from app.demo.acts import writes
from app.demo.cast import EM

DEALS = 3
MOST_ACTS = 40
_EVERY_DELIVERY = {"drop": 0.25, "duplicate": 0.3, "reorder": 0.5, "delay": 0.2, "delay_seconds": 2.5}
_WRITES = {"method": "POST", "probability": 0.4, "times": 4}


@dataclass(frozen=True, slots=True)
class Weather:
    """What goes wrong while people act."""

    name: str
    deliveries: Mapping[str, float]
    api: Sequence[Mapping[str, object]] = ()
    away: bool = False
    """The bot does not run meanwhile, so that deliveries fail."""
    disabled: bool = False
    """GitLab has disabled the hook, as after forty failures: it tells nothing, and logs nothing."""
    hour: bool = False
    """The bot is away for an hour, as the world's clocks go; see ``proof/later.py``."""
    seconds: float = 2.0


WEATHERS = (
    Weather("deliveries lost", {"drop": 1.0}),
    Weather("deliveries doubled, late and out of order", {**_EVERY_DELIVERY, "drop": 0.0}),
    Weather("all of that, and some lost", _EVERY_DELIVERY),
    Weather("the bot away", {}, away=True, seconds=0.5),
    Weather("the hook disabled", {}, disabled=True, seconds=0.5),
    Weather("GitLab asks to slow down, with headers", {}, [{"kind": "rate_limit", "seconds": 1, "times": 6}]),
    Weather("GitLab asks to slow down, without headers", {}, [{"kind": "rate_limit_bare", "times": 4}]),
    Weather("GitLab answers with errors", {"drop": 0.2}, [{"kind": "error", "probability": 0.3, "times": 6}]),
    Weather("GitLab writes and breaks the connection off", {}, [{"kind": "drop_after", **_WRITES}]),
    Weather(
        "GitLab writes and answers too late",
        {},
        [{"kind": "late_answer", "method": "POST", "seconds": 11.0, "times": 2}],
        seconds=12.0,
    ),
)
"""In the last one the answer comes after the bot's ten seconds of patience; it is taken once, for it takes long."""
HOUR_AWAY = Weather("the bot away for an hour", {}, hour=True)
"""Once, in the middle of the deals."""


def main(*, seed: int, as_json: bool) -> int:
    """Exit 0 only if after every episode's sweep all is as it would be without faults."""
    began = time.monotonic()
    report = run(seed=seed) | {"seconds": round(time.monotonic() - began)}
    if as_json:
        print(json.dumps(report, indent=2))
    else:
        print("\n".join(_sentences(report)))
    return 0 if report["converged"] else 1


def run(*, seed: int, deal_count: int = DEALS, most_acts: int = MOST_ACTS, slowest: bool = True) -> dict[str, Any]:
    """Every round of the deals is an episode with a weather of its own, healed by one sweep.

    ``slowest``: the last one waits out the bot's patience with GitLab.
    """
    rng = random.Random(seed)
    with Stage(seed=seed, deal_count=deal_count, most_acts=most_acts) as stage:
        hour_in = stage.rounds // 2
        episodes = [
            _episode(stage, number, weather, seed=rng.randrange(10**6))
            for number, weather in enumerate(_weathers(rng, stage.rounds, hour_in, slowest=slowest))
        ]
        found = stage.facts()
        mended = dict(stage.mended)
    wanted = undisturbed(seed=seed, deal_count=deal_count, most_acts=most_acts, hour_in=hour_in)
    difference = compare(wanted.facts, found)
    posts = sum(fact[0] == "slack" for fact in difference.lost)
    return {
        "converged": len(difference.lost) == posts and not difference.added,
        "lost": len(difference.lost) - posts,
        "duplicated": len(difference.added),
        "slack_missing": posts,
        "blind_seconds": round(sum(episode["blind_seconds"] for episode in episodes), 1),
        "mended": mended,
        "longest_heal_seconds": max(episode["heal_seconds"] for episode in episodes),
        "episodes": episodes,
        "what": {"lost": _shown(difference.lost), "added": _shown(difference.added)},
    }


def _weathers(rng: random.Random, rounds: int, hour_in: int, *, slowest: bool) -> list[Weather]:
    """One for each round, all of them in turn; the hour and the slowest only once."""
    usual = WEATHERS[:-1]
    chosen = [usual[number % len(usual)] for number in range(rounds)]
    rng.shuffle(chosen)
    chosen[hour_in] = HOUR_AWAY
    return [*chosen[:-1], WEATHERS[-1]] if slowest else chosen


def _episode(stage: Stage, number: int, weather: Weather, *, seed: int) -> dict[str, Any]:
    if weather.hour:
        return _hour(stage, number)
    blind_from = stage.now()
    if weather.away:
        stage.bot.kill()
    if weather.disabled:
        stage.disable_hooks()
    stage.faults({"deliveries": weather.deliveries, "seed": seed})
    for played in stage.deals:
        played.act(number)
    # Only now: people's own requests would fail too.
    stage.faults({"deliveries": weather.deliveries, "api": list(weather.api), "seed": seed})
    time.sleep(weather.seconds)
    stage.faults({})
    blind_to = stage.now()
    healing = time.monotonic()
    if not stage.bot.alive():
        stage.bot.start()
    report = stage.sweep()
    stage.settle()
    return _told(weather, blind_from, blind_to) | {
        "mended_by_the_sweep": report["mended"],
        "hooks": [hook["state"] for hook in report["hooks"]],
        "reenabled": report["reenabled"],
        "heal_seconds": round(time.monotonic() - healing, 1),
    }


def _hour(stage: Stage, number: int) -> dict[str, Any]:
    """An item waits for GitLab to recover; the bot dies; deliveries fail, then the hook is disabled; a timer comes due.

    After an hour the bot is started, and its own sweep is the one that has to find everything: the one by hand only
    counts what is left.
    """
    stage.before_the_hour()
    writes(EM, REMARK, []).does(stage.deals[0].scene)
    stage.faults({"api": [{"kind": "error", "times": 3}]})
    time.sleep(1.0)
    waiting = stage.open_deliveries()
    stage.bot.kill()
    stage.faults({})
    blind_from = stage.now()
    logged = -(-len(stage.deals) // 2)
    for played in stage.deals[:logged]:
        played.act(number)
    stage.drain()  # they fail, and GitLab's log keeps them
    stage.disable_hooks()
    for played in stage.deals[logged:]:
        played.act(number)
    stage.pass_time(HOUR)
    blind_to = stage.now()
    healing, log = time.monotonic(), stage.bot.log.stat().st_size
    stage.bot.start()
    sweep = stage.bot.own_sweep(log)
    stage.mended.update(sweep["mended"])
    stage.settle_timers()
    left = stage.sweep()
    stage.settle()
    return _told(HOUR_AWAY, blind_from, blind_to) | {
        "waiting_when_it_died": waiting,
        "mended_by_the_sweep": sweep["mended"],
        "the_bot_says": sweep["said"],
        "left_for_a_second_sweep": left["mended"],
        "hooks": [hook["state"] for hook in left["hooks"]],
        "reenabled": left["reenabled"],
        "heal_seconds": round(time.monotonic() - healing, 1),
    }


def _told(weather: Weather, blind_from: datetime, blind_to: datetime) -> dict[str, Any]:
    return {
        "weather": weather.name,
        "blind_from": blind_from.isoformat(timespec="milliseconds"),
        "blind_to": blind_to.isoformat(timespec="milliseconds"),
        "blind_seconds": round((blind_to - blind_from).total_seconds(), 1),
    }


def _shown(facts: Sequence[Fact]) -> list[str]:
    return [" | ".join(part[:2000] for part in fact) for fact in facts]


def _sentences(report: Mapping[str, Any]) -> list[str]:
    weathers = Counter(episode["weather"] for episode in report["episodes"])
    said = [f"{count} × {name}" for name, count in weathers.items()]
    said.append(f"Blind for {report['blind_seconds']} seconds; sweeps mended {report['mended'] or 'nothing'}.")
    said.append(f"The slowest episode was healed within {report['longest_heal_seconds']} seconds.")
    said.append(
        f"Lost: {report['lost']}. Doubled: {report['duplicated']}. Slack posts missing: {report['slack_missing']}."
    )
    said += [f"lost   {fact}" for fact in report["what"]["lost"]]
    said += [f"added  {fact}" for fact in report["what"]["added"]]
    return [*said, "Converged." if report["converged"] else "NOT converged."]
