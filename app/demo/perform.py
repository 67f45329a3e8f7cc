"""Plays the acts: does each, waits for what must come of it, tells what the bot did, and keeps the findings."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from app.demo.acts import Act, Chapter
from app.demo.expect import LIMIT_S, Expectation, Finding, look, wait_for
from app.demo.narrate import Narrator
from app.demo.people import ActFailed
from app.demo.scene import Moment, Scene
from app.demo.view import View
from app.demo.watch import News

AFTER_A_FAILURE_S = 3.0
"""Once something went wrong, much else does: it is not waited for as long."""


class Watch(Protocol):
    """How a performance sees what comes of its acts."""

    def view(self) -> View:
        """All that the sandbox holds now."""

    def quiet_view(self) -> View:
        """The same once nothing changes any more. Raises ActFailed if that never comes."""

    def now(self) -> datetime:
        """The time in the sandbox."""

    def explain(self, moment: Moment, since: datetime) -> list[News]:
        """What the bot did in that moment, with its reasons; ``since``: when the act ended."""


class Performance:
    """One run of the story."""

    def __init__(
        self, watch: Watch, scene: Scene, narrator: Narrator, *, pace: float = 0, limit_s: float = LIMIT_S
    ) -> None:
        self._watch = watch
        self._scene = scene
        self._tell = narrator
        self._pace = pace
        self._limit_s = limit_s
        self.findings: list[Finding] = []

    @property
    def held(self) -> bool:
        """Whether every expectation came true so far."""
        return all(finding.held for finding in self.findings)

    def play(self, chapters: Sequence[Chapter], at_the_end: Sequence[Expectation]) -> None:
        """Play all chapters, then test what must hold of the whole."""
        first = self._watch.view()
        try:
            for number, chapter in enumerate(chapters, start=1):
                self._tell.chapter(number, chapter.title)
                for act in chapter.acts:
                    self.act(act)
        except ActFailed as error:
            self.break_off(error)
            return
        self._tell.heading("The whole story")
        self._conclude(look(at_the_end, Moment(self._scene, first, self._watch.quiet_view())))

    def break_off(self, error: Exception) -> None:
        """The story can't go on."""
        self._conclude([Finding("the story goes on", str(error))])

    def act(self, act: Act) -> None:
        """Do one, and look what comes of it. Raises ActFailed when GitLab does not let it be done."""
        before = self._watch.view()
        self._tell.act(self._scene.cast.named(act.who), act.tells)
        act.does(self._scene)
        since = self._watch.now()
        limit_s = self._limit_s if self.held else AFTER_A_FAILURE_S
        wait_for(act.then, lambda: self._moment(before, self._watch.view()), limit_s=limit_s)
        # What came true must still be true when the bot is done, so it is looked at again then.
        moment = self._moment(before, self._watch.quiet_view())
        for news in [] if act.on_the_way else self._watch.explain(moment, since):
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
