"""Labels in a payload: which are there, which came, which went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.webhook.fields import Json, block, number, rows, text


@dataclass(frozen=True, slots=True)
class Label:
    """One label as a payload has it."""

    id: int | None
    title: str


def read_labels(parent: Json, key: str = "labels") -> tuple[Label, ...] | None:
    """In payload order; None is *unknown*, not *none*."""
    found = rows(parent, key)
    if found is None:
        return None
    return tuple(Label(number(row, "id"), title) for row in found if (title := text(row, "title")))


def titles(labels: Sequence[Label] | None) -> tuple[str, ...] | None:
    """Their titles, each once."""
    return None if labels is None else tuple(dict.fromkeys(label.title for label in labels))


def moved(changes: Json) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Titles (added, removed) of ``changes.labels``.

    Compared by id, since a label renamed meanwhile is the same label; by title where an id is missing.
    """
    diff = block(changes, "labels")
    before, after = read_labels(diff, "previous") or (), read_labels(diff, "current") or ()
    return titles(_only_in(after, before)) or (), titles(_only_in(before, after)) or ()


def _only_in(these: Sequence[Label], others: Sequence[Label]) -> tuple[Label, ...]:
    ids = {label.id for label in others if label.id is not None}
    all_titles = {label.title for label in others}
    titles_without_id = {label.title for label in others if label.id is None}

    def is_there(label: Label) -> bool:
        if label.id is None:
            return label.title in all_titles
        return label.id in ids or label.title in titles_without_id

    return tuple(label for label in these if not is_there(label))
