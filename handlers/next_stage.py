"""The next stage: where a card is expected to go from here, and which of its needs are met already."""

from __future__ import annotations

from app.rules.book import RuleBook
from app.rules.deciding.conditions import carried, check
from app.rules.deciding.view import View
from app.rules.model import Move, Need
from app.rules.reading.fact_tests import open_rows
from app.rules.reading.facts import is_readable
from handlers.note_text import stage_title


def next_stage(book: RuleBook, view: View, stage: str) -> dict[str, object] | None:
    """The nearest stage to the right that a move without a warning leads to, with its needs; None after the last."""
    names = list(book.stages)
    after = names[names.index(stage) + 1 :] if stage in names else []
    for target in after:
        definition = book.stages[target]
        if definition.pauses_reminders or definition.ends == "lost":
            continue
        for _, move in book.moves_between(stage, target):
            if not move.warn:
                return {"name": target, "title": stage_title(target), "by": move.by or [], "needs": _needs(move, view)}
    return None


def _needs(move: Move, view: View) -> list[dict[str, object]]:
    """The needs that hold for this item, each with whether it is met. One whose condition is not known counts."""
    return [
        {"what": _what(need, view), "because": need.because, "met": _met(need, view)}
        for need in move.needs
        if need.if_ is None or check(need.if_, view).holds is not False
    ]


def _met(need: Need, view: View) -> bool:
    if need.any_of is not None:
        return any(_met(one, view) for one in need.any_of)
    if need.label is not None:
        return any(carried(name, view) for name in need.label)
    if need.without_label is not None:
        return carried(need.without_label, view) is None
    value = (view.facts or {}).get(need.fact or "")
    return is_readable(value) and not open_rows(value, required=True)


def _what(need: Need, view: View) -> str:
    """The need as something to have, with a small letter: ``the label TA::Approved``."""
    if need.any_of is not None:
        return " or ".join(_what(one, view) for one in need.any_of)
    if need.label is not None:
        return f"the label {' or '.join(need.label)}"
    if need.without_label is not None:
        return f"no label {need.without_label}"
    name = need.fact or ""
    definition = view.book.file.facts.get(name)
    return definition.means if definition and definition.means else name.replace("_", " ")
