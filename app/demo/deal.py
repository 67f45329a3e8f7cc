"""The deal that is played: customer, numbers and links, the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

_CUSTOMERS = (
    "Borealis Freight",
    "Kestrel Mutual",
    "Larkspur Foods",
    "Meridian Rail",
    "Ostrava Optics",
    "Pinewood Energy",
    "Quillon Textiles",
    "Saltmarsh Ferries",
)
_AGENCIES = ("Bureau of Lighthouses", "Agency for Inland Canals", "Office of Tidal Records", "Department of Meridians")
_TERRITORIES = (
    ("EMEA - North", "Segment::Ent_EMEA"),
    ("APAC - ANZ", "Segment::Ent_APAC"),
    ("US - East", "Segment::Ent_EAST"),
    ("US - West", "Segment::Ent_WEST"),
)
_ACTIVITIES = (
    "Discovery and planning",
    "SCM migration",
    "CI/CD modernisation",
    "Runner set-up",
    "Administrator training",
    "Health check",
)
_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
REVIEW_ABOVE = 50_000
"""USD. Estimates above it need a Technical Architect's review; the deal's estimate always is."""


@dataclass(frozen=True, slots=True)
class Deal:
    """What the people of the story know and type."""

    customer: str
    estimate: int
    """USD."""
    sow_number: int
    estimate_sheet: str
    cost_sheet: str
    sow_document: str
    terms: str
    territory: str
    segment: str
    """The label that the territory brings with it."""
    activities: tuple[str, ...]
    """What the SOW sells, one workstream each."""
    public_sector: bool


def make_deal(rng: random.Random, *, public_sector: bool) -> Deal:
    """A deal by chance."""
    territory, segment = rng.choice(_TERRITORIES[2:] if public_sector else _TERRITORIES)
    return Deal(
        customer=rng.choice(_AGENCIES if public_sector else _CUSTOMERS),
        estimate=rng.randrange(REVIEW_ABOVE + 2_000, 240_000, 500),
        sow_number=rng.randrange(2_000, 9_999),
        estimate_sheet=_google(rng, "spreadsheets"),
        cost_sheet=_google(rng, "spreadsheets"),
        sow_document=_google(rng, "document"),
        terms=rng.choice(("MSA", "Standard")),
        territory=territory,
        segment=segment,
        activities=tuple(rng.sample(_ACTIVITIES, k=rng.randint(2, 4))),
        public_sector=public_sector,
    )


def _google(rng: random.Random, kind: str) -> str:
    return f"https://docs.google.com/{kind}/d/1{''.join(rng.choices(_LETTERS, k=20))}/edit"
