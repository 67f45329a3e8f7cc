"""The board against a rule: the card is put back, and the same plan moves it away again."""

from __future__ import annotations

from app.rules.book import OPEN
from app.rules.verifying.cases import Case, Cases, groups
from app.rules.verifying.chain import Round
from app.rules.verifying.hope import Hope
from app.rules.verifying.slices import Inquiry
from app.rules.verifying.story import opening, told


def ask(inquiry: Inquiry) -> None:
    """Look at every rule that answers a refused move by moving the card."""
    for index, rule in inquiry.writing:
        if "move refused" in rule.when.event and _moves(inquiry, index):
            _ask_rule(inquiry, index)


def _moves(inquiry: Inquiry, index: int) -> bool:
    stages = inquiry.book.stages
    return any(
        effects.stages or any(inquiry.book.canonical(one) in stages for one in effects.adds if one is not None)
        for *_, effects in inquiry.steps(index)
    )


def _ask_rule(inquiry: Inquiry, index: int) -> None:
    rule, part = inquiry.book.file.rules[index], inquiry.slice([index])
    for cone, happenings in groups(inquiry.book, [rule], inquiry.occasions(index)):
        for case in Cases(cone, happenings, inquiry.budget, hope=Hope(inquiry.book, [rule])):
            answer, _ = part.answer(case.world, case.setting, (case.change,))
            if not _moved_away(inquiry, answer, case, rule.name):
                continue
            whole, _ = inquiry.whole.answer(case.world, case.setting, (case.change,))
            if _moved_away(inquiry, whole, case, rule.name):
                _tell(inquiry, index, case, whole)
                return


def _moved_away(inquiry: Inquiry, answer: Round, case: Case, rule: str) -> bool:
    refused = answer.decisions[0].memory.refused is not None
    acted = any(done.step.rule == rule and (done.added or done.removed) for done in answer.did)
    stages = inquiry.book.stages
    now = next((label for label in answer.world.labels if label in stages), OPEN)
    return refused and acted and now != case.happening.origin


def _tell(inquiry: Inquiry, index: int, case: Case, answer: Round) -> None:
    moved = case.happening
    message = f"the board puts the card back into {moved.origin}, and {inquiry.rule_words(index)} moves it away again"
    story = [*opening(inquiry, case), *told(inquiry, answer)]
    inquiry.find("endless restore", ("rules", index), message, story, error=True)
