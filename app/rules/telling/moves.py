"""The board in tables: what each stage means, who may make which move, and what the move needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.rules.book import RuleBook
from app.rules.model import ROLES, Move, Need, Otherwise, Remind, Stage
from app.rules.telling.conditions import told
from app.rules.telling.words import Quote, as_code, both, either, in_quotes, listed, plainly, sentence

FAILED: dict[Otherwise, str] = {"allow": "nothing", "warn": "the bot says so", "restore": "the card is put back"}
"""What happens when somebody else tries, or a need is not met."""

_UNLISTED: dict[Otherwise, str] = {
    "allow": "Every other move is allowed.",
    "warn": "Every other move is allowed, and the bot says that it is not foreseen.",
    "restore": "Every other move is put back.",
}

MOVES = ("From", "To", "Who", "Needs", "If not", "The bot says")
STAGES = ("Stage", "Means", "Who acts", "Reminders")


def move_rows(book: RuleBook, quote: Quote) -> Iterator[tuple[str, ...]]:
    """A row for each line of ``board.moves``."""
    for move in book.file.board.moves:
        origins = ["any stage"] if "any" in move.from_ else [quote(one) for one in move.from_]
        needs = "; ".join(need_words(need, book, quote) for need in move.needs)
        hard = bool(move.needs or move.by)
        yield (
            listed(origins, "or"),
            either(move.to, quote),
            either(move.by, quote) if move.by else "everybody",
            needs or "nothing",
            FAILED[move.otherwise] if hard else "",
            sentence(move.warn),
        )


def stage_rows(book: RuleBook, quote: Quote) -> Iterator[tuple[str, ...]]:
    """A row for each stage, left to right."""
    for stage in book.file.board.stages:
        reminders = "; ".join(_reminder(one, quote) for one in _reminders(stage))
        yield quote(stage.stage), sentence(stage.means), sentence(stage.who_acts), sentence(reminders)


def need_words(need: Need, book: RuleBook, quote: Quote) -> str:
    """What a move needs: ``the label X, if the estimate total is over 50,000``; a fact by what is to be written."""
    if need.any_of is not None:
        what = " or ".join(need_words(one, book, quote) for one in need.any_of)
    elif need.label is not None:
        what = f"the label {either(need.label, quote)}"
    elif need.without_label is not None:
        what = f"no label {quote(need.without_label)}"
    else:
        fact = book.file.facts.get(need.fact or "")
        what = fact.means if fact is not None and fact.means else plainly(need.fact or "")
    return f"{what}, if {told(need.if_, quote)}" if need.if_ is not None else what


def moves_markdown(book: RuleBook) -> str:
    """Both tables, as a section of a page."""
    return "\n".join(
        [
            *_markdown(STAGES, stage_rows(book, as_code)),
            "",
            "## Who may make which move",
            "",
            *_markdown(MOVES, move_rows(book, as_code)),
            "",
            _UNLISTED[book.file.board.unlisted],
            "",
        ]
    )


def moves_text(book: RuleBook) -> str:
    """The moves as plain text: a line for each, and what goes with it below."""
    lines = []
    for origin, to, who, needs, failed, says in move_rows(book, in_quotes):
        lines.append(f"{origin} → {to}")
        lines += [f"  by {who}"] if who != "everybody" else []
        lines += [f"  needs {needs}"] if needs != "nothing" else []
        lines += [f"  if not: {failed}"] if failed else []
        lines += [f"  the bot says: {says}"] if says else []
    return "\n".join([*lines, "", _UNLISTED[book.file.board.unlisted], ""])


def is_hard(move: Move) -> bool:
    """Whether somebody may be refused: a move of certain people, or with needs."""
    return bool(move.needs or move.by)


def _reminders(stage: Stage) -> Sequence[Remind]:
    if stage.remind is None:
        return ()
    return stage.remind if isinstance(stage.remind, list) else (stage.remind,)


def _reminder(one: Remind, quote: Quote) -> str:
    said = f"after {one.after} to {_who(one.who, quote)}"
    if one.then is not None:
        said += f", after {one.then} to {_who(one.then_who or one.who, quote)}"
    return f"{said}, unless {told(one.unless, quote)}" if one.unless is not None else said


def _who(name: str, quote: Quote) -> str:
    return f"the {name.replace('_', ' ')}" if name in ROLES else both([name], quote)


def _markdown(head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows)]
