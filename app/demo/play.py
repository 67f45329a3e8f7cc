"""``./run demo``: plays a whole deal against a sandbox GitLab with the real bot, then stays up to be played with."""

from __future__ import annotations

import json
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.demo.checks.whole import of_the_whole
from app.demo.deal import Deal, make_deal
from app.demo.narrate import Narrator
from app.demo.people import ActFailed
from app.demo.perform import Performance
from app.demo.request import Calculator
from app.demo.scene import Scene
from app.demo.story import story
from app.demo.theatre import Theatre
from app.demo.welcome import bring_cards, follow, invite

_ENDINGS = (signal.SIGTERM, signal.SIGHUP)
"""``kill``, and a terminal that is closed: they end the demo as Ctrl-C does, or the bot would be left running."""


def main(*, exit_when_done: bool, as_json: bool, pubsec: bool, seed: int | None, pace: float) -> int:
    """Play. Returns 0 if every expectation held, 1 if not, 130 if it was interrupted before it was told.

    ``pace``: seconds to pause after each act. ``as_json``: the end state on stdout, the story on stderr.
    """
    seed = random.randrange(1_000_000) if seed is None else seed
    rng = random.Random(seed)
    deal = make_deal(rng, public_sector=pubsec)
    narrator = Narrator(to_stderr=as_json)
    try:
        with _on_signals(_interrupt, *_ENDINGS):
            return _play(deal, rng, narrator, seed=seed, stay=not exit_when_done, as_json=as_json, pace=pace)
    except KeyboardInterrupt:
        narrator.plain(["", "Interrupted before the story was told."])
        return 130
    except ActFailed as error:
        narrator.broken("the demo starts", str(error))
        return 1


def _play(
    deal: Deal, rng: random.Random, narrator: Narrator, *, seed: int, stay: bool, as_json: bool, pace: float
) -> int:
    began = time.monotonic()
    narrator.title(f"One deal, from the request to the closure of its project (seed {seed})", _cast_line(deal))
    with Theatre(usual_ports=stay) as theatre:
        narrator.plain([f"Sandbox GitLab {theatre.gitlab_url} · sowbot {theatre.bot.url}"])
        calculator = Calculator(theatre.bot.url, theatre.calculator_token)
        scene = Scene(deal=deal, cast=theatre.cast, log=theatre.bot.log, calculator=calculator)
        run = Performance(theatre, scene, narrator, pace=pace)
        run.play(story(deal, rng), of_the_whole(deal))
        kept = sum(finding.held for finding in run.findings)
        narrator.verdict(kept, len(run.findings), time.monotonic() - began)
        theatre.keep = not run.held
        if theatre.keep:
            narrator.plain([f"The bot's log and database are kept in {theatre.folder}"])
        if stay:
            _stay_up(theatre, scene, narrator, seed=seed)
        if as_json:
            _print_state(theatre, run, seed)
    return 0 if run.held else 1


def _cast_line(deal: Deal) -> str:
    sector = "a public sector agency" if deal.public_sector else "a customer"
    return f"{deal.customer}, {sector}: an estimate of {deal.estimate:,} USD, SOW {deal.sow_number}"


def _stay_up(theatre: Theatre, scene: Scene, narrator: Narrator, *, seed: int) -> None:
    asked_to_end = threading.Event()
    # A flag, not an exception: an exception could come in the middle of a printed line.
    with _on_signals(lambda: asked_to_end.set(), signal.SIGINT, *_ENDINGS):
        bring_cards(scene, seed=seed)
        theatre.quiet_view()
        narrator.plain(invite(theatre, scene))
        follow(theatre, scene, narrator, until=asked_to_end)
        narrator.plain(["", "Ending …"])


def _print_state(theatre: Theatre, run: Performance, seed: int) -> None:
    findings = [{"expected": each.says, "held": each.held, "found": each.found} for each in run.findings]
    told = {"story": {"seed": seed, "held": run.held, "expectations": findings}}
    json.dump(told | theatre.view().raw, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


@contextmanager
def _on_signals(do: Callable[[], None], *signals: signal.Signals) -> Iterator[None]:
    before = {which: signal.signal(which, lambda _which, _frame: do()) for which in signals}
    try:
        yield
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)


def _interrupt() -> None:
    raise KeyboardInterrupt
