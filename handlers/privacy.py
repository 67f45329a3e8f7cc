"""Privacy: whether an item may be named outside its own project, asked in one place by every handler."""

from __future__ import annotations

from collections.abc import Iterable

from app.handler import Context
from app.rules.model import RuleFile


def is_private(ctx: Context) -> bool:
    """Private items carry a label of ``private.labels``, or did, or are confidential where the file counts that.

    A label taken away in this very change does not lift it: nobody should be able to publish an item by one slip.
    """
    snapshot, change = ctx.snapshot, ctx.change
    if snapshot.memory.sensitive or (ctx.rules.private.confidential and snapshot.confidential):
        return True
    return bool(private_labels(ctx.rules, [*snapshot.labels, *(change.labels or ()), *change.removed]))


def private_labels(rules: RuleFile, labels: Iterable[str]) -> list[str]:
    """Those of the labels that mean *private*, in the rule file's spelling, old spellings included."""
    wanted = {_fold(spelling): title for title in rules.private.labels for spelling in _spellings(rules, title)}
    return list(dict.fromkeys(wanted[_fold(label)] for label in labels if _fold(label) in wanted))


def _spellings(rules: RuleFile, title: str) -> list[str]:
    known = rules.labels.get(title)
    return [title, *(known.also_written if known else ())]


def _fold(text: str) -> str:
    return text.casefold()
