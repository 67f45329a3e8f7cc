"""``verify``: prove or refute, rule by rule and move by move, that the rules can't trap an item, fight or be idle."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.rules.actions import ActionSpec
from app.rules.book import RuleBook
from app.rules.verifying.budget import Budget
from app.rules.verifying.questions import conflicts, firing, loops, moves, reminding, restores, shadows, stubborn
from app.rules.verifying.slices import Inquiry
from app.rules.verifying.verified import Verified, in_order

SECONDS = 8.0
"""How long a verification may take unless told otherwise."""

# What does most harm comes first: if the time runs out, it is what was looked at.
_QUESTIONS: tuple[Callable[[Inquiry], None], ...] = (
    loops.ask,
    restores.ask,
    moves.ask,
    conflicts.ask,
    stubborn.ask,
    reminding.ask,
    firing.ask,
    shadows.ask,
)


def verify(book: RuleBook, actions: Mapping[str, ActionSpec], *, seconds: float = SECONDS) -> Verified:
    """Explore what the rules can do to an item, by the real ``decide`` and the declared effects of the actions.

    ``seconds`` is how long it may take, about; what could not be looked at till then is told in the note.
    """
    inquiry = Inquiry(book, actions, Budget(seconds))
    for question in _QUESTIONS:
        question(inquiry)
    return Verified(in_order(inquiry.findings), not inquiry.budget.left_out, _note(inquiry))


def _note(inquiry: Inquiry) -> str:
    budget = inquiry.budget
    rules, lines = len(inquiry.rules), len(inquiry.book.file.board.moves)
    looked = f"{rules} rules and {lines} lines of moves by {budget.cases:,} cases."
    if not budget.left_out:
        return f"Verified {looked}"
    named = list(budget.left_out)
    more = f", and {len(named) - 3} more" if len(named) > 3 else ""
    return f"Looked at {looked} The search was cut short; not decided: {'; '.join(named[:3])}{more}."
