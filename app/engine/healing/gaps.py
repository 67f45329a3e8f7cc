"""A gap in an item's moves: a delivery tells of a move out of a stage that nobody told the bot it was moved into.

Judging such a move from the last known stage would blame a person for a step that was taken in between. So GitLab's
label history is asked first, and the moves that are missing are decided before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from app.domain.change import Change
from app.domain.item import Snapshot
from app.engine.healing.missing import missing_moves
from app.engine.healing.position import Position
from app.engine.healing.store import Store
from app.errors import Forbidden, NotFound
from app.gitlab.history import History
from app.rules.book import RuleBook
from app.rules.deciding.passage import hop_of

log = structlog.get_logger(__name__)

_START = datetime.min.replace(tzinfo=UTC)


def gap_since(book: RuleBook, snapshot: Snapshot, changes: Sequence[Change]) -> datetime | None:
    """From when on a move is missing between the remembered stage, or the first one told, and the last one told."""
    memory = snapshot.memory
    since = memory.stage_entered_at
    here = memory.stage if since is not None else None
    for change in changes:
        hop = hop_of(book, snapshot, change)
        if hop is None or (since is not None and change.at is not None and change.at < since):
            continue
        # A card that is being put back is still in the stage that was refused when a person takes it on from there.
        refused = memory.refused is not None and memory.refused == (memory.stage, hop.origin)
        if here is not None and hop.origin != here and not refused:
            return since
        since = since or change.at
        here = hop.target
    return None


class Gaps:
    """Fills them."""

    def __init__(self, history: History, store: Store, position: Position) -> None:
        self._history = history
        self._store = store
        self._position = position

    def fill(self, book: RuleBook, snapshot: Snapshot, changes: Sequence[Change]) -> bool:
        """Put the missing moves into the inbox; True if there were any."""
        since = gap_since(book, snapshot, changes)
        if since is None:
            return False
        try:
            events = self._history.label_events(snapshot.key)
        except (Forbidden, NotFound) as error:
            log.warning("gap.unreadable", item=str(snapshot.key), reason=str(error))
            return False
        since = max(since, self._position.floor() or _START)
        told = self._store.told(str(snapshot.key), snapshot.bot)
        found = missing_moves(snapshot, events, told, since=since)
        fresh = self._store.put(found)
        if fresh:
            log.info("gap.filled", item=str(snapshot.key), moves=[change.delivery_id for change in fresh])
        return bool(fresh)
