"""Exclusion: two rules that can't hold at once, seen at a glance. It spares the search; what it misses is searched."""

from __future__ import annotations

from app.rules.book import RuleBook
from app.rules.model import FactTest, Rule
from app.rules.verifying.scene import scope_of


def exclude_each_other(book: RuleBook, one: Rule, other: Rule) -> bool:
    """Whether no item can satisfy both. Looks only at what must hold in any case, not into any_of, not and unless."""
    return _by_labels(book, one, other) or _by_stage(book, one, other) or _by_fact(one, other)


def _by_labels(book: RuleBook, one: Rule, other: Rule) -> bool:
    mine, yours = _wanted(book, one), _wanted(book, other)
    if mine & _unwanted(book, other) or yours & _unwanted(book, one):
        return True
    scopes = {scope_of(label): label for label in mine if scope_of(label)}
    return any(scopes.get(scope_of(label), label) != label for label in yours if scope_of(label))


def _wanted(book: RuleBook, rule: Rule) -> frozenset[str]:
    labels = rule.when.labels
    return frozenset(book.canonical(one) for one in labels.all if "*" not in one) if labels else frozenset()


def _unwanted(book: RuleBook, rule: Rule) -> frozenset[str]:
    labels = rule.when.labels
    return frozenset(book.canonical(one) for one in labels.none if "*" not in one) if labels else frozenset()


def _by_stage(book: RuleBook, one: Rule, other: Rule) -> bool:
    """With *stage left*, ``stage`` is another stage than with all other events."""
    if "stage left" in (*one.when.event, *other.when.event) or not one.when.stage or not other.when.stage:
        return False
    mine, yours = ({book.canonical(name) for name in rule.when.stage or ()} for rule in (one, other))
    return mine.isdisjoint(yours)


def _by_fact(one: Rule, other: Rule) -> bool:
    mine, yours = one.when.fact, other.when.fact
    if mine is None or yours is None or mine.name != yours.name:
        return False
    (low, high), (least, most) = _range(mine), _range(yours)
    return max(low, least) >= min(high, most)


def _range(test: FactTest) -> tuple[float, float]:
    """Above what and below what the value is."""
    low = float("-inf") if test.over is None else test.over
    return low, float("inf") if test.under is None else test.under
