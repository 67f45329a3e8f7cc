"""Small words of the sentences: how names are quoted, lists joined and stages called."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Quote = Callable[[str], str]
"""Marks a name of the rule file as one: “TA::Approved” in plain text, `TA::Approved` in Markdown."""


def in_quotes(name: str) -> str:
    """For plain text."""
    return f"“{name}”"


def as_code(name: str) -> str:
    """For Markdown, where a stroke would end a table's cell."""
    return f"`{name}`".replace("|", "\\|")


def listed(parts: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def either(names: Sequence[str], quote: Quote) -> str:
    """The names, any of which will do."""
    return listed([quote(name) for name in names], "or")


def both(names: Sequence[str], quote: Quote) -> str:
    """The names, all of which are meant."""
    return listed([quote(name) for name in names])


def plainly(fact: str) -> str:
    """A fact's name as words: ``estimate_total`` is *the estimate total*."""
    return f"the {fact.replace('_', ' ')}"


def number(value: float) -> str:
    """``50,000``; fractions only where there are some."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,}"


def sentence(text: str) -> str:
    """With a capital letter and one full stop."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


def short(stage: str) -> str:
    """A stage without the scope of its label: ``SOW_WIP``."""
    return stage.rpartition("::")[2]
