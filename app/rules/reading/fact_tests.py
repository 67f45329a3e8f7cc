"""Tests of facts: over, under, the same as; present, missing, complete. Three-valued like all conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.rules.model import FactsTest, FactTest
from app.rules.reading.facts import is_readable

Facts = Mapping[str, object]
Held = tuple[bool | None, str]
"""Yes, no or not known; and why."""


def fact_holds(test: FactTest, facts: Facts | None) -> Held:
    """Test one fact's value. A missing fact fails every test; one that can't be understood is not known."""
    if facts is None:
        return None, f"{test.name} is not known yet"
    value = facts.get(test.name)
    if value is None:
        return False, f"{test.name} is not stated"
    said = fact_words(value)
    if not is_readable(value):
        return None, f"{test.name} can't be understood: '{said}'"
    number = _number(value)
    for limit, beyond, word in ((test.over, 1, "over"), (test.under, -1, "under")):
        if limit is not None:
            if number is None:
                return False, f"{test.name} is {said}, which is no number"
            holds = (number - limit) * beyond > 0
            if not holds:
                return False, f"{test.name} is {said}, not {word} {limit:,g}"
            said = f"{said}, {word} {limit:,g}"
    if test.equals is not None:
        same = number == test.equals if number is not None else _same(value, test.equals)
        return same, f"{test.name} is {said}{'' if same else f', not {test.equals}'}"
    return True, f"{test.name} is {said}"


def facts_hold(test: FactsTest, facts: Facts | None, changed: frozenset[str] | None = None) -> Held:
    """Test which facts are there; ``changed`` are those that what happened has changed."""
    if test.changed and changed is not None and not changed.intersection(test.changed):
        return False, f"{' or '.join(test.changed)} did not change"
    if facts is None or (test.changed and changed is None):
        return None, f"{', '.join(_named(test))} not known yet"
    for name in test.present:
        if not is_readable(facts.get(name)):
            return False, _absent(name, facts.get(name))
    for name in test.missing:
        if is_readable(facts.get(name)):
            return False, f"{name} is {fact_words(facts[name])}"
    doubtful = [name for name in test.unreadable if facts.get(name) is not None and not is_readable(facts[name])]
    if test.unreadable and not doubtful:
        return False, f"{' and '.join(test.unreadable)} can be read, or not stated"
    for name in (*test.complete, *test.incomplete):
        rows = open_rows(facts.get(name))
        if rows is None:
            return False, f"there is no table for {name}"
        if bool(rows) is (name in test.complete):
            return False, f"{name} has {len(rows)} unanswered rows" if rows else f"{name} is complete"
    news = [f"{name} changed" for name in test.changed if name in (changed or ())]
    return True, "; ".join([*news, *(_told(name, facts) for name in _present(test))]) or "no fact is asked for"


def open_rows(value: object, *, required: bool = False) -> Sequence[str] | None:
    """The unanswered rows of a table (only those that must be answered, if ``required``); None: it is no table."""
    if not isinstance(value, Mapping):
        return None
    rows = value.get("open_required" if required else "open")
    return rows if isinstance(rows, list) else None


def fact_words(value: object) -> str:
    """A fact's value as a person would say it."""
    if isinstance(value, Mapping):
        if "unreadable" in value:
            return str(value["unreadable"])
        if "amount" in value:
            return f"{value['amount']:,} {value['currency']}"
        if "open" in value and "rows" in value:
            return f"{len(value['open'])} of {value['rows']} rows open"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _named(test: FactsTest) -> list[str]:
    return [*_present(test), *test.changed]


def _present(test: FactsTest) -> list[str]:
    return [*test.present, *test.missing, *test.unreadable, *test.complete, *test.incomplete]


def _told(name: str, facts: Facts) -> str:
    value = facts.get(name)
    return f"{name} is {fact_words(value)}" if is_readable(value) else _absent(name, value)


def _absent(name: str, value: object) -> str:
    return f"{name} is not stated" if value is None else f"{name} can't be understood: '{fact_words(value)}'"


def _number(value: object) -> float | None:
    if isinstance(value, Mapping):
        value = value.get("amount")
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _same(value: object, wanted: str | float) -> bool:
    low = str(wanted).casefold()
    return any(str(one).casefold() == low for one in (value if isinstance(value, list) else [value]))
