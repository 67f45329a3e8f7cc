"""What the inbox has not seen of an issue: found by comparing it with what GitLab has now. Pure.

Found are the opening, label moves, comments, closing and reopening, and a changed title or description. Not found are
emoji, edits of comments, and what was undone before anybody looked (closed and reopened, written and written back).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.domain.change import Change, Comment, Kind
from app.domain.item import Note, Person, Snapshot
from app.engine.healing.moves import Move, moves_of, untold
from app.engine.healing.same import CLOSE, FOUND, later
from app.gitlab.history import LabelEvent, Updated

_STATES = (Kind.OPENED, Kind.CLOSED, Kind.REOPENED)
_START = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seen:
    """An issue as GitLab has it, and what the inbox holds of it."""

    updated: Updated
    events: Sequence[LabelEvent]
    notes: Sequence[Note]
    told: Sequence[Change]
    """Every change of the item in the inbox."""
    bot: Person

    @property
    def item(self) -> Snapshot:
        """The issue."""
        return self.updated.item


def missing(seen: Seen, *, since: datetime, until: datetime) -> list[Change]:
    """What happened between the two times and was not told, oldest first."""
    found = [*_opening(seen, since), *_moves(seen), *_comments(seen), *_states(seen)]
    found = [change for change in found if change.at is not None and since <= change.at <= until]
    found += _edit(seen, found, since, until)
    return sorted(found, key=lambda change: change.at or _START)


def missing_moves(
    item: Snapshot, events: Sequence[LabelEvent], told: Sequence[Change], *, since: datetime
) -> list[Change]:
    """Only the label moves since then, oldest first."""
    found = untold(moves_of(events, item.labels), told)
    return [_moved(item, move) for move in found if move.at >= since]


def _opening(seen: Seen, since: datetime) -> Iterator[Change]:
    item = seen.item
    if item.created_at < since or any(change.kind is Kind.OPENED for change in seen.told):
        return
    first = _first_labels(seen)
    labels = tuple(dict.fromkeys(title for move in first for title in move.added))
    yield _change(item, f"opened:{item.key}", Kind.OPENED, item.created_at, item.author, labels=labels, added=labels)


def _first_labels(seen: Seen) -> list[Move]:
    """Moves that belong to the making of the issue."""
    item = seen.item
    return [
        move
        for move in moves_of(seen.events, item.labels)
        if move.at - item.created_at <= CLOSE and not move.removed and move.actor in (None, item.author)
    ]


def _moves(seen: Seen) -> Iterator[Change]:
    found = untold(moves_of(seen.events, seen.item.labels), seen.told)
    opened = any(change.kind is Kind.OPENED for change in seen.told)
    of_the_opening = set() if opened else {move.event_id for move in _first_labels(seen)}
    yield from (_moved(seen.item, move) for move in found if move.event_id not in of_the_opening)


def _moved(item: Snapshot, move: Move) -> Change:
    return _change(
        item,
        str(move.event_id),
        Kind.EDITED,
        move.at,
        move.actor,
        labels=move.labels,
        added=move.added,
        removed=move.removed,
    )


def _comments(seen: Seen) -> Iterator[Change]:
    known = {change.comment.id for change in seen.told if change.comment is not None}
    for note in seen.notes:
        if note.id in known or note.author.id == seen.bot.id:
            continue
        comment = Comment(note.id, note.body, internal=note.internal)
        yield _change(seen.item, f"note:{note.id}", Kind.COMMENTED, note.created_at, note.author, comment=comment)


def _states(seen: Seen) -> Iterator[Change]:
    """The closing or reopening that made the state what it is, if nobody told it."""
    item = seen.item
    newest = max(
        (change for change in seen.told if change.kind in _STATES),
        key=lambda change: change.at or _START,
        default=None,
    )
    was_closed = newest is not None and newest.kind is Kind.CLOSED
    if item.state == "closed" and not was_closed and item.closed_at is not None:
        name = f"closed:{item.key}:{item.closed_at.isoformat()}"
        yield _change(item, name, Kind.CLOSED, item.closed_at, seen.updated.closed_by)
    if item.state == "opened" and was_closed and newest is not None:
        name = f"reopened:{item.key}:{newest.at.isoformat() if newest.at else ''}"
        yield _change(item, name, Kind.REOPENED, item.updated_at, None)


def _edit(seen: Seen, found: Sequence[Change], since: datetime, until: datetime) -> Iterator[Change]:
    """A changed title or description, if the issue changed after all that is known of it."""
    item = seen.item
    known = [change for change in (*seen.told, *found) if change.kind is not Kind.TIMER]
    newest = max((change.at for change in known if change.at is not None), default=None)
    if newest is None or not later(item.updated_at, newest) or not since <= item.updated_at <= until:
        return
    texts = [change for change in known if change.description is not None and change.comment is None]
    last = max(texts, key=lambda change: change.at or _START, default=None)
    if last is None:
        return
    edited = {"title"} if last.title != item.title else set()
    edited |= {"description"} if last.description != item.description else set()
    if edited:
        name = f"edited:{item.key}:{item.updated_at.isoformat()}"
        yield _change(item, name, Kind.EDITED, item.updated_at, None, edited=frozenset(edited))


def _change(
    item: Snapshot,
    name: str,
    kind: Kind,
    at: datetime,
    actor: Person | None,
    *,
    labels: tuple[str, ...] | None = None,
    added: tuple[str, ...] = (),
    removed: tuple[str, ...] = (),
    edited: frozenset[str] = frozenset(),
    comment: Comment | None = None,
) -> Change:
    delivery_id = f"{FOUND}{name}"
    return Change(
        delivery_id=delivery_id,
        meaning=hashlib.sha256(delivery_id.encode()).hexdigest()[:32],
        kind=kind,
        hook="sweep",
        item=item.key,
        project_path=item.project_path,
        actor=actor,
        at=at,
        labels=item.labels if labels is None else labels,
        added=added,
        removed=removed,
        edited=edited,
        confidential=item.confidential,
        item_type=item.item_type,
        title=item.title,
        description=item.description,
        comment=comment,
    )
