"""What the log says of private items: which, by number, and how it ended; never a word of what they say (law 12)."""

from __future__ import annotations

import traceback

from app.domain.change import Change
from app.domain.item import Snapshot
from app.rules.book import RuleBook
from app.rules.deciding.remember import carries_private_label, private_item

UNSAID = "(private)"


def for_the_log(book: RuleBook, snapshot: Snapshot, change: Change, sentence: str) -> str:
    """The sentence, unless the item is private: sentences name people, labels and what was found."""
    told = (*(change.labels or ()), *change.removed)
    private = private_item(book, snapshot) or carries_private_label(book, told)
    return UNSAID if private else sentence


def where_it_broke(error: BaseException) -> list[str]:
    """The trace of an error, down to its causes, without their messages: these may quote what people wrote."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        lines += [*(line.strip() for line in traceback.format_tb(seen.__traceback__)), type(seen).__name__]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return lines
