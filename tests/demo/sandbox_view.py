"""A small end state, as the sandbox tells it, for tests of what the demo expects."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from app.demo.cast import seed_world
from app.demo.deal import Deal
from app.demo.scene import Moment, Scene
from app.demo.view import View
from app.sandbox.end_state import state_of
from app.sandbox.seed import PS_PLAN
from app.sandbox.state import World

Json = dict[str, Any]
AT = "2026-05-28T05:54:03.097Z"
DEAL = Deal(
    customer="Larkspur Foods",
    estimate=82_000,
    sow_number=4711,
    estimate_sheet="https://docs.google.com/spreadsheets/d/1a/edit",
    cost_sheet="https://docs.google.com/spreadsheets/d/1b/edit",
    sow_document="https://docs.google.com/document/d/1c/edit",
    terms="MSA",
    territory="US - East",
    segment="Segment::Ent_EAST",
    activities=("SCM migration",),
    public_sector=False,
)


def note(number: int, body: str, *, author: str = "sowbot") -> Json:
    return {
        "id": number,
        "author": author,
        "body": body,
        "system": False,
        "internal": False,
        "created_at": AT,
        "updated_at": AT,
        "emoji": [],
    }


def issue(number: int, title: str, *, place: str = PS_PLAN, **more: Any) -> Json:
    return {
        "id": 1000 + number,
        "iid": number,
        "reference": f"{place}#{number}",
        "web_url": f"http://sandbox/{place}/-/issues/{number}",
        "type": "Issue",
        "title": title,
        "description": "",
        "state": "opened",
        "confidential": False,
        "iteration": None,
        "author": "sowbot",
        "assignees": [],
        "labels": [],
        "created_at": AT,
        "updated_at": AT,
        "notes": [],
        "label_events": [],
        **more,
    }


def moved(label: str, *, added: bool, by: str = "sowbot") -> Json:
    return {"action": "add" if added else "remove", "label": label, "by": by, "created_at": AT}


class Deck:
    """A seeded sandbox with one scoping issue; ``now`` may be changed before the moment is taken."""

    def __init__(self) -> None:
        world = World()
        self.cast = seed_world(world, gitlab=world.base_url)
        self.before: Json = state_of(world) | {"slack": {}}
        self.before["issues"] = [issue(1, "Larkspur Foods - Scope Issue and Write SOW", author="services-calculator")]
        self.now: Json = copy.deepcopy(self.before)
        self.log = Path("no-log")
        self.deliveries: list[Json] = [{"response_status": "202"}]

    @property
    def request(self) -> Json:
        found: Json = self.now["issues"][0]
        return found

    def moment(self) -> Moment:
        scene = Scene(deal=DEAL, cast=self.cast, log=self.log)
        scene.file(1)
        return Moment(scene, View(self.before, []), View(self.now, self.deliveries))
