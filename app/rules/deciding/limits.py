"""Limits: whether a rule with ``as_often_as`` did enough for an item already, and what to remember of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.domain.item import Firing, Memory
from app.rules.book import RuleBook
from app.rules.duration import Length
from app.rules.model import Rule


def used_up(book: RuleBook, rule: Rule, memory: Memory, stage: str, now: datetime) -> str:
    """Why the rule may not do anything more for now; empty if it may. ``stage`` is where the item is."""
    limit, fired = rule.as_often_as, memory.fired.get(rule.name)
    if limit is None or fired is None or not fired.times:
        return ""
    done = f"{limit}, and it did on {fired.times[-1]:%Y-%m-%d %H:%M %Z}"
    if isinstance(limit.per, Length):
        times = fired.times[-limit.times :]
        used = len(times) == limit.times and book.calendar.add(times[0], limit.per) > now
        return done if used else ""
    if limit.per == "stage" and not _same_stay(fired, memory, stage):
        return ""
    return done


def remember_fired(
    book: RuleBook, matched: Iterable[Rule], memory: Memory, stage: str, now: datetime
) -> dict[str, Firing]:
    """The firings to remember: those of before whose rules still have a limit, and those of ``matched``."""
    limited = {rule.name: rule.as_often_as for rule in book.file.rules if rule.as_often_as is not None}
    kept = {name: fired for name, fired in memory.fired.items() if name in limited}
    for rule in matched:
        if rule.as_often_as is not None:
            before = kept[rule.name].times if rule.name in kept else ()
            times = (*before, now)[-rule.as_often_as.times :]
            kept[rule.name] = Firing(times, stage, memory.stage_entered_at)
    return kept


def _same_stay(fired: Firing, memory: Memory, stage: str) -> bool:
    """Whether the item has not left the stage since. A time that was told only later does not make it another stay."""
    if fired.stage != stage:
        return False
    since = memory.stage_entered_at
    return since is None or since == fired.stage_since or (fired.stage_since is None and since <= fired.times[-1])
