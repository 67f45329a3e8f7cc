"""Rules that falsify their own condition: what somebody does is undone at once, whoever does it and whenever."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from app.rules.book import OPEN
from app.rules.model import Rule
from app.rules.verifying.cases import Case, Cases, groups
from app.rules.verifying.chain import Follower
from app.rules.verifying.happening import Happening
from app.rules.verifying.scene import World
from app.rules.verifying.slices import Inquiry
from app.rules.verifying.story import story_of

Undone = Callable[[World], bool]
"""Whether the item is, after the bot's answer, not as it was made."""


def ask(inquiry: Inquiry) -> None:
    """Labels that nobody can take off, and stages in which no card can stay."""
    for index, rule in inquiry.writing:
        if index in inquiry.looping:
            continue
        if inquiry.budget.spent():
            inquiry.budget.leave_out("rules that undo what they wait for")
            return
        for happening in _put_back(inquiry, index, rule):
            label = happening.subject
            if (case := _always(inquiry, index, [happening], _carrying(label))) is not None:
                _tell(
                    inquiry, index, f"nobody can take '{label}' off, because {{rule}} puts it on again each time", case
                )
        for stage in _moved_out(inquiry, index, rule):
            entries = [one for one in inquiry.occasions(index) if one.subject == stage and not one.again]
            if (case := _always(inquiry, index, entries, _out_of(inquiry, stage))) is not None:
                _tell(inquiry, index, f"no card can stay in {stage}, because {{rule}} moves it on at once", case)


def kept_off(inquiry: Inquiry) -> dict[str, int]:
    """Labels that a rule takes off again whoever sets them, and that no rule sets; with the rule."""
    found: dict[str, int] = {}
    book = inquiry.book
    added = {
        book.canonical(one) for index, _ in inquiry.writing for *_, e in inquiry.steps(index) for one in e.adds if one
    }
    for index, rule in inquiry.writing:
        if "label added" not in rule.when.event:
            continue
        removed = {book.canonical(one) for *_, e in inquiry.steps(index) for one in e.removes if one}
        for happening in inquiry.occasions(index):
            label = happening.subject
            if happening.what != "label added" or label not in removed - added or label in found:
                continue
            if _always(inquiry, index, [happening], _lacking(label)) is not None:
                found[label] = index
    return found


def _put_back(inquiry: Inquiry, index: int, rule: Rule) -> Iterator[Happening]:
    if "label removed" not in rule.when.event:
        return
    added = {inquiry.book.canonical(one) for *_, effects in inquiry.steps(index) for one in effects.adds if one}
    for happening in inquiry.occasions(index):
        if happening.what == "label removed" and happening.subject in added:
            yield happening


def _moved_out(inquiry: Inquiry, index: int, rule: Rule) -> Iterator[str]:
    book = inquiry.book
    if "stage entered" not in rule.when.event:
        return
    targets: set[str] = set()
    for *_, effects in inquiry.steps(index):
        targets |= {book.canonical(one) for one in effects.stages}
        targets |= {one for one in map(book.canonical, filter(None, effects.adds)) if one in book.stages}
    for stage in book.stages:
        if targets - {stage} and any(one.subject == stage for one in inquiry.occasions(index)):
            yield stage


def _always(inquiry: Inquiry, index: int, happenings: Iterable[Happening], undone: Undone) -> Case | None:
    """The first case of all those in which it is undone; None if there is one in which it stands."""
    rule = inquiry.book.file.rules[index]
    board = inquiry.book.canonical(inquiry.book.file.board.only)
    part, first = inquiry.slice([index]), None
    for cone, members in groups(inquiry.book, [rule], happenings):
        cases = Cases(cone, members, inquiry.budget)
        for case in cases:
            if board not in case.world.labels or _refused(part, case):
                continue
            answer, _ = part.answer(case.world, case.setting, (case.change,))
            if not undone(answer.world):
                return None
            first = first or case
        if not cases.complete:
            return None
    return first


def _refused(part: Follower, case: Case) -> bool:
    """Whether the board itself puts the card back: then it is not the rule's doing."""
    return part.decide(case.world, case.setting, case.change).memory.refused is not None


def _carrying(label: str) -> Undone:
    return lambda world: label in world.labels


def _lacking(label: str) -> Undone:
    return lambda world: label not in world.labels


def _out_of(inquiry: Inquiry, stage: str) -> Undone:
    stages = inquiry.book.stages
    return lambda world: next((label for label in world.labels if label in stages), OPEN) != stage


def _tell(inquiry: Inquiry, index: int, words: str, case: Case) -> None:
    chain = inquiry.whole.follow(case.world, case.setting, case.change)
    message = words.format(rule=inquiry.rule_words(index))
    inquiry.find("self-defeating", ("rules", index), message, story_of(inquiry, case, chain))
