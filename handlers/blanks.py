"""Blanks: which fields of an issue's tables nobody has filled in yet."""

from __future__ import annotations

from app.rules.reading.visible import visible_lines

OPEN = "to-do"
_LONGEST = 120
MOST = 60


def blank_fields(description: str) -> list[str]:
    """``Heading: field`` for each row of a table in which a cell holds ``to-do``, in order; of one with several columns
    also which. Unfinished tasks (``- [ ]``) are no blanks: somebody ticks them when their time comes."""
    found: list[str] = []
    heading, header = "", list[str]()
    for line in visible_lines(description):
        row = line.strip()
        if row.startswith("#"):
            heading, header = row.strip("# ").strip(), []
        elif not row.startswith("|"):
            header = []
        else:
            cells = [cell.strip() for cell in row.strip("|").split("|")]
            if not header:
                header = cells
            elif field := _blank(cells, header):
                found.append(f"{heading}: {field}"[:_LONGEST] if heading else field[:_LONGEST])
    return found[:MOST]


def _blank(cells: list[str], header: list[str]) -> str:
    """The row's name if one of its cells is blank, with the columns' names where only some of several are."""
    name = cells[0].strip("*_` ")
    open_ = [index for index, cell in enumerate(cells[1:], start=1) if cell.strip("*_`").casefold() == OPEN]
    if not name or not open_:
        return ""
    if len(cells) <= 2 or len(open_) == len(cells) - 1:
        return name
    columns = [header[index].strip("*_` ").lower() for index in open_ if index < len(header)]
    return f"{name} ({', '.join(columns)})"
