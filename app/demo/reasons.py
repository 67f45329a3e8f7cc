"""Why the bot did something: rule and line, out of the ledger that it keeps of every write.

Only for the telling. Whether an expectation holds is never asked here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from app.demo.watch import News
from app.engine.tables import inbox, steps


@dataclass(frozen=True, slots=True)
class _Write:
    iid: int
    """Of the item that was attended to."""
    action: str
    sentence: str
    why: str


class Reasons:
    """Reads the ledger in the bot's data folder."""

    def __init__(self, data_dir: Path) -> None:
        address = f"file:{data_dir / 'sowbot.sqlite'}?mode=ro&uri=true"
        self._engine = sa.create_engine(f"sqlite:///{address}")

    def explain(self, news: Sequence[News], since: datetime, *, iids: Collection[int] | None = None) -> list[News]:
        """The same news, each with its reason where the bot's own account has one; ``iids``: only of these issues."""
        try:
            writes = [each for each in self._writes(since) if iids is None or each.iid in iids]
        except OperationalError:
            writes = []  # A bot that never opened its database did nothing that needs a reason.
        return [each if each.why else replace(each, why=_reason(each, writes)) for each in news]

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def _writes(self, since: datetime) -> list[_Write]:
        query = sa.select(steps.c.step, steps.c.sentence, inbox.c.item).join(inbox, inbox.c.seq == steps.c.seq)
        query = query.where(steps.c.finished_at >= since.timestamp())
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(steps.c.finished_at)).all()
        return [_write(json.loads(row.step), row.sentence, str(row.item)) for row in rows]


def _write(step: dict[str, object], sentence: str, item: str) -> _Write:
    source = step["source"]
    assert isinstance(source, dict)
    where = f"{Path(str(source['file'])).name} line {source['line']}"
    return _Write(int(item.rpartition("#")[2] or 0), str(step["action"]), sentence, f"rule {step['rule']}, {where}")


def _reason(news: News, writes: Sequence[_Write]) -> str:
    """Of the write that has the news's action and, where several do, speaks of the same thing."""
    fitting = [write for write in writes if write.action in news.actions]
    naming = [write for write in fitting if any(word in write.sentence for word in news.about)]
    found = naming or fitting
    return found[0].why if found else ""
