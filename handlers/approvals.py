"""Approvals: the labels that only people set, asked by every handler that sets labels."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.decision import Outcome, Result
from app.rules.model import RuleFile


def approvals_among(rules: RuleFile, labels: Iterable[str]) -> list[str]:
    """Those of the labels that mean an approval, whatever their case or old spelling."""
    meant = {title.casefold() for title in rules.approvals}
    for title, label in rules.labels.items():
        if title.casefold() in meant:
            meant.update(spelling.casefold() for spelling in label.also_written)
    for stage in rules.board.stages:
        if stage.stage.casefold() in meant:
            meant.update(spelling.casefold() for spelling in stage.also_written)
    return [label for label in labels if label.casefold() in meant]


def refusal(labels: Iterable[str]) -> Outcome:
    """What is answered to a rule that asks the bot to approve something."""
    named = ", ".join(f"'{label}'" for label in labels)
    return Outcome(
        Result.REFUSED,
        f"{named} means an approval (see 'approvals' in the rule file) and is set by people only; nothing was changed.",
    )
