"""GitLab Premium's rule that an issue holds one label of a scope (``proposal::…``), with its known weakness.

The rule acts only on scopes into which the request adds a label; then the one that the request names last survives,
even if that one was there before and the added one is lost.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.sandbox.state import Label


def scope_of(title: str) -> str | None:
    """All before the last ``::``; None for a label without scope."""
    scope, mark, value = title.rpartition("::")
    return scope if mark and scope and value else None


def settle(*, before: Sequence[Label], after: Sequence[Label], named: Sequence[Label]) -> list[Label]:
    """The labels that remain of ``after``, where ``named`` is what the request named, in its order."""
    had = {label.id for label in before}
    entered = {scope_of(label.title) for label in after if label.id not in had} - {None}
    survivors = {scope_of(label.title): label.id for label in named if scope_of(label.title) in entered}
    return [label for label in after if survivors.get(scope_of(label.title), label.id) == label.id]
