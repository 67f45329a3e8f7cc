"""Passage: what became of the item's stage in one decision. Which hop was it, was it right, what is remembered.

A hop is judged from the last stage that the bot accepted, not from where the delivery says the card came: a refused
move is no stepping stone. Only where nobody has told how the item came into its stage (``stage_entered_at`` is None:
first sight, or a delivery that is late or lost) the delivery's own word counts, so that a comment which arrives before
the move that it was made with can't make the move pass unjudged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from app.domain.change import Change, Kind
from app.domain.decision import Mode
from app.domain.item import Memory, Snapshot
from app.rules.book import OPEN, RuleBook
from app.rules.deciding.moves import MoveJudgement, judge_move
from app.rules.deciding.remember import accept_stage
from app.rules.deciding.view import View, board_label

FRESH = timedelta(minutes=1)
"""An opening told later than this after the item was made is GitLab's test button, not the opening."""

Ending = Literal["none", "begun", "entered", "refused", "moved on"]
"""begun: opened without a stage label. moved on: the card has left the hop's stage since."""


@dataclass(frozen=True, slots=True)
class Hop:
    """From stage to stage, as one delivery tells it."""

    origin: str
    target: str


@dataclass(frozen=True, slots=True)
class Passage:
    """What became of the stage."""

    ending: Ending
    stage: str
    """The stage that the item is in once the decision is carried out; empty off the board."""
    memory: Memory
    origin: str = ""
    target: str = ""
    judgement: MoveJudgement | None = None
    """None where there was nothing to judge: no hop, or the bot's own."""
    put_back: bool = False
    sentence: str = ""


def passage_of(book: RuleBook, view: View, snapshot: Snapshot, change: Change, *, own: bool, now: datetime) -> Passage:
    """Follow the item's stage through one change. ``view.stage`` is where the card stands now; empty: off the board."""
    if not view.stage:
        return Passage("none", "", snapshot.memory)
    hop = hop_of(book, snapshot, change)
    if hop is None:
        return _without_hop(book, view.stage, snapshot, change, now)
    memory = snapshot.memory
    known = memory.stage if memory.stage_entered_at is not None else None
    origin = known or hop.origin
    if hop.target == origin:
        return Passage("none", view.stage, memory, sentence=f"The item is in {origin}, where it was.")
    if _older(change, memory):
        return Passage("none", view.stage, memory, sentence="The move is older than the last one that was looked at.")
    if own:
        return _accepted(book, view.stage, snapshot, change, Hop(origin, hop.target), None, now)
    repeated = memory.refused == (origin, hop.target)
    judgement = judge_move(book, view, origin, hop.target, change.actor, repeated=repeated)
    if judgement.verdict != "restore":
        return _accepted(book, view.stage, snapshot, change, Hop(origin, hop.target), judgement, now)
    return _refused(book, view.stage, snapshot, change, Hop(origin, hop.target), judgement, now)


def hop_of(book: RuleBook, snapshot: Snapshot, change: Change) -> Hop | None:
    """The hop that a change tells, in the rule file's spelling; None if it moves no stage label.

    A closed card that lost its stage label was dragged to *Closed*, which strips it: it went nowhere. Nor did one whose
    stage label gave way to a label of the same scope that is no stage.
    """
    added, removed = _stages(book, change.added), _stages(book, change.removed)
    if change.kind is Kind.OPENED:
        return Hop(OPEN, added[-1]) if added and _just_made(snapshot, change) else None
    if not added and not removed:
        return None
    left = _stages(book, change.labels or ())
    if not added and not left and (snapshot.state == "closed" or change.kind is Kind.CLOSED):
        return None
    if not added and not left and _strays(book, change.labels or ()):
        return None
    stayed = [stage for stage in left if stage not in added]
    origin = removed[-1] if removed else (stayed[-1] if stayed else OPEN)
    target = added[-1] if added else (left[-1] if left else OPEN)
    return Hop(origin, target) if origin != target else None


def current_stage(book: RuleBook, snapshot: Snapshot, change: Change) -> str:
    """Where the card stands now; empty off the board.

    With several stage labels (GitLab's Free tier keeps the old one) the one just added counts, else the remembered one.
    """
    if board_label(book) not in book.canonical_all(snapshot.labels):
        return ""
    found = _stages(book, snapshot.labels)
    remembered = snapshot.memory.stage
    if not found:
        lost = snapshot.state == "closed" or _strays(book, snapshot.labels)
        return (remembered or OPEN) if lost else OPEN
    hop = hop_of(book, snapshot, change) if len(found) > 1 else None
    preferred = (hop.target if hop else None, remembered)
    return next((stage for stage in preferred if stage in found), found[-1])


def _just_made(snapshot: Snapshot, change: Change) -> bool:
    return change.at is None or change.at - snapshot.created_at <= FRESH


def _stages(book: RuleBook, titles: tuple[str, ...]) -> list[str]:
    return [title for title in book.canonical_all(titles) if title in book.stages]


def _strays(book: RuleBook, titles: tuple[str, ...]) -> bool:
    """Whether there is a label of the stages' scope that is no stage: somebody made it up; the card did not move."""
    scope = f"{book.file.board.scope}::".casefold()
    return any(title.casefold().startswith(scope) and not book.knows(title) for title in titles)


def _older(change: Change, memory: Memory) -> bool:
    return change.at is not None and memory.stage_entered_at is not None and change.at < memory.stage_entered_at


def _without_hop(book: RuleBook, current: str, snapshot: Snapshot, change: Change, now: datetime) -> Passage:
    memory = snapshot.memory
    untold = memory.stage in (None, OPEN) and memory.stage_entered_at is None
    if untold and change.kind is Kind.OPENED and current == OPEN and _just_made(snapshot, change):
        return Passage("begun", OPEN, accept_stage(book, memory, None, OPEN, change.at or now))
    if memory.stage is None:
        memory = accept_stage(book, memory, None, current, None)
        return Passage("none", current, memory, sentence=f"The item is seen for the first time, in {current}.")
    if memory.stage == current:
        return Passage("none", current, memory)
    if memory.refused is not None and memory.refused[0] == memory.stage:
        sentence = f"The item is in {current}, but the last stage that was accepted is {memory.stage}."
        return Passage("none", current, memory, sentence=sentence)
    sentence = f"The item went from {memory.stage} to {current} and no delivery has told how; that is accepted."
    return Passage("none", current, accept_stage(book, memory, memory.stage, current, None), sentence=sentence)


def _accepted(
    book: RuleBook,
    current: str,
    snapshot: Snapshot,
    change: Change,
    hop: Hop,
    judgement: MoveJudgement | None,
    now: datetime,
) -> Passage:
    memory = accept_stage(book, snapshot.memory, hop.origin, hop.target, change.at or now)
    if hop.target != current:
        sentence = f"Stood down: the item was moved to {hop.target}, and since to {current}."
        return Passage("moved on", current, memory, hop.origin, hop.target, judgement, sentence=sentence)
    sentence = f"The item went from {hop.origin} to {hop.target}."
    if judgement is not None and judgement.verdict == "warn":
        sentence = f"The move from {hop.origin} to {hop.target} stands, with a warning: {judgement.because}"
    return Passage("entered", current, memory, hop.origin, hop.target, judgement, sentence=sentence)


def _refused(
    book: RuleBook,
    current: str,
    snapshot: Snapshot,
    change: Change,
    hop: Hop,
    judgement: MoveJudgement,
    now: datetime,
) -> Passage:
    refusal = (hop.origin, hop.target)
    known = snapshot.memory.stage == hop.origin and snapshot.memory.stage_entered_at is not None
    # The time is that of the first move we judge when nobody told when the item came where it was.
    at = snapshot.memory.stage_entered_at if known else change.at or now
    kept = replace(snapshot.memory, stage=hop.origin, stage_entered_at=at, refused=refusal)
    if hop.target != current:
        sentence = f"Stood down: the move to {hop.target} was not allowed, but the item is in {current} since."
        return Passage("moved on", current, kept, hop.origin, hop.target, judgement, sentence=sentence)
    if book.file.defaults.mode is not Mode.LIVE:
        # Nothing is put back in this mode, so the card's next move starts here.
        kept = accept_stage(book, snapshot.memory, hop.origin, hop.target, change.at or now)
        sentence = f"The move from {hop.origin} to {hop.target} would be put back: {judgement.because}"
        return Passage("refused", current, kept, hop.origin, hop.target, judgement, sentence=sentence)
    sentence = f"The move from {hop.origin} to {hop.target} is put back: {judgement.because}"
    return Passage("refused", hop.origin, kept, hop.origin, hop.target, judgement, put_back=True, sentence=sentence)
