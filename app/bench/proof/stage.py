"""One world in which a proof is made: sandbox, people with their deals, and a bot that may die."""

from __future__ import annotations

import json
import logging
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from app.bench.proof.boundaries import MET, read
from app.bench.proof.deals import Played, deals
from app.bench.proof.facts import Fact, facts_of
from app.bench.proof.later import FILE
from app.bench.proof.mortal import MortalBot
from app.demo.acts import writes
from app.demo.cast import EM
from app.demo.people import ActFailed
from app.demo.theatre import Theatre

HOUR = timedelta(hours=1)
REMARK = "The customer is slow to answer."
QUIET_S = 0.7
"""Longer than the bot lets a burst settle and looks for work."""
SETTLES_WITHIN_S = 120.0


class Stage:
    """Entered, the bot runs and nothing has happened yet."""

    def __init__(self, *, seed: int, deal_count: int, most_acts: int) -> None:
        self._theatre = Theatre(usual_ports=False, bot=MortalBot)
        bot = self._theatre.bot
        assert isinstance(bot, MortalBot)
        self.bot = bot
        self.deals: Sequence[Played] = deals(self._theatre.cast, seed=seed, count=deal_count, most_acts=most_acts)
        self.rounds = max(len(played.acts) for played in self.deals)
        self.mended: Counter[str] = Counter()
        """What sweeps put into the inbox."""
        self._later = timedelta()
        self._http = httpx.Client(base_url=self._theatre.gitlab_url, timeout=30, trust_env=False)

    def __enter__(self) -> Stage:
        self._theatre.__enter__()
        # The sandbox's server tells of every caller that died in the middle of a request.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        self.settle()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()
        self._theatre.__exit__(kind, error, trace)

    def sweep(self) -> Mapping[str, Any]:
        """What nobody told is found; the report."""
        report = self.bot.sweep()
        self.mended.update(report["mended"])
        return report

    def now(self) -> datetime:
        """What time it is in this world."""
        return self._theatre.sandbox.world.now()

    def pass_time(self, span: timedelta) -> None:
        """It is so much later, for GitLab and for the bot; ``settle_timers`` waits for what comes due by that."""
        self._later += span
        later = self._later
        self._theatre.sandbox.world.clock = lambda: datetime.now(UTC) + later
        draft = self.bot.folder / f"{FILE}.new"
        draft.write_text(str(later.total_seconds()))
        draft.rename(self.bot.folder / FILE)

    def settle_timers(self) -> None:
        """Wait until no timer is due any more, and what they led to is done."""
        until = time.monotonic() + SETTLES_WITHIN_S
        while self._rows(f"SELECT 1 FROM timers WHERE due_at <= {self.now().timestamp()}"):  # noqa: S608  # a number
            if time.monotonic() > until:
                raise ActFailed(f"A timer is due and does not fire. The log's end:\n{self.bot.last_words(40)}")
            time.sleep(0.1)
        self.settle()

    def before_the_hour(self) -> None:
        """Somebody wants to be reminded in half an hour."""
        writes(EM, "@sowbot proof-remind", []).does(self.deals[0].scene)
        self.settle()

    def faults(self, plan: Mapping[str, Any]) -> None:
        """Put a fault plan in force; an empty one heals GitLab."""
        self._http.put("/-/sandbox/faults", json=dict(plan)).raise_for_status()

    def disable_hooks(self) -> None:
        """As GitLab does after forty failures in a row."""
        for hook in self._theatre.sandbox.webhooks.hooks.values():
            hook.recent_failures = 40

    def drain(self) -> None:
        """Wait until GitLab has sent what it has to send, or has failed to."""
        self._theatre.sandbox.webhooks.drain(SETTLES_WITHIN_S)

    def settle(self) -> None:
        """Wait until no delivery is open and nothing changes in GitLab. Raises ActFailed if that never comes."""
        until = time.monotonic() + SETTLES_WITHIN_S
        webhooks = self._theatre.sandbox.webhooks
        webhooks.drain(SETTLES_WITHIN_S)
        seen, since = self._look(), time.monotonic()
        while time.monotonic() - since < QUIET_S or self.open_deliveries():
            if time.monotonic() > until:
                raise ActFailed(f"The bot does not come to rest. The end of its log:\n{self.bot.last_words(40)}")
            time.sleep(0.05)
            webhooks.drain(SETTLES_WITHIN_S)
            if (now := self._look()) != seen:
                seen, since = now, time.monotonic()

    def facts(self) -> Counter[Fact]:
        """All that is true now: in GitLab, in Slack, and the bot's timers and parked deliveries."""
        state = self._get("/-/sandbox/state")
        titles = _titles(state)
        found = facts_of(state, self._get("/-/sandbox/slack"))
        found.update(
            ("timer", titles.get(item, item), name) for item, name in self._rows("SELECT item, name FROM timers")
        )
        parked = self._rows("SELECT item, summary FROM inbox WHERE state = 'parked'")
        found.update(("parked", titles.get(item, str(item)), str(why)) for item, why in parked)
        return found

    def met(self) -> set[str]:
        """Names of the boundaries that the bots came by."""
        return read(self.bot.folder / MET)

    def wrote(self) -> Counter[str]:
        """By action, how many steps changed something."""
        rows = self._rows("SELECT step FROM steps WHERE result = 'applied'")
        return Counter(str(json.loads(step)["action"]) for (step,) in rows)

    def open_deliveries(self) -> int:
        """How many deliveries are not finished."""
        return int(self._rows("SELECT count(*) FROM inbox WHERE state IN ('waiting', 'decided')")[0][0])

    def _look(self) -> object:
        """Cheap, unlike the sandbox's state: whatever the bot does is in its ledger, or comes back as a delivery."""
        return self._rows("SELECT (SELECT max(seq) FROM inbox), (SELECT count(*) FROM steps WHERE result IS NOT NULL)")

    def _get(self, path: str) -> Any:
        return self._http.get(path).raise_for_status().json()

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.bot.folder / 'sowbot.sqlite'}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()


def _titles(state: Mapping[str, Any]) -> dict[str, str]:
    """Titles by the bot's own name of an item, ``PROJECT_ID#IID``."""
    projects = {project["full_path"]: project["id"] for project in state["projects"]}
    return {
        f"{projects[issue['reference'].rpartition('#')[0]]}#{issue['iid']}": str(issue["title"])
        for issue in state["issues"]
    }


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What came of deals in which nothing went wrong."""

    facts: Counter[Fact]
    met: set[str]
    wrote: Counter[str]


def undisturbed(*, seed: int, deal_count: int, most_acts: int, hour_in: int | None = None) -> Undisturbed:
    """What is true at the end of the same deals when nothing goes wrong. ``hour_in``: the round in which one passes."""
    with Stage(seed=seed, deal_count=deal_count, most_acts=most_acts) as stage:
        for number in range(stage.rounds):
            if number == hour_in:
                stage.before_the_hour()
                writes(EM, REMARK, []).does(stage.deals[0].scene)
                stage.settle()
            for played in stage.deals:
                played.act(number)
            stage.settle()
            if number == hour_in:
                stage.pass_time(HOUR)
                stage.settle_timers()
        return Undisturbed(stage.facts(), stage.met(), stage.wrote())


def scratch_file(name: str) -> Path:
    """A new empty file outside the worlds' folders."""
    with tempfile.NamedTemporaryFile(prefix=f"sowbot-{name}-", delete=False) as file:
        return Path(file.name)
