"""Story: a case and what came of it, as sentences with rules and lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from app.rules.book import OPEN
from app.rules.deciding.conditions import YES
from app.rules.verifying.acting import Did
from app.rules.verifying.cases import Case
from app.rules.verifying.chain import Chain, Round
from app.rules.verifying.scene import ELSEWHERE, NOBODY_SPECIAL
from app.rules.verifying.slices import Inquiry


def opening(inquiry: Inquiry, case: Case) -> list[str]:
    """The item before, and what happens to it."""
    return [f"{_item(inquiry, case)}.", f"{case.happening.words(case.actor)}."]


def _item(inquiry: Inquiry, case: Case) -> str:
    book, world, setting = inquiry.book, case.before, case.setting
    stage = world.accepted or OPEN
    board = book.canonical(book.file.board.only)
    labels = sorted(label for label in world.labels if label not in book.stages and label != board)
    if case.happening.what == "opened":
        said = ["An item is written"]
    else:
        said = [f"An item is in {stage}" if board in world.labels else "An item is not on the board"]
    said += [f"with {', '.join(repr(label) for label in labels)}"] if labels else []
    said += [f"{fact.name}: {fact.words}" for fact in setting.facts]
    said += [f"filed by {setting.author.username}"] if setting.author != NOBODY_SPECIAL else []
    said += [f"assigned to {', '.join(one.username for one in setting.assignees)}"] if setting.assignees else []
    said += ["confidential"] if setting.confidential else []
    said += [f"of type {setting.item_type}"] if setting.item_type != "Issue" else []
    said += [f"called '{setting.title}'"] if setting.title != "A title" else []
    said += [f"in {setting.project[1]}"] if setting.project != ELSEWHERE else []
    return ", ".join(said)


def rounds(inquiry: Inquiry, chain: Chain, *, before: int) -> list[str]:
    """What the bot does, step by step, after so many sentences; at the end, where it goes round, to which one."""
    lines: list[str] = []
    back = before + 1
    for number, one in enumerate(chain.rounds):
        if number == chain.back_to:
            back = before + len(lines) + 1
        lines += told(inquiry, one)
    if chain.back_to is not None:
        lines.append(f"Everything is as it was before {back}, and so it goes round for ever.")
    return lines


def story_of(inquiry: Inquiry, case: Case, chain: Chain) -> list[str]:
    """All of it: the item, what happens to it, and what the bot does till it rests or goes round."""
    begin = opening(inquiry, case)
    return [*begin, *rounds(inquiry, chain, before=len(begin))]


def told(inquiry: Inquiry, one: Round, *, naming: Collection[str] = ()) -> Iterator[str]:
    """What the bot does in one round, a sentence for each step that changes something or whose rule is to be named."""
    for did in one.did:
        if did.words:
            yield f"{_who(inquiry, did)} {did.words}, because {_because(did, one)}."
        elif did.step.rule in naming and inquiry.theatre.writes(did.step):
            yield f"{_who(inquiry, did)} performs '{did.step.action}' too, which changes nothing here."


def _who(inquiry: Inquiry, did: Did) -> str:
    source = did.step.source
    where = f"line {source.line}" if source.file == inquiry.book.path else str(source)
    if did.step.rule.startswith(("board.", "labels.")):
        return f"The board ({where})"
    return f"Rule '{did.step.rule}' ({where})"


def _because(did: Did, one: Round) -> str:
    """The value that decided, in the words of the decision itself."""
    verdicts = (verdict for decision in one.decisions for verdict in decision.verdicts)
    reason = next((verdict.reason for verdict in verdicts if verdict.matched and verdict.rule == did.step.rule), "")
    said = (reason or did.step.because).rstrip(".").removesuffix(f"; {YES.reason}")
    return said[:1].lower() + said[1:] if said.startswith("The ") else said
