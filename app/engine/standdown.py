"""Has a person's hand overtaken a step? Pure: the labels when it was decided, the labels now, and what the bot did.

GitLab has no conditional write, so the item is looked at again before a write of labels, unless the last look is less
than half a second old (``Attend.believed_s``): a look before every write would double the calls. A move made in between
shows in its own delivery and in the label history, and is decided next.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.rules.actions import Effects
from app.rules.book import RuleBook


def overtaken(
    book: RuleBook, effects: Effects, *, then: Sequence[str], now: Sequence[str], own: Sequence[Effects]
) -> str:
    """What somebody changed that the step is about, in words; empty if nothing. ``own``: what the bot did since."""
    if effects.stages and (moved := _stage_moved(book, effects, then, now, own)):
        return moved
    for title in [title for title in now if title not in then and title not in book.stages]:
        if title not in effects.adds and is_about(effects, title) and not by_bot(own, title):
            return f"'{title}' was put on"
    for title in [title for title in then if title not in now and title not in book.stages]:
        if title in effects.adds and not by_bot(own, title):
            return f"'{title}' was taken off"
    return ""


def touches_labels(effects: Effects) -> bool:
    """Whether the step writes labels of its item."""
    return bool(effects.adds or effects.removes or effects.stages)


def _stage_moved(
    book: RuleBook, effects: Effects, then: Sequence[str], now: Sequence[str], own: Sequence[Effects]
) -> str:
    before, after = set(_stages(book, then)), set(_stages(book, now))
    expected = effects.stages.union(*(one.stages for one in own))
    if after == before or (after and after <= before | expected):
        return ""
    if not after and "Open" in expected:
        return ""
    return f"the card was moved to {' and '.join(sorted(after - before)) or 'Open'}"


def _stages(book: RuleBook, titles: Sequence[str]) -> list[str]:
    return [title for title in book.canonical_all(titles) if title in book.stages]


def is_about(effects: Effects, title: str) -> bool:
    """Whether the step takes this label off, by name or because it adds another one of its scope."""
    scope = _scope(title)
    return title in effects.removes or (bool(scope) and scope in {_scope(one) for one in effects.adds if one})


def by_bot(own: Sequence[Effects], title: str) -> bool:
    """Whether one of the bot's steps may have put the label on, or taken it off."""
    return any(title in one.adds or title in one.removes or is_about(one, title) for one in own)


def _scope(title: str) -> str:
    return title.rpartition("::")[0]
