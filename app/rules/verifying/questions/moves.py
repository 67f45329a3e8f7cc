"""The board: needs that can never be met, lines that never decide, stages that can't be reached or left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.rules.book import OPEN, RuleBook
from app.rules.deciding.moves import MoveJudgement, judge_move
from app.rules.deciding.view import View
from app.rules.model import Move
from app.rules.verifying.cases import Case, Cases, add_move
from app.rules.verifying.cone import Cone
from app.rules.verifying.happening import Happening
from app.rules.verifying.questions.stubborn import kept_off
from app.rules.verifying.scene import NOW
from app.rules.verifying.slices import Inquiry
from app.rules.verifying.story import opening, told
from app.rules.verifying.verified import FindingKind

_INSISTING = "if somebody insists (a second attempt stands)"
"""A person who makes a move again that was put back is let through, unless the rule file says who may make it."""


@dataclass
class Board:
    """The moves of one board, each judged once for all cases."""

    inquiry: Inquiry
    never: Mapping[str, int]
    """Labels that no item keeps, with the rule that takes them off."""
    _open: dict[tuple[str, str, bool], bool] = field(default_factory=dict)

    def passable(self, origin: str, target: str, *, again: bool = False) -> bool:
        """Whether somebody can make this move, or nobody knows. ``again``: after it was put back."""
        asked = (origin, target, again)
        if asked not in self._open:
            self._open[asked] = self._passable(*asked)
        return self._open[asked]

    def _passable(self, origin: str, target: str, again: bool) -> bool:
        book = self.inquiry.book
        if not book.moves_between(origin, target) and not again:
            return book.file.board.unlisted != "restore"
        cases = self.cases(book, origin, target)
        return any(judge(book, case, again=again).verdict != "restore" for case in cases) or not cases.complete

    def cases(self, book: RuleBook, origin: str, target: str) -> Cases:
        """All cases of a move, those in which its needs are met first."""
        cone = Cone(book)
        cone.label(book.canonical(book.file.board.only), wanted=True)
        add_move(cone, book, origin, target)
        moved = Happening("moved", target, origin)
        return Cases(cone, [moved], self.inquiry.budget, without=frozenset(self.never))


def ask(inquiry: Inquiry) -> None:
    """Ask all of it."""
    board = Board(inquiry, kept_off(inquiry))
    for index, move in enumerate(inquiry.book.file.board.moves):
        if inquiry.budget.spent():
            inquiry.budget.leave_out("moves")
            return
        _ask_needs(board, index, move)
        _ask_turn(board, index, move)
    _ask_left(board, _ask_reached(board))


def judge(book: RuleBook, case: Case, *, again: bool = False) -> MoveJudgement:
    """What the board says of a case's move."""
    happening = case.happening
    snapshot = case.world.snapshot(case.setting)
    view = View.of_snapshot(
        book, snapshot, stage=happening.subject, facts=case.setting.values, actor=case.actor, now=NOW
    )
    return judge_move(book, view, happening.origin, happening.subject, case.actor, repeated=again)


def _hops(book: RuleBook, move: Move) -> Iterator[tuple[str, str]]:
    origins = list(book.stages) if "any" in move.from_ else [book.canonical(name) for name in move.from_]
    for origin in origins:
        for target in map(book.canonical, move.to):
            if origin != target:
                yield origin, target


def _ask_needs(board: Board, index: int, move: Move) -> None:
    """Whether somebody can make the move of this line with all its needs met."""
    if not move.needs and move.by is None:
        return
    book = board.inquiry.book
    file = book.file.model_copy(update={"board": book.file.board.model_copy(update={"moves": [move]})})
    alone = replace(book, file=file)
    for origin, target in _hops(book, move):
        cases = board.cases(alone, origin, target)
        refused: Case | None = None
        for case in cases:
            if judge(alone, case).legal:
                break
            refused = refused or (case if book.canonical(book.file.board.only) in case.world.labels else None)
        else:
            if cases.complete and refused is not None:
                _tell_needs(board, index, alone, refused, move)
                return


def _tell_needs(board: Board, index: int, alone: RuleBook, case: Case, move: Move) -> None:
    inquiry, moved = board.inquiry, case.happening
    unmet = " ".join(one.what for one in judge(alone, case).unmet)
    story = opening(inquiry, case)
    line = inquiry.book.source(f"board.moves.{index}").line
    story.append(f"That is as near as anybody can come, and the board (line {line}) still says: {unmet}")
    culprits = [label for label in board.never if f"'{label}'" in unmet]
    story += [f"Whoever sets '{label}', {inquiry.rule_words(board.never[label])} takes it off." for label in culprits]
    message = f"nobody can ever meet the needs of the move from {moved.origin} to {moved.subject}: {unmet}"
    path = ("board", "moves", index, "needs" if move.needs else "by")
    inquiry.find("needs never met", path, message, story, error=move.otherwise == "restore")


def _ask_turn(board: Board, index: int, move: Move) -> None:
    """Whether this line ever decides, or the lines above it always do."""
    inquiry, book = board.inquiry, board.inquiry.book
    hops = list(_hops(book, move))
    if not all(book.moves_between(*hop)[0][0] < index for hop in hops):
        return
    lines = {f"board.moves.{number}": number for number, _ in enumerate(book.file.board.moves)}
    numbered = replace(book, lines=lines)
    above = 0
    for hop in hops:
        cases = board.cases(numbered, *hop)
        for case in cases:
            deciding = judge(numbered, case).source.line
            if deciding == index:
                return
            above = deciding
        if not cases.complete:
            return
    origin, target = hops[0]
    line = book.source(f"board.moves.{above}").line
    message = f"this line never decides on the move from {origin} to {target}: the one on line {line} always does"
    inquiry.find("shadowed", ("board", "moves", index), message)


def _ask_reached(board: Board) -> set[str]:
    """Stages to which lines lead that nobody can pass; those to which no line leads are told of when loading.

    Returns the stages that cards come to.
    """
    inquiry, book = board.inquiry, board.inquiry.book
    reached = {OPEN, *_bot_targets(inquiry)}
    drawn = set(reached)
    grew = True
    while grew:
        passed = {t for o in reached for t in book.stages if t != o and board.passable(o, t)}
        ways = {t for o in drawn for t in book.stages if t != o and _drawn(book, o, t)}
        grew = not (passed <= reached and ways <= drawn)
        reached |= passed
        drawn |= ways
    for number, stage in enumerate(book.stages):
        if stage in drawn and stage not in reached:
            insisting = any(board.passable(other, stage, again=True) for other in reached if other != stage)
            what = f"a card comes to {stage} only {_INSISTING}" if insisting else f"no card ever comes to {stage}"
            message = f"{what}: every move that leads there is put back, whoever makes it"
            inquiry.find("unreachable stage", ("board", "stages", number), message)
    return reached


def _drawn(book: RuleBook, origin: str, target: str) -> bool:
    return bool(book.moves_between(origin, target)) or book.file.board.unlisted != "restore"


def _ask_left(board: Board, reached: set[str]) -> None:
    inquiry, book = board.inquiry, board.inquiry.book
    if _bot_targets(inquiry):
        return  # the bot may take it out; which card it takes depends on more than the stage
    for number, (name, stage) in enumerate(book.stages.items()):
        others = [other for other in book.stages if other != name]
        if (
            name not in reached
            or stage.ends is not None
            or not others
            or any(board.passable(name, other) for other in others)
        ):
            continue
        listed = [other for other in others if book.moves_between(name, other)]
        kind: FindingKind = "endless restore" if listed else "dead end"
        insisting = any(board.passable(name, other, again=True) for other in others)
        why = (
            "every move out of it is put back, whoever makes it" if listed else "no line of board.moves leads out of it"
        )
        what = f"a card leaves {name} only {_INSISTING}" if insisting else f"no card ever leaves {name}"
        message = f"{what}: {why}"
        inquiry.find(kind, ("board", "stages", number), message, _stuck(board, name, others[0]))


def _stuck(board: Board, origin: str, target: str) -> list[str]:
    inquiry, book = board.inquiry, board.inquiry.book
    listed = [other for other in book.stages if other != origin and book.moves_between(origin, other)]
    for case in board.cases(book, origin, listed[0] if listed else target):
        answer, _ = inquiry.whole.answer(case.world, case.setting, (case.change,))
        return [
            *opening(inquiry, case),
            *told(inquiry, answer),
            f"The card is in {origin} again, as after every first attempt.",
        ]
    return []


def _bot_targets(inquiry: Inquiry) -> set[str]:
    """Stages into which rules put cards."""
    book = inquiry.book
    found: set[str] = set()
    for index, _ in inquiry.writing:
        for *_, effects in inquiry.steps(index):
            found |= {book.canonical(one) for one in effects.stages}
            found |= {one for one in map(book.canonical, filter(None, effects.adds)) if one in book.stages}
    return found
