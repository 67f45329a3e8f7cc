"""Rules whose acts are often undone turn themselves to shadow, and say so (law 14)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import structlog

from app.domain.decision import Result
from app.engine.clock import from_unix, utc_now
from app.engine.remembered import taken_back_from
from app.engine.tables import inbox, steps, stood_aside
from app.errors import TryLater
from app.rules.book import RuleBook
from app.rules.model import Rule

log = structlog.get_logger(__name__)

RESET = "reset"
"""Stands instead of a rule's digest once an admin let it act again: it is counted anew from then on."""

Tell = Callable[[str, str], None]
"""Told of a rule and the reason; may raise TryLater."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A rule that stood aside."""

    rule: str
    reason: str
    at: datetime


class StandingAside:
    """Keeps which rules stood aside. Each is told of once: in the log, by a metric, on the admins' issue."""

    def __init__(
        self,
        engine: sa.Engine,
        *,
        tell: Tell = lambda _rule, _reason: None,
        count: Callable[[int], None] = lambda _number: None,
    ) -> None:
        """``count`` hears how many there are."""
        self._engine = engine
        self._tell = tell
        self._count = count

    def of(self, book: RuleBook) -> Mapping[str, str]:
        """Those of the book that stand aside, with the reasons. A rule that was changed since acts again."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(stood_aside)).all()
        by_name = {rule.name: rule for rule in book.file.rules} if rows else {}
        found = {
            row.rule: row.reason
            for row in rows
            if row.rule in by_name and row.definition == digest_of(by_name[row.rule])
        }
        self._count(len(found))
        return found

    def look(self, book: RuleBook, rules: Iterable[str]) -> None:
        """Something of these rules was taken back: have some of them been undone too often?"""
        limit = book.file.defaults.undone_limit
        if limit is None:
            return
        for rule in [rule for rule in book.file.rules if rule.name in set(rules)]:
            if rule.name not in self.of(book) and (reason := self._too_often(rule, *limit)):
                self._stand_aside(rule, reason)

    def _too_often(self, rule: Rule, most: int, of: int) -> str:
        since = self._since(rule.name)
        taken = {item: one for item, one in taken_back_from(self._engine, rule.name).items() if one.at >= since}
        acted = list(self._acted_on(rule.name, since, of))
        undone = [item for item in acted if item in taken]
        if len(undone) < most:
            return ""
        people = ", ".join(f"@{name}" for name in dict.fromkeys(taken[item].by for item in undone))
        return f"what it did was taken back on {len(undone)} of its last {len(acted)} issues, by {people}"

    def _since(self, rule: str) -> datetime:
        """From when on it counts: since it was let act again, or ever."""
        with self._engine.connect() as connection:
            at = connection.scalar(sa.select(stood_aside.c.at).where(stood_aside.c.rule == rule))
        return from_unix(at or 0.0)

    def _acted_on(self, rule: str, since: datetime, most: int) -> Iterator[str]:
        """The last items that it wrote to, the newest first."""
        query = (
            sa.select(inbox.c.item)
            .join(steps, steps.c.seq == inbox.c.seq)
            .where(steps.c.step.contains(f'"rule":"{rule}"', autoescape=True))
            .where(steps.c.result == Result.APPLIED.value, steps.c.finished_at >= since.timestamp())
            .order_by(inbox.c.seq.desc())
            .execution_options(yield_per=50)
        )
        seen: set[str] = set()
        with self._engine.connect() as connection:
            for item in connection.scalars(query):
                if item is not None and item not in seen:
                    seen.add(item)
                    yield item
                if len(seen) == most:
                    return

    def _stand_aside(self, rule: Rule, reason: str) -> None:
        values = {"definition": digest_of(rule), "reason": reason, "at": utc_now().timestamp()}
        with self._engine.begin() as connection:
            connection.execute(stood_aside.delete().where(stood_aside.c.rule == rule.name))
            connection.execute(stood_aside.insert().values(rule=rule.name, **values))
        log.warning("rule.stood_aside", rule=rule.name, reason=reason)
        try:
            self._tell(rule.name, reason)
        except TryLater as error:
            log.error("rule.stood_aside_untold", rule=rule.name, problem=str(error))  # no trace is wanted


def digest_of(rule: Rule) -> str:
    """Of all that the rule says."""
    return hashlib.sha256(rule.model_dump_json(by_alias=True).encode()).hexdigest()


def listed(engine: sa.Engine) -> list[Aside]:
    """Every rule that stood aside and was not let act again, the newest first."""
    query = sa.select(stood_aside).where(stood_aside.c.definition != RESET).order_by(stood_aside.c.at.desc())
    with engine.connect() as connection:
        return [Aside(row.rule, row.reason, from_unix(row.at)) for row in connection.execute(query)]


def reset(engine: sa.Engine, rule: str) -> bool:
    """Let the rule act again, and count anew. False: it did not stand aside."""
    values = {"definition": RESET, "reason": "", "at": utc_now().timestamp()}
    which = (stood_aside.c.rule == rule) & (stood_aside.c.definition != RESET)
    with engine.begin() as connection:
        return bool(connection.execute(stood_aside.update().where(which).values(**values)).rowcount)
