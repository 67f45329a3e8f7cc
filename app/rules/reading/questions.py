"""The questions table (SSOT): which rows are there, which have no answer, and which of those must have one."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST_QUESTION = 200
_BOLD_LINE = 7
"""Depth of a heading that is only a bold line: below all real ones."""


class QuestionsReader:
    """Takes a text's visible lines one by one and collects the tables below one heading."""

    def __init__(self, heading: str, unanswered: str) -> None:
        self._heading = _plain(heading)
        self._blank = {"", unanswered.strip().casefold()}
        if "to-do" in self._blank:
            self._blank |= {"todo", "to do", "tbd", "tba", "?"}
        self._depth = 0
        """Depth of the heading that we are below; 0: not below it."""
        self._header: list[str] | None = None
        """A table row that may turn out to be a header."""
        self._answer_at: int | None = None
        """Column of the answers, inside a table that counts."""
        self._rows: list[tuple[str, bool, bool]] = []
        """Question, whether it is bold, whether it is answered."""
        self._found = False

    def take(self, line: str) -> None:
        """Look at the next line."""
        row = line.strip()
        if "|" in row:
            self._take_row(_cells(row))
            return
        self._header = self._answer_at = None
        depth, words = _heading(row)
        if depth and words == self._heading:
            self._depth = depth
        elif depth and self._depth and depth <= self._depth:
            self._depth = 0

    def value(self) -> dict[str, object] | None:
        """What was found, or None if there was no such table."""
        if not self._found:
            return None
        return {
            "rows": len(self._rows),
            "open": [question for question, _, answered in self._rows if not answered],
            "answered": [question for question, _, answered in self._rows if answered],
            "open_required": [question for question, bold, answered in self._rows if bold and not answered],
        }

    def _take_row(self, cells: list[str]) -> None:
        if self._answer_at is not None:
            self._take_answer(cells, self._answer_at)
        elif self._header is not None and _is_rule(cells):
            if self._depth or _plain(self._header[0]) == self._heading:
                self._answer_at = _answer_column(self._header)
                self._found = True
            self._header = None
        else:
            self._header = cells

    def _take_answer(self, cells: list[str], answer_at: int) -> None:
        question = cells[0]
        name = question.replace("**", "").replace("`", "").strip(" *_")[:_LONGEST_QUESTION]
        if not name:
            return
        answer = cells[answer_at] if answer_at < len(cells) else ""
        answered = answer.strip(" \t*_`~.…").casefold() not in self._blank
        bold = _is_bold(question)
        self._rows.append((name, bold, answered))


def _is_bold(question: str) -> bool:
    """Whether the question stands in bold: all of it, or all but a remark in brackets after it."""
    mark = question[:2]
    if mark not in ("**", "__"):
        return False
    words, end, rest = question[2:].partition(mark)
    rest = rest.strip(" :?.")
    return bool(end and words.strip()) and (not rest or rest.startswith("("))


def _cells(row: str) -> list[str]:
    """The cells of a table row; ``\\|`` is a bar inside a cell."""
    inner = row.removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    cells = inner.replace("\\|", "\0").split("|")
    return [cell.replace("\0", "|").strip() for cell in cells]


def _is_rule(cells: Iterable[str]) -> bool:
    return all(cell and not cell.strip(":-") and "-" in cell for cell in cells)


def _answer_column(header: list[str]) -> int:
    for index, cell in enumerate(header):
        words = _plain(cell)
        if index and ("response" in words or "answer" in words) and "example" not in words:
            return index
    return 1


def _heading(line: str) -> tuple[int, str]:
    """Depth (0: none) and words of a heading."""
    if line.startswith("#"):
        words = line.lstrip("#")
        depth = len(line) - len(words)
        return (depth, _plain(words)) if depth <= 6 and words[:1] in (" ", "\t") else (0, "")
    if line.startswith("**") and line.rstrip(" :").endswith("**") and len(line) > 4:
        return _BOLD_LINE, _plain(line)
    return 0, ""


def _plain(text: str) -> str:
    return " ".join(text.replace("*", " ").replace("`", " ").casefold().split()).strip(" :#_")
