"""Plays the deals of a stage while the bot is killed again and again: at boundaries in turn, and at random instants."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

from app.bench.proof import every_handler
from app.bench.proof.stage import Stage

AT_BOUNDARIES = 0.8
"""Share of the kills that wait for a boundary at which nobody died before; the others come at any instant."""
DIES_WITHIN_S = 2.5
"""A bot that meets no such boundary in this time after it was ready is killed where it is."""
_AT_WORK = 0.8
"""Share of those kills that get over the start first: else the many boundaries of starting would take them all."""
_INTAKE, _PROJECT, _ASKED = 10, 30, 3
"""Weights of the acts that make the bot write most: the intake at the beginning, the customer's project at the end; and
of those at the very end, each of which is there for the boundaries of one handler."""


class Killer:
    """Kills one stage's bot. ``spent`` names the boundaries at which bots died before, here or elsewhere."""

    def __init__(self, stage: Stage, *, rng: random.Random, spent: Path) -> None:
        self._stage = stage
        self._bot = stage.bot
        self._rng = rng
        self._spent = spent
        self.kills = 0
        self.at_boundaries = 0

    def play(self, kills: int) -> None:
        """Every act of every deal, and so many kills among them."""
        for number, share in enumerate(shares(kills, self._weights())):
            self._round(number, share)

    def _weights(self) -> Sequence[int]:
        acts = self._stage.deals[0].acts
        asked = (number for number, act in enumerate(acts) if "CP::Scaffold" in act.tells)
        last = range(len(acts) - len(every_handler.acts()), len(acts))
        heavy = dict.fromkeys(last, _ASKED) | dict.fromkeys(asked, _PROJECT) | {0: _INTAKE}
        return [heavy.get(number, 1) for number in range(self._stage.rounds)]

    def _round(self, number: int, kills: int) -> None:
        to_act = [played for played in self._stage.deals if number < len(played.acts)]
        self._rng.shuffle(to_act)
        for _ in range(kills):
            at_boundary = self._rng.random() < AT_BOUNDARIES
            if at_boundary:
                self._bot.arm(self._spent, spare_the_start=self._rng.random() < _AT_WORK)
            self._up(wait=self._rng.random() < 0.7)
            if to_act:
                to_act.pop().act(number)
            self._kill(at_boundary)
        self._up(wait=False)
        for played in to_act:
            played.act(number)
        self._up(wait=True)
        self._stage.sweep()
        self._stage.settle()

    def _up(self, *, wait: bool) -> None:
        if not self._bot.alive():
            self._bot.spawn()
        if wait and not self._bot.wait_ready():
            # Only while it is armed it may have died on the way.
            assert not self._bot.alive(), self._bot.last_words()

    def _kill(self, at_boundary: bool) -> None:
        if at_boundary:
            self._bot.wait_ready()
            until = time.monotonic() + DIES_WITHIN_S
            while self._bot.alive() and time.monotonic() < until:
                time.sleep(0.02)
            self.at_boundaries += not self._bot.alive()
        else:
            time.sleep(self._rng.uniform(0, 2))
        self._bot.disarm()
        self._bot.kill()
        self.kills += 1


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` split by weights, rounded so that the sum is right."""
    marks = [round(total * mark / sum(weights)) for mark in accumulate(weights)]
    return [mark - before for mark, before in zip(marks, [0, *marks], strict=False)]
