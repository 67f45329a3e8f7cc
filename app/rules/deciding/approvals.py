"""Approvals that count no more: what was approved has changed, or the card went back behind them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from app.domain.item import Approval, Memory
from app.rules.book import OPEN, RuleBook
from app.rules.deciding.passage import Passage
from app.rules.model import ApprovalDef
from app.rules.reading.approvals import counts


def voided(
    book: RuleBook, before: Memory, facts: Mapping[str, object], changed: Collection[str], passage: Passage
) -> Iterator[str]:
    """Labels of the approvals that this change makes void. ``before``: the memory that the change found."""
    for definition in book.file.approvals:
        given = [one for one in before.approvals if counts(one) and one.label == definition.label]
        if not given:
            continue
        named = set(changed) & set(definition.of)
        differs = any(differences(one, facts, named) for one in given)
        if differs or went_back(book, definition, before, passage):
            yield definition.label


def differences(approval: Approval, facts: Mapping[str, object], named: Collection[str] | None = None) -> list[str]:
    """What was approved and reads otherwise now, in words; of these facts only, if some are named.

    Without the values: either may stand in an internal note alone, and these words are public."""
    return [
        f"the {name.replace('_', ' ')} is not the one that was approved any more"
        for name, was in approval.of.items()
        if (named is None or name in named) and facts.get(name) != was
    ]


def went_back(book: RuleBook, definition: ApprovalDef, before: Memory, passage: Passage) -> bool:
    """Whether the card went to an earlier stage out of one that the approval is void behind.

    A card that rests goes nowhere, and one that comes back from its rest comes from where it was before.
    """
    if passage.ending != "entered" or not definition.void_when_back_from:
        return False
    origin, target = passage.origin, book.stages.get(passage.target)
    left = book.stages.get(origin)
    if left is not None and left.pauses_reminders:
        origin = before.stage_before_hold or origin
    if target is None or target.pauses_reminders or target.ends:
        return False
    order = list(book.stages)
    behind = {book.canonical(stage) for stage in definition.void_when_back_from}
    return origin in behind and order.index(target.stage) < order.index(origin if origin in order else OPEN)
