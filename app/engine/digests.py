"""Digests: when their time comes, one look over the board becomes one message, once.

The time is written down first (in the transaction that moves the clock on), then the message is made and posted under a
key made of name and time. What could not be done is tried again a minute later, until it is a day old.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import structlog

from app.domain.decision import Mode, Outcome, Result
from app.domain.item import ItemKey, Memory, Snapshot
from app.engine.clock import from_unix, utc_now
from app.engine.records import memory_json
from app.engine.schedules import CATCH_UP, last_time, move_on
from app.engine.tables import digests, memory
from app.errors import SowbotError, TryLater
from app.gitlab.board import BoardReader
from app.handler import Channels, Templates
from app.rules.book import RuleBook
from app.rules.digest import cards_of, quarter_label, said, told_privately, worth_telling
from app.rules.model import Digest

log = structlog.get_logger(__name__)

_LOOKED_AT = "digests_looked_at"


@dataclass(frozen=True)
class Digests:
    """Makes and posts them. ``run`` is called every minute, by one process."""

    database: sa.Engine
    book: Callable[[], RuleBook]
    board: Callable[[], BoardReader]
    channels: Channels
    templates: Templates

    def run(self, now: datetime | None = None) -> int:
        """Write down what is due now, then do what is written down; how many were finished."""
        at, book = now or utc_now(), self.book()
        note_due(self.database, book, at)
        return sum(self._finish(book, name, moment, at) for name, moment in _open(self.database))

    def _finish(self, book: RuleBook, name: str, moment: datetime, now: datetime) -> bool:
        digest = next((one for one in book.file.digests if one.name == name), None)
        if digest is None:
            outcome = Outcome(Result.NOT_APPLICABLE, "The rule file has no such digest any more.")
        elif now - moment > CATCH_UP:
            outcome = Outcome(Result.NOT_APPLICABLE, "It could not be posted in time.")
        else:
            try:
                outcome = self.post(book, digest, moment, now)
            except TryLater as error:
                log.info("digest.later", digest=name, reason=str(error))
                return False
            except SowbotError as error:
                outcome = Outcome(Result.REFUSED, str(error))
        log.info("digest.done", digest=name, result=outcome.result.value, sentence=outcome.sentence)
        with self.database.begin() as connection:
            same = (digests.c.name == name) & (digests.c.moment == moment.timestamp())
            values = {"done_at": now.timestamp(), "sentence": outcome.sentence}
            connection.execute(digests.update().where(same).values(**values))
            connection.execute(digests.delete().where(digests.c.moment < (now - 30 * CATCH_UP).timestamp()))
        return True

    def post(self, book: RuleBook, digest: Digest, moment: datetime, now: datetime) -> Outcome:
        """Look at the board and tell the channel, and the private channel of what only it may hear. Raises TryLater."""
        memories = _memories(self.database)
        return tell(book, digest, self.board(), memories, self.channels, self.templates, moment=moment, now=now)


def tell(
    book: RuleBook,
    digest: Digest,
    board: BoardReader,
    memories: Mapping[ItemKey, Memory],
    channels: Channels,
    templates: Templates,
    *,
    moment: datetime,
    now: datetime,
) -> Outcome:
    """Make the digest of ``moment`` from the board as it is now, and post it once. Raises TryLater."""
    project, only = place_of(book, digest), book.file.board.only
    items = board.labelled_issues(project, labels=[only], state="opened")
    cards = cards_of(book, items, memories, now)
    decided: Sequence[Snapshot] = ()
    if digest.win_rate:
        decided = board.labelled_issues(project, labels=[only, quarter_label(book, now)], state="all")
    values = said(book, digest, cards, decided, now=now)
    if not worth_telling(digest, values):
        return Outcome(Result.NOT_APPLICABLE, "There is nothing to tell.")
    if book.digest_mode(digest) is not Mode.LIVE:
        return Outcome(Result.SHADOWED, f"It would have told {digest.channel}.")

    def post(channel: str, values: Mapping[str, object], key: str) -> Outcome:
        text = templates.render(f"digest/{digest.template}", values).body.strip()
        return channels.post(channel, text, key=key)

    key = f"digest:{digest.name}:{moment:%Y-%m-%dT%H:%MZ}"
    private = book.file.private.channel
    quietly = told_privately(digest, cards, book) if private is not None else None
    if private is not None and quietly is not None:
        post(private, quietly, f"{key}:private")
    return post(digest.channel, values, key)


def note_due(database: sa.Engine, book: RuleBook, now: datetime) -> None:
    """Write down each digest whose time has come since the last call; of several times only the last."""
    wanted = [one for one in book.file.digests if book.digest_mode(one) is not Mode.OFF]
    with database.begin() as connection:
        since = move_on(connection, _LOOKED_AT, now, wanted=bool(wanted))
        if since is None:
            return
        start = max(since, now - CATCH_UP)
        for digest in wanted:
            times = [last_time(book, schedule, start, now) for schedule in digest.at]
            moment = max((time for time in times if time is not None), default=None)
            if moment is not None:
                _note(connection, digest.name, moment.timestamp())


def place_of(book: RuleBook, digest: Digest) -> str | int:
    """The project whose issues it tells of, by path or number."""
    name = digest.project or book.file.defaults.project or ""
    return book.file.projects.get(name, name)


def _note(connection: sa.Connection, name: str, moment: float) -> None:
    there = sa.select(digests.c.name).where(digests.c.name == name, digests.c.moment == moment)
    if connection.scalar(there) is None:
        connection.execute(digests.insert().values(name=name, moment=moment))


def _open(database: sa.Engine) -> Iterable[tuple[str, datetime]]:
    query = sa.select(digests.c.name, digests.c.moment).where(digests.c.done_at.is_(None)).order_by(digests.c.moment)
    with database.connect() as connection:
        return [(row.name, from_unix(row.moment)) for row in connection.execute(query)]


def _memories(database: sa.Engine) -> dict[ItemKey, Memory]:
    """What is remembered of each item: since when it is where it is, and whether it was private."""
    with database.connect() as connection:
        rows = connection.execute(sa.select(memory.c.item, memory.c.memory)).all()
    return {ItemKey.parse(row.item): memory_json.validate_json(row.memory) for row in rows}
