"""Routing tables: the row of a table of ``routes`` that fits the item. The first that fits decides."""

from __future__ import annotations

from collections.abc import Mapping

from app.handler import Context
from app.rules.model import Route, RouteWhen
from app.rules.patterns import like_any
from app.rules.reading.fact_tests import fact_words
from app.rules.reading.facts import is_readable


def row_for(ctx: Context, route: str) -> Route | None:
    """The row that says who takes the item; None if none fits."""
    return next((row for row in ctx.rules.routes.get(route, []) if _fits(ctx, row.when)), None)


def _fits(ctx: Context, when: RouteWhen | None) -> bool:
    if when is None:
        return True
    labels = ctx.book.canonical_all(ctx.snapshot.labels)
    if when.label is not None and not any(like_any(label, when.label) for label in labels):
        return False
    if when.filer is not None and not like_any(ctx.snapshot.author.username, when.filer):
        return False
    return all(any(like_any(said, values) for said in said(ctx, name)) for name, values in when.fact.items())


def said(ctx: Context, name: str) -> list[str]:
    """A fact's value or values, as text; people without @, amounts as ``82,000 USD``. None that nobody understands."""
    value = ctx.facts.get(name)
    if not is_readable(value):
        return []
    if isinstance(value, Mapping):
        return [fact_words(value)]
    values = value if isinstance(value, list | tuple) else [value]
    return [str(one).removeprefix("@") for one in values]
