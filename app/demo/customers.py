"""A customer for each scene that is played in one world: no name is part of another."""

from __future__ import annotations

import random
from dataclasses import replace

from app.demo.deal import Deal, make_deal

_FIRST = (
    "Amber", "Birch", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Indigo", "Juniper",
    "Kelp", "Lagoon", "Maple", "Nimbus", "Opal", "Pebble", "Quartz", "Rowan", "Sable", "Tundra",
)  # fmt: skip
_SECOND = ("Airways", "Brewing", "Ceramics", "Dairies", "Energy", "Foods", "Glassworks", "Hotels", "Insurance", "Jute")


def deal_number(number: int, *, seed: int, public_sector: bool = False) -> Deal:
    """The deal of the scene with this number, from 0."""
    first, second = _FIRST[number % len(_FIRST)], _SECOND[number // len(_FIRST) % len(_SECOND)]
    deal = make_deal(random.Random(f"{seed}/{number}"), public_sector=public_sector)
    # Numbers of SOWs are made so that no two scenes have one in common.
    return replace(deal, customer=f"{first} {second}", sow_number=3000 + number)
