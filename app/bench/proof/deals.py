"""The workload: deals by chance, each with the acts of the people in it. The same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.bench.proof.every_handler import acts as every_handler
from app.demo.acts import Act, drags, labels, writes
from app.demo.cast import AE, EM, RDM, SA, TA, Cast
from app.demo.deal import make_deal
from app.demo.people import NotThere
from app.demo.scene import Scene
from app.demo.story import story

_STAGES = (
    "proposal::Awaiting_Discovery",
    "proposal::Strawman_WIP",
    "proposal::Estimate_Feedback",
    "proposal::On_hold",
    "proposal::SOW_WIP",
    "proposal::Ready For Approval",
    "proposal::Approved",
    "proposal::closed_lost",
)
_LABELS = ((TA, "TA::Approved"), (RDM, "RDM::approved"), (EM, "TA::Approved"), (EM, "EM_Status::ToDo"))
_REMARKS = (
    "Estimate total: 31,500 USD",
    "Estimate total: 99,000 USD",
    "Terms: Standard",
    "The customer is slow to answer.",
)
_STRAY = 0.25
"""Share of acts after which somebody does something that is not in the story."""


@dataclass(frozen=True, slots=True)
class Played:
    """One deal and what people do in it, in order."""

    scene: Scene
    acts: Sequence[Act]
    strays: bool
    """People leave the story, so that what it speaks of later may never be filed."""

    def act(self, number: int) -> None:
        """Do one of them; nothing if there are fewer, or if there is nothing to do it to."""
        if number >= len(self.acts):
            return
        try:
            self.acts[number].does(self.scene)
        except NotThere:
            if not self.strays:
                raise


def deals(cast: Cast, *, seed: int, count: int, most_acts: int = 60) -> list[Played]:
    """So many deals. The first goes as the story does, up to the customer's project, and then has the bot do what it
    never did in it; in the others people stray."""
    return [_deal(cast, random.Random(f"{seed}/{n}"), n, most_acts) for n in range(count)]


def _deal(cast: Cast, rng: random.Random, number: int, most_acts: int) -> Played:
    deal = make_deal(rng, public_sector=number % 4 == 3)
    # Customers are what deals are told apart by.
    deal = replace(deal, customer=f"{deal.customer} {chr(ord('A') + number)}")
    acts: list[Act] = []
    for act in (act for chapter in story(deal, rng) for act in chapter.acts):
        acts.append(act)
        if number > 0 and rng.random() < _STRAY:
            acts.append(_stray(rng))
    if number == 0:
        acts += every_handler()
    return Played(Scene(deal, cast, Path()), acts[:most_acts], strays=number > 0)


def _stray(rng: random.Random) -> Act:
    kind = rng.randrange(3)
    if kind == 0:
        return drags(rng.choice((AE, SA, EM)), rng.choice(_STAGES), [])
    if kind == 1:
        return writes(rng.choice((AE, SA, EM)), rng.choice(_REMARKS), [])
    who, label = rng.choice(_LABELS)
    return labels(who, label, [])
