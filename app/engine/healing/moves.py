"""Label moves out of an issue's label history: which labels came and went in one update, and what was there after it.

Pure. GitLab writes one event for each label; all events of one update share person and time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.change import Change, Kind
from app.domain.item import Person
from app.engine.healing.same import CLOSE, moves, near, same_person
from app.gitlab.history import LabelEvent

ONE_UPDATE = timedelta(milliseconds=10)


@dataclass(frozen=True, slots=True)
class Move:
    """One update of an issue's labels."""

    event_id: int
    """Of its first event: names the move for ever."""
    at: datetime
    actor: Person | None
    added: tuple[str, ...]
    removed: tuple[str, ...]
    labels: tuple[str, ...] = ()
    """On the issue after it."""


def moves_of(events: Sequence[LabelEvent], now: Sequence[str]) -> list[Move]:
    """The moves, oldest first. ``now`` are the issue's labels after the last of them."""
    groups: list[list[LabelEvent]] = []
    for event in sorted(events, key=lambda one: (one.at, one.id)):
        if not groups or not _belongs(event, groups[-1]):
            groups.append([])
        groups[-1].append(event)
    found: list[Move] = []
    labels = tuple(now)
    for group in reversed(groups):
        added = tuple(event.label for event in group if event.adds)
        removed = tuple(event.label for event in group if not event.adds)
        found.append(Move(group[0].id, group[0].at, group[0].actor, added, removed, labels))
        labels = (*(title for title in labels if title not in added), *removed)
    return found[::-1]


def _belongs(event: LabelEvent, group: Sequence[LabelEvent]) -> bool:
    first = group[0]
    together = event.at - first.at <= ONE_UPDATE and event.actor == first.actor
    return together and event.label not in {one.label for one in group}


def untold(found: Sequence[Move], seen: Sequence[Change]) -> list[Move]:
    """The moves that no change of ``seen`` tells. Each change tells one move, for a card may go to and fro; only an
    opening tells all the first labels at once."""
    tellers = [change for change in seen if moves(change)]
    pairs = sorted(
        (
            (_strangeness(move, change), abs((change.at or move.at) - move.at), m, c)
            for m, move in enumerate(found)
            for c, change in enumerate(tellers)
            if _may_tell(change, move)
        ),
    )
    told: set[int] = set()
    used: set[int] = set()
    for _, _, m, c in pairs:
        if m not in told and c not in used:
            told.add(m)
            if tellers[c].kind is not Kind.OPENED:
                used.add(c)
    return [move for m, move in enumerate(found) if m not in told]


def _may_tell(change: Change, move: Move) -> bool:
    if change.at is None:
        return set(change.added) == set(move.added) and set(change.removed) == set(move.removed)
    if change.kind is Kind.OPENED:
        # The history of a new issue's first labels may follow its making by a moment, and in parts.
        return near(change.at, move.at) and not move.removed and set(move.added) <= set(change.added)
    together = abs(change.at - move.at) <= CLOSE and same_person(change.actor, move.actor)
    return together and _strangeness(move, change) < 2


def _strangeness(move: Move, change: Change) -> int:
    """0: the same labels. 1: as many of them (one was renamed meanwhile). 2: others."""
    if set(change.added) == set(move.added) and set(change.removed) == set(move.removed):
        return 0
    same_count = (len(change.added), len(change.removed)) == (len(move.added), len(move.removed))
    return 1 if same_count or change.kind is Kind.OPENED else 2
