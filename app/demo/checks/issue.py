"""The words in which the story says what must come true after an act."""

from __future__ import annotations

from collections.abc import Iterable

from app.demo.expect import Expectation
from app.demo.scene import Moment
from app.demo.text import visible
from app.demo.view import Issue, Note


def stands_in(stage: str) -> Expectation:
    """The card is in this stage, and in no other."""

    def test(moment: Moment) -> str | None:
        stages = [label for label in moment.scoping.labels if label.startswith("proposal::")]
        return None if stages == [stage] else f"{', '.join(stages) or 'no stage'}"

    return Expectation(f"the card stands in {stage}", test)


def carries(label: str) -> Expectation:
    """The scoping issue has the label."""

    def test(moment: Moment) -> str | None:
        return None if label in moment.scoping.labels else _labels(moment.scoping)

    return Expectation(f"the issue carries {label}", test)


def lacks(label: str) -> Expectation:
    """The scoping issue does not have the label."""

    def test(moment: Moment) -> str | None:
        return _labels(moment.scoping) if label in moment.scoping.labels else None

    return Expectation(f"the issue does not carry {label}", test)


def put_back(tried: str, back_to: str) -> Expectation:
    """The bot took the card out of a stage and put it back where it was, once."""

    def test(moment: Moment) -> str | None:
        issue, bot = moment.scoping, moment.scene.bot
        moves = [move for move in moment.label_moves(issue) if move.by == bot]
        restored = [move for move in moves if move.added and move.label == back_to]
        if tried in issue.labels or back_to not in issue.labels:
            return _labels(issue)
        return None if len(restored) == 1 else f"the bot put it back {len(restored)} times"

    return Expectation(f"the card is put back from {tried} to {back_to}", test)


def says(*words: str, but_not: Iterable[str] = ()) -> Expectation:
    """A note that the bot wrote or edited on the scoping issue has all these words, and none of those."""
    unwanted = tuple(but_not)

    def test(moment: Moment) -> str | None:
        return _among(moment.said(moment.scoping), words, unwanted)

    without = f", not of {_listed(unwanted)}" if unwanted else ""
    return Expectation(f"a note speaks of {_listed(words)}{without}", test)


def says_on_intake(*words: str) -> Expectation:
    """The same on the intake issue."""

    def test(moment: Moment) -> str | None:
        notes = [note for intake in moment.intakes for note in moment.said(intake)]
        return _among(notes, words, ())

    return Expectation(f"a note on the intake issue speaks of {_listed(words)}", test)


def tells(part: str) -> Expectation:
    """The bot mentions whoever plays this part."""

    def test(moment: Moment) -> str | None:
        told = moment.told()
        return None if moment.scene.cast[part].username in told else f"mentioned: {', '.join(sorted(told)) or 'nobody'}"

    return Expectation(f"the {part} is mentioned", test)


def _among(notes: list[Note], words: tuple[str, ...], unwanted: tuple[str, ...]) -> str | None:
    for note in notes:
        body = visible(note.body).casefold()
        if all(word.casefold() in body for word in words) and not any(word.casefold() in body for word in unwanted):
            return None
    return " / ".join(" ".join(visible(note.body).split())[:160] for note in notes) or "no note"


def _labels(issue: Issue) -> str:
    return ", ".join(issue.labels) or "no label"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
