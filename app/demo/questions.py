"""The questions table of a scoping issue, as a person fills it in: cell by cell, in the description."""

from __future__ import annotations

from collections.abc import Collection

OPEN = "to-do"
_QUESTION, _ANSWER, _EXAMPLE = 1, 2, 3
"""Cells of a row after splitting at the bars; what stands before the first bar is cell 0."""


def open_questions(description: str) -> list[str]:
    """Questions whose answer cell holds ``to-do``, in order, as they are written."""
    return [cells[_QUESTION].strip() for line in description.splitlines() if (cells := _open_row(line))]


def answer(description: str, questions: Collection[str]) -> str:
    """The description with these questions answered by their examples."""
    return "\n".join(_answered(line, questions) for line in description.splitlines()) + "\n"


def _answered(line: str, questions: Collection[str]) -> str:
    cells = _open_row(line)
    if not cells or cells[_QUESTION].strip() not in questions:
        return line
    cells[_ANSWER] = f" {cells[_EXAMPLE].strip() or 'yes'} "
    return "|".join(cells)


def _open_row(line: str) -> list[str]:
    """The cells of a row that waits for an answer; none if the line is no such row."""
    cells = line.split("|")
    return cells if len(cells) > _EXAMPLE + 1 and cells[_ANSWER].strip().casefold() == OPEN else []
