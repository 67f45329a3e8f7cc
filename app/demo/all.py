"""``./run demo --all``: plays each automation of the process in one sandbox with one bot, and ends with a table."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import handlers
from app.demo.acts import Act
from app.demo.customers import deal_number
from app.demo.expect import Finding
from app.demo.lookout import Lookout
from app.demo.narrate import Narrator
from app.demo.people import ActFailed
from app.demo.perform import Performance
from app.demo.rest import Rest
from app.demo.rows.families import SCENES
from app.demo.rows.register import RowScene
from app.demo.scene import Moment, Scene
from app.demo.table import RowResult, performed_by, show
from app.demo.theatre import QUIET_S, Theatre
from app.demo.timetable import Timetable
from app.demo.view import View
from app.demo.watch import News, news_of
from app.process.rows import read_process
from app.process.survey import survey
from app.rules.book import RuleBook
from app.rules.loading.load import load_or_raise
from app.shipped import ROOT
from app.templating.folder import TemplateFolder

AT_ONCE = 6
"""Scenes that are played side by side."""
_QUIET_WITHIN_S = 40.0
LIMIT_S = 25.0
"""For what must come of an act: many scenes share one machine."""


@dataclass
class Played:
    """A scene that was played."""

    scene: RowScene
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0
    """Of acting and looking; waiting for its turn, or for time to go by, is not counted."""
    story: str = ""

    @property
    def held(self) -> bool:
        """Whether all came true that had to."""
        return bool(self.findings) and all(each.held for each in self.findings)


def main(*, only: Collection[int], as_json: bool, seed: int) -> int:
    """Play the rows, or only some. Returns 0 if all of them held, 1 if not; 2 if there is no such row.

    ``as_json``: the result on stdout, the story on stderr. The story is told in full where only some rows are played.
    """
    process, book = read_process(), load_or_raise(ROOT / "label_rules.yaml", actions=handlers.specs())
    found = survey(book, process, handlers=handlers.by_name(), templates=TemplateFolder(ROOT / "templates"))
    unknown = set(only) - {row.row for row in process.rows}
    if unknown:
        print(f"There is no row {', '.join(map(str, sorted(unknown)))}: see docs/automations.md.", file=sys.stderr)
        return 2
    rows = [row for row in process.rows if not only or row.row in only]
    scenes = [scene for scene in SCENES if not only or set(scene.rows) & set(only)]
    narrator, began = Narrator(to_stderr=as_json), time.monotonic()
    narrator.title(
        f"The process's automations: {len(rows)} of {len(process.rows)}",
        "Each is played by its people in a sandbox GitLab with the real bot over HTTP; what must come of it is looked "
        "up in the sandbox.",
    )
    try:
        played = _play(scenes, book, narrator, seed=seed, tell=bool(only))
    except KeyboardInterrupt:
        narrator.plain(["", "Interrupted before the end."])
        return 130
    except ActFailed as error:
        narrator.broken("the demo starts", str(error))
        return 1
    results = [
        RowResult(row, performed_by(found, row.row), tuple(each for each in played if row.row in each.scene.rows))
        for row in rows
    ]
    took_s = time.monotonic() - began
    show(narrator, results, took_s)
    if as_json:
        told = {"held": all(each.held for each in results), "seconds": round(took_s, 1)}
        json.dump(told | {"rows": [each.as_json() for each in results]}, sys.stdout, indent=1, ensure_ascii=False)
        sys.stdout.write("\n")
    return 0 if all(each.held for each in results) else 1


def _play(scenes: Sequence[RowScene], book: RuleBook, narrator: Narrator, *, seed: int, tell: bool) -> list[Played]:
    played = [Played(scene) for scene in scenes]
    with Theatre(usual_ports=False, time_passes=True) as theatre, Lookout(theatre.view_without_deliveries) as lookout:
        rest = Rest(theatre.folder)
        timetable = Timetable(theatre.clock, book.calendar, at_once=AT_ONCE, rest=rest.wait)
        # Scenes begin on a working day in the morning, so that business days take the same whenever this is run.
        theatre.clock.go_to(timetable.until("Tue 09:00"))
        printing = threading.Lock()

        def run(number: int, one: Played) -> None:
            aside, kept = narrator.aside()
            _play_one(_Side(theatre, lookout, timetable, rest), number, one, aside, seed=seed)
            one.story = kept.getvalue()
            with printing:
                _tell(narrator, one, in_full=tell or not one.held)

        timetable.run([partial(run, number, one) for number, one in enumerate(played)])
        rest.close()
        theatre.keep = not all(each.held for each in played)
        if theatre.keep:
            narrator.plain(["", f"The bot's log and database are kept in {theatre.folder}"])
    return played


@dataclass
class _Side:
    """One scene's part of the common world: what its performance watches."""

    theatre: Theatre
    lookout: Lookout
    timetable: Timetable
    rest: Rest
    scene: Scene | None = None
    waited_s: float = 0.0

    def explain(self, moment: Moment, since: datetime) -> list[News]:
        """What the bot did in the scene, with its reasons."""
        return self.theatre.reasons.explain(news_of(moment, since=since), since, iids=moment.own_iids())

    def view(self) -> View:
        """All that the sandbox holds."""
        try:
            return self.lookout.view()
        except TimeoutError as error:
            raise ActFailed(str(error)) from error

    def now(self) -> datetime:
        """The time in the sandbox."""
        return self.theatre.now()

    def quiet_view(self) -> View:
        """The sandbox once nothing changes in this scene any more."""
        assert self.scene is not None
        until = time.monotonic() + _QUIET_WITHIN_S
        seen = self.view()
        mark, since = Moment(self.scene, seen, seen).fingerprint(), time.monotonic()
        while time.monotonic() - since < QUIET_S:
            if time.monotonic() > until:
                raise ActFailed("The bot does not come to rest: something changes all the time.")
            seen = self.view()
            moment = Moment(self.scene, seen, seen)
            now = moment.fingerprint()
            if now != mark or self.rest.busy(moment.own_iids()):
                mark, since = now, time.monotonic()
        return seen

    def settle(self) -> None:
        """Wait for that."""
        self.quiet_view()

    def pass_by(self, duration: str) -> None:
        """Let time go by, and keep apart how long that took here."""
        began = time.monotonic()
        self.timetable.pass_by(duration)
        self.waited_s += time.monotonic() - began


def _play_one(side: _Side, number: int, one: Played, narrator: Narrator, *, seed: int) -> None:
    deal = deal_number(number, seed=seed, public_sector=one.scene.public_sector)
    theatre = side.theatre
    side.scene = scene = Scene(
        deal=deal,
        cast=theatre.cast,
        log=theatre.bot.log,
        alone=False,
        bot_url=theatre.bot.url,
        deal_token=theatre.deal_token,
        time=side.pass_by,
        now=theatre.now,
        settle=side.settle,
    )
    run = Performance(side, scene, narrator, limit_s=LIMIT_S)
    began = time.monotonic()
    try:
        for act in one.scene.write(deal):
            _act(run, act)
    except Exception as error:  # a scene that is written wrongly must not end the others
        run.break_off(error)
    one.findings = run.findings
    one.seconds = time.monotonic() - began - side.waited_s


def _act(run: Performance, act: Act) -> None:
    if run.held:
        run.act(act)  # what follows something that went wrong says nothing


def _tell(narrator: Narrator, one: Played, *, in_full: bool) -> None:
    if in_full:
        narrator.heading(f"{_rows(one.scene)}  {one.scene.title}")
        narrator.plain(one.story.rstrip("\n").splitlines())
    else:
        narrator.done(_rows(one.scene), one.scene.title, f"{one.seconds:.1f} s")


def _rows(scene: RowScene) -> str:
    return ", ".join(map(str, scene.rows))
