"""The values of a fact that rules can tell apart: missing, unreadable, each side of each limit, open and answered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from app.rules.model import FactDef, FactsTest, FactTest
from app.rules.reading.fact_tests import fact_holds, fact_words, facts_hold
from app.rules.reading.values import leads_to, read_value
from app.rules.verifying.scene import FactValue

Wish = tuple[FactTest | FactsTest, bool]
"""A test, and whether whoever asks would like it to hold."""


def values_of(name: str, definition: FactDef, wishes: Sequence[Wish]) -> list[FactValue]:
    """All classes of values, those first that please most of the wishes."""
    tests = [test for test, _ in wishes if isinstance(test, FactTest)]
    values = [*_values(definition, tests), None]
    ranked = sorted(values, key=lambda value: -_pleasing(name, value, wishes))
    return [FactValue(name, "not stated" if value is None else fact_words(value), value) for value in ranked]


def _pleasing(name: str, value: object, wishes: Iterable[Wish]) -> int:
    facts = {} if value is None else {name: value}
    return sum(_holds(test, name, facts) is wish for test, wish in wishes)


def _holds(test: FactTest | FactsTest, name: str, facts: dict[str, object]) -> bool:
    if isinstance(test, FactTest):
        return fact_holds(test, facts)[0] is True
    keys = ("present", "missing", "unreadable", "complete", "incomplete")
    narrowed = {key: [one for one in getattr(test, key) if one == name] for key in keys}
    return facts_hold(FactsTest.model_validate(narrowed), facts)[0] is True


def _values(definition: FactDef, tests: Sequence[FactTest]) -> Iterator[object]:
    """What the reader can give, in its own order of precedence."""
    wanted = [test.equals for test in tests if test.equals is not None]
    if definition.table is not None:
        for open_, required in (([], []), (["A question"], []), (["A question"], ["A question"])):
            answered = ["Another question"] if open_ else ["A question", "Another question"]
            yield {"rows": 2, "open": open_, "answered": answered, "open_required": required}
        return
    if definition.title_before is not None:
        yield from dict.fromkeys([*(text for text in wanted if isinstance(text, str)), "Some customer"])
        return
    if definition.link is not None:
        addresses = [f"https://{definition.link}/d/1", *map(str, wanted)]
        yield from dict.fromkeys(one for one in addresses if leads_to(one, definition.link))
        return
    seen: set[str] = set()
    for text in _texts(definition, tests, wanted):
        value = read_value(definition, text)
        if value is not None and repr(value) not in seen:
            seen.add(repr(value))
            yield value


def _texts(definition: FactDef, tests: Sequence[FactTest], wanted: Sequence[str | float]) -> Iterator[str]:
    """What people may write after the colon."""
    if definition.money is not None:
        yield from (f"{amount:.2f}" for amount in _around(_limits(tests), whole=False))
    elif definition.number:
        yield from (f"{amount:.0f}" for amount in _around(_limits(tests), whole=True))
    elif definition.date:
        yield "2025-03-31"
    elif definition.one_of:
        yield from definition.one_of
    elif definition.issue:
        yield "group/project#1"
    elif definition.people:
        yield "@somebody"
        yield from (f"@{one}" for one in wanted)
    yield from map(str, wanted)
    yield "something else"


def _limits(tests: Iterable[FactTest]) -> list[float]:
    found = (limit for test in tests for limit in (test.over, test.under, test.equals))
    return sorted({float(limit) for limit in found if isinstance(limit, int | float)})


def _around(limits: Sequence[float], *, whole: bool) -> list[float]:
    """A number below, at and above each limit, and between two neighbours."""
    if not limits:
        return [1]
    found: set[float] = set()
    for limit in limits:
        found |= {math.ceil(limit) - 1, limit, math.floor(limit) + 1}
    for low, high in pairwise(limits):
        found.add(math.floor(low) + 1 if whole else (low + high) / 2)
    return sorted(one for one in found if one >= 0 and (not whole or one == int(one)))
