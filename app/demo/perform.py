"""Plays the acts: does each, waits for what must come of it, tells what the bot did, and keeps the findings."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from app.demo.acts import Act, Chapter
from app.demo.expect import LIMIT_S, Expectation, Finding, look, wait_for
from app.demo.narrate import Narrator
from app.demo.people import ActFailed
from app.demo.scene import Moment, Scene
from app.demo.theatre import Theatre
from app.demo.view import View
from app.demo.watch import news_of

AFTER_A_FAILURE_S = 3.0
"""Once something went wrong, much else does: it is not waited for as long."""


class Performance:
    """One run of the story."""

    def __init__(self, theatre: Theatre, scene: Scene, narrator: Narrator, *, pace: float) -> None:
        self._theatre = theatre
        self._scene = scene
        self._tell = narrator
        self._pace = pace
        self.findings: list[Finding] = []

    @property
    def held(self) -> bool:
        """Whether every expectation came true so far."""
        return all(finding.held for finding in self.findings)

    def play(self, chapters: Sequence[Chapter], at_the_end: Sequence[Expectation]) -> None:
        """Play all chapters, then test what must hold of the whole."""
        first = self._theatre.view()
        try:
            for number, chapter in enumerate(chapters, start=1):
                self._tell.chapter(number, chapter.title)
                for act in chapter.acts:
                    self._act(act)
        except ActFailed as error:
            self._conclude([Finding("the story goes on", str(error))])
            return
        self._tell.heading("The whole story")
        self._conclude(look(at_the_end, Moment(self._scene, first, self._theatre.quiet_view())))

    def _act(self, act: Act) -> None:
        before = self._theatre.view()
        person = self._scene.cast[act.who]
        self._tell.act(f"{person.name} ({act.who})" if person.name != act.who else act.who, act.tells)
        act.does(self._scene)
        since = datetime.now(UTC)
        limit_s = LIMIT_S if self.held else AFTER_A_FAILURE_S
        wait_for(act.then, lambda: self._moment(before, self._theatre.view()), limit_s=limit_s)
        # What came true must still be true when the bot is done, so it is looked at again then.
        moment = self._moment(before, self._theatre.quiet_view())
        for news in self._theatre.reasons.explain(news_of(moment, since=since), since):
            self._tell.news(news)
        self._conclude(look(act.then, moment))
        time.sleep(self._pace)

    def _moment(self, before: View, now: View) -> Moment:
        return Moment(self._scene, before, now)

    def _conclude(self, findings: Sequence[Finding]) -> None:
        self.findings.extend(findings)
        self._tell.held([finding.says for finding in findings if finding.found is None])
        for finding in findings:
            if finding.found is not None:
                self._tell.broken(finding.says, finding.found)
