"""Requests for scoping: stored by the receiver, filed by the engine, and tried again until GitLab takes them.

A request has no item yet, so its place in the queue is made of its own name: one at a time each, like an item. Two
tries at once can't happen, and filing finds what an earlier try made.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import sqlalchemy as sa
import structlog

from app.domain.change import Change
from app.domain.decision import Outcome
from app.engine import backoff, ledger
from app.engine.ledger import Entry
from app.engine.records import change_json, dump
from app.engine.tables import inbox
from app.engine.trouble import passes
from app.errors import SowbotError, TryLater

log = structlog.get_logger(__name__)

FileRequest = Callable[[Change], Outcome]
"""Files what was asked for. Raises TryLater, and other errors of ours where somebody has to act first."""
Later = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Requests:
    """The workflow's body for a request."""

    database: sa.Engine
    file: FileRequest
    later: Later

    def __call__(self, place: str) -> None:
        """File it, or say when to try again."""
        for entry in ledger.open_entries(self.database, place):
            try:
                outcome = self.file(entry.change)
            except TryLater as error:
                self._again(place, entry, error)
            except SowbotError as error:
                self._park(entry, f"{error} It is kept: put that right, then `./run events retry` it.")
            except Exception as error:
                if isinstance(error, sa.exc.SQLAlchemyError) and passes(error):
                    raise
                log.exception("request.bug", delivery=entry.change.delivery_id)
                sentence = f"An error in sowbot ({type(error).__name__}); an operator finds it in the log."
                if entry.attempts + 1 < backoff.MOST_BUGS:
                    self._again(place, entry, TryLater(sentence))
                else:
                    self._park(entry, sentence)
            else:
                self._done(entry, outcome)

    def _again(self, place: str, entry: Entry, error: TryLater) -> None:
        delay_s = backoff.wait_s(entry.attempts, asked_s=error.after_s, jitter=random.random)
        log.info("request.later", delivery=entry.change.delivery_id, delay_s=round(delay_s, 1), reason=str(error))
        self.later(place, delay_s=delay_s, reason=str(error))

    def _park(self, entry: Entry, sentence: str) -> None:
        log.error("request.parked", delivery=entry.change.delivery_id, reason=sentence)
        ledger.finish(self.database, [entry.seq], state="parked", summary=sentence)

    def _done(self, entry: Entry, outcome: Outcome) -> None:
        """Once it is filed, the form is forgotten: its answers are in the issue, and its e-mail address is nobody's."""
        log.info("request.filed", delivery=entry.change.delivery_id, sentence=outcome.sentence)
        bare = replace(entry.change, extra={})
        ledger.finish(self.database, [entry.seq], summary=f"{outcome.sentence} {outcome.url}".strip())
        with self.database.begin() as connection:
            connection.execute(inbox.update().where(inbox.c.seq == entry.seq).values(change=dump(change_json, bare)))
