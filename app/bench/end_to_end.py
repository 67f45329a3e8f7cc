"""From a drag to the note that answers it: the real bot, the sandbox, everything over HTTP."""

from __future__ import annotations

import time
from datetime import datetime
from statistics import median
from typing import Any

from app.demo.cast import CALCULATOR, EM
from app.demo.people import ActFailed, IssueAddress
from app.demo.theatre import Theatre
from app.gitlab.markers import as_marker
from handlers.status_note import MARKER

STAGE = "proposal::Awaiting_Discovery"
SAYS = "Awaiting Discovery"
_ANSWERS_WITHIN_S = 30.0


def measure(deals: int) -> dict[str, Any]:
    """So many cards are dragged, one after the other. Counted is by the sandbox's clock, from when GitLab sent the
    webhook to when the bot's comment was there; the moment that the bot lets a burst settle is in it."""
    took: list[float] = []
    with Theatre(usual_ports=False) as theatre:
        for number in range(deals):
            took.append(_drag(theatre, number))
    ordered = sorted(took)
    return {
        "drags": deals,
        "p50_ms": round(median(ordered) * 1000),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000),
        "max_ms": round(ordered[-1] * 1000),
    }


def _drag(theatre: Theatre, number: int) -> float:
    cast = theatre.cast
    made = cast[CALCULATOR].file_issue(
        cast.plan_project,
        title=f"Customer {number} - Scope Issue and Write SOW",
        description="Requested by: @account.executive",
        labels=["Services Calculator"],
    )
    issue = IssueAddress(cast.plan_project, int(made["iid"]))
    theatre.quiet_view()
    cast[EM].move(issue, STAGE)
    until = time.monotonic() + _ANSWERS_WITHIN_S
    while time.monotonic() < until:
        sent, written = _sent(theatre, str(made["title"])), _written(theatre, int(made["id"]))
        if sent and written:
            return (min(written) - min(sent)).total_seconds()
        time.sleep(0.02)
    raise ActFailed(f"The bot said nothing to {issue} within {_ANSWERS_WITHIN_S:.0f} seconds.")


def _sent(theatre: Theatre, title: str) -> list[datetime]:
    """When webhooks of that issue that told of the move were sent."""
    return [
        row.triggered_at
        for row in theatre.sandbox.webhooks.log.all()
        if STAGE in str(row.request_data.get("changes")) and title in str(row.request_data.get("object_attributes"))
    ]


def _written(theatre: Theatre, issue_id: int) -> list[datetime]:
    """When the bot's comments that name the stage were written; the status note was there before, and is edited."""
    world = theatre.sandbox.world
    with world.lock:
        return [
            note.created_at
            for note in world.notes.values()
            if note.issue_id == issue_id
            and world.users[note.author_id].username == theatre.cast.bot
            and not note.system
            and SAYS in note.body
            and as_marker(MARKER) not in note.body
        ]
