"""Moves: may this card go from here to there, what is missing, and what the bot shall do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.decision import Source
from app.domain.item import Person
from app.rules.book import RuleBook
from app.rules.deciding.conditions import among, carried, check
from app.rules.deciding.view import View
from app.rules.model import Move, Need, Otherwise
from app.rules.reading.approvals import counts, filed
from app.rules.reading.fact_tests import fact_words, open_rows
from app.rules.reading.facts import is_readable


@dataclass(frozen=True, slots=True)
class Unmet:
    """One thing that a move needs and that is not so."""

    what: str
    """What to do, for the person whose card it is."""
    because: str = ""


@dataclass(frozen=True, slots=True)
class MoveJudgement:
    """What the rule file says of one move."""

    legal: bool
    verdict: Otherwise
    """allow, warn (it stands, and the bot says so) or restore (the card goes back)."""
    source: Source
    because: str
    unmet: tuple[Unmet, ...] = ()


AGAIN = "You moved it again, so it stays; this is recorded."


def judge_move(
    book: RuleBook, view: View, origin: str, target: str, actor: Person | None, *, repeated: bool = False
) -> MoveJudgement:
    """Judge one move by the first line of ``board.moves`` that allows it, else by the first that speaks of it.

    ``repeated``: the bot put this very move back, and a person makes it again. Then the person's hand outranks the
    rule and the move stands with a warning; not so where the rule file says who may make it, because that is an
    approval and no insistence replaces it.
    """
    judged = [
        (move, _judge_line(book, view, index, move, target, actor))
        for index, move in book.moves_between(origin, target)
    ]
    if not judged:
        judgement, guarded = _unlisted(book, origin, target), _guarded(book, view, target, actor)
    else:
        move, judgement = next((pair for pair in judged if pair[1].legal), judged[0])
        guarded = move.by is not None
    if judgement.verdict == "restore" and repeated and not guarded:
        return MoveJudgement(False, "warn", judgement.source, f"{judgement.because} {AGAIN}", judgement.unmet)
    return judgement


def _in_words(lists: Iterable[str]) -> str:
    """``ps leadership or deal desk``: list names are made for the rule file, not for people."""
    return " or ".join(name.replace("_", " ") for name in lists)


def _judge_line(book: RuleBook, view: View, index: int, move: Move, target: str, actor: Person | None) -> MoveJudgement:
    source = book.source(f"board.moves.{index}")
    entitled = True if move.by is None else _entitled(move.by, actor, view)
    unmet = tuple(found for need in move.needs for found in _unmet(need, view))
    if entitled is False:
        who = _in_words(move.by or ())
        unmet = (Unmet(f"Only {who} may make this move: ask one of them to make it.", move.because), *unmet)
    elif (approval := _approval_lacks(book, view, target, actor)) is not None:
        unmet = (approval, *unmet)
    if unmet:
        return MoveJudgement(False, move.otherwise, source, move.because or _first_reason(unmet), unmet)
    if entitled is None:
        who = _in_words(move.by or ())
        doubt = f"Only {who} may make this move, but that list is empty or can't be read: nobody could be checked."
        return MoveJudgement(False, "warn", source, doubt)
    if move.warn:
        return MoveJudgement(True, "warn", source, move.warn)
    return MoveJudgement(True, "allow", source, move.because or "The board allows this move.")


def _entitled(people: Iterable[str], actor: Person | None, view: View) -> bool | None:
    """Whether the actor may; None where no list says who could. An actor nobody knows may not."""
    lists = [name for name in people if view.book.members.get(name)]
    if actor is not None and among(lists, (actor.username,), view):
        return True
    return False if lists == list(people) else None


def _approval_lacks(book: RuleBook, view: View, target: str, actor: Person | None) -> Unmet | None:
    """What a move into an approved stage lacks besides the mover's own right: enough people, and other ones."""
    approval = next((one for one in book.file.approvals if one.label == target), None)
    if approval is None or actor is None:
        return None
    if approval.not_by_author and filed(actor.username, view.author, view.facts):
        return Unmet("Whoever filed the request does not approve it: ask somebody else who may.")
    others = {one.by.casefold() for one in view.approvals if one.label == target and counts(one)} - {
        actor.username.casefold()
    }
    if len(others) + 1 < approval.quorum:
        has = f"it has {len(others)} besides yours"
        return Unmet(f"It takes {approval.quorum} people's approval, and {has}: ask the others for theirs first.")
    return None


def _guarded(book: RuleBook, view: View, target: str, actor: Person | None) -> bool:
    """Whether other ways into the stage are kept for people of whom the actor is none."""
    lists = [name for move in book.file.board.moves if target in move.to for name in move.by or ()]
    return bool(lists) and _entitled(lists, actor, view) is False


def _unlisted(book: RuleBook, origin: str, target: str) -> MoveJudgement:
    ways = [stage for stage in book.stages if stage != origin and any(True for _ in book.moves_between(origin, stage))]
    where = f"From {origin} a card goes to {_listed(ways)}." if ways else f"No move leads out of {origin}."
    because = f"The board has no move from {origin} to {target}. {where}"
    return MoveJudgement(False, book.file.board.unlisted, book.source("board.moves"), because)


def _unmet(need: Need, view: View) -> list[Unmet]:
    """What is missing of one need; nothing when it is met or its condition does not hold.

    A condition that can't be known (an amount that nobody can read) holds: the person is asked.
    """
    if need.if_ is not None and check(need.if_, view).holds is False:
        return []
    what = _missing(need, view)
    return [Unmet(what, need.because)] if what else []


def _missing(need: Need, view: View) -> str:
    """What to do so that the need is met; empty if it is."""
    if need.any_of is not None:
        ways = [_missing(one, view) for one in need.any_of]
        return "" if "" in ways else " Or: ".join(ways)
    if need.label is not None:
        if any(carried(name, view) for name in need.label):
            return ""
        names = " or ".join(f"'{name}'" for name in need.label)
        return f"It needs the label {names}."
    if need.without_label is not None:
        label = carried(need.without_label, view)
        return f"The label '{label}' has to be off it." if label else ""
    return _missing_fact(need.fact or "", view)


def _missing_fact(name: str, view: View) -> str:
    value = (view.facts or {}).get(name)
    definition = view.book.file.facts.get(name)
    means = definition.means if definition and definition.means else name.replace("_", " ")
    rows = open_rows(value, required=True)
    if rows:
        return f"Answer {len(rows)} {'row' if len(rows) == 1 else 'rows'} of {means}: {'; '.join(rows)}."
    if is_readable(value):
        return ""
    if value is None:
        return f"Add {means}."
    return f"Write {means} so that it can be understood; '{fact_words(value)}' can't."


def _first_reason(unmet: tuple[Unmet, ...]) -> str:
    return next((one.because for one in unmet if one.because), unmet[0].what)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
