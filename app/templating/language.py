"""The language of the templates: Jinja2, narrowed to what a text needs, and with every printed value made harmless.

No globals, no calls, no macros, no inclusion, no text arithmetic; values are plain data. What a ``{{ … }}`` prints is
escaped for where it stands: in the body for Markdown, in front matter as plain text, in a title as GitLab titles need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

from jinja2 import StrictUndefined, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.gitlab import escape
from app.gitlab.escape import Safe

# fmt: off
FILTERS = frozenset(
    {
        "abs", "capitalize", "count", "default", "first", "float", "int", "join", "last", "length", "list",
        "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse", "round", "select",
        "selectattr", "sort", "sum", "trim", "unique", "upper"
    }
)
"""Jinja's own filters that may be used."""

TESTS = frozenset(
    {
        "boolean", "defined", "eq", "equalto", "even", "false", "float", "ge", "greaterthan", "gt", "in",
        "integer", "le", "lessthan", "lt", "mapping", "ne", "none", "number", "odd", "sequence", "string",
        "true", "undefined", "==", "!=", ">", ">=", "<", "<="
    }
)
# fmt: on
"""Jinja's own tests that may be used."""

FORBIDDEN: Mapping[type[nodes.Node], str] = {
    nodes.Macro: "macros",
    nodes.CallBlock: "call blocks",
    nodes.FilterBlock: "filter blocks",
    nodes.AssignBlock: "set blocks",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "import",
    nodes.Extends: "extends",
    nodes.Block: "blocks",
    nodes.Call: "calls (use a filter: {{ name | mention }})",
    nodes.Slice: "slices",
}
"""What Jinja can do and a template may not, with its name for people."""


def as_text(value: object) -> str:
    """A value as people write it: no None, no True, no Python lists, dates without microseconds."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return date_of(value) if value.tzinfo is None else f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if isinstance(value, float | Decimal) and value == int(value):
        return str(int(value))
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(as_text(part) for part in value)
    return str(value)


def date_of(value: object) -> str:
    """``2026-11-21`` for a date or a time; other values as they are."""
    return value.strftime("%Y-%m-%d") if isinstance(value, date) else as_text(value)


def thousands(value: object) -> str:
    """``82,000`` for a number; other values as they are."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return as_text(value)
    return f"{value:,.2f}".removesuffix(".00")


def mentions(names: Iterable[str]) -> Safe:
    """``@one, @two`` for several people."""
    return Safe(", ".join(escape.mention(name) for name in ([names] if isinstance(names, str) else names)))


def _present(function: Callable[[str], Safe]) -> Callable[[object], Safe]:
    return lambda value: function(_known(value))


def _known(value: object) -> str:
    if isinstance(value, Undefined):
        str(value)  # StrictUndefined raises, with the name that is missing
    return as_text(value)


OWN_FILTERS: Mapping[str, Callable[..., object]] = {
    "mention": _present(escape.mention),
    "mentions": mentions,
    "reference": _present(escape.reference),
    "label": _present(escape.label),
    "quote": _present(escape.block),
    "code": _present(escape.code),
    "link": lambda text, url: escape.link(_known(text), _known(url)),
    "date": date_of,
    "thousands": thousands,
}
"""Filters of ours. Those that give :class:`Safe` decide themselves what is escaped."""


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Jinja2 with the narrowings above."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def __init__(self, escaper: Callable[[str], str]) -> None:
        def finalize(value: object) -> object:
            if isinstance(value, Safe | Undefined):
                return value  # printing an undefined value raises
            return escaper(as_text(value))

        super().__init__(undefined=StrictUndefined, finalize=finalize, trim_blocks=True, lstrip_blocks=True)
        self.globals.clear()
        self.filters = {**{name: self.filters[name] for name in FILTERS}, **OWN_FILTERS}
        self.tests = {name: self.tests[name] for name in TESTS}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``item.title``: the key of a mapping, never one of its methods."""
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def is_safe_callable(self, obj: Any) -> bool:
        """Nothing may be called."""
        del obj
        return False

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """``*`` and ``%`` for numbers only: on text they could make gigabytes out of a few characters."""
        if operator == "**" or not all(isinstance(side, int | float | Decimal) for side in (left, right)):
            raise SecurityError(f"{operator} works on numbers only")
        return super().call_binop(context, operator, left, right)


def body_environment() -> TemplateEnvironment:
    """For Markdown bodies."""
    return TemplateEnvironment(escape.inline)


def title_environment() -> TemplateEnvironment:
    """For an issue's title."""
    return TemplateEnvironment(escape.title)


def plain_environment() -> TemplateEnvironment:
    """For the other values of front matter: names, dates, words."""
    return TemplateEnvironment(escape.plain)


def children(node: nodes.Node) -> Iterable[nodes.Node]:
    """The parts of a syntax tree's node."""
    return cast(Iterable[nodes.Node], node.iter_child_nodes())
