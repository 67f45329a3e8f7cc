"""``./run rules``: the rule file told to people. Also makes the generated pages of it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import handlers
from app.rules.book import RuleBook
from app.rules.loading.load import load_or_raise
from app.rules.telling import sheet
from app.rules.telling.mermaid import board_mermaid
from app.rules.telling.moves import moves_markdown, moves_text
from app.rules.telling.svg import board_svg

Form = Literal["text", "markdown", "mermaid", "svg"]

_HEAD = """# What the bot does

Every rule of `{file}` as a sentence, from the top of the file to its end.
The board is drawn on [its own page](board.md). This page is made from the rule file (`./run docs`).

"""

_BOARD = """# The board

![The stages and the moves between them](board.svg)

What is grey is allowed, what is dashed is allowed and the bot remarks on it, and what is blue has needs or is for
certain people only. The rules are told [on their own page](rule-sheet.md). This page is made from the rule file
(`./run docs`).

## The stages

{tables}
## As a Mermaid chart

A thick arrow has needs or is for certain people only; with a dotted one the bot makes a remark.

```mermaid
{chart}```
"""


def tell(path: Path, form: Form) -> int:
    """Print the file in one of the forms. Raises RulesError when it can't be used as it stands."""
    print(told(path, form), end="")
    return 0


def told(path: Path, form: Form) -> str:
    """The file in one of the forms. Raises RulesError when it can't be used as it stands."""
    book = load_or_raise(path, actions=handlers.specs(), name=path.name)
    if form == "mermaid":
        return board_mermaid(book)
    if form == "svg":
        return board_svg(book)
    actions = handlers.specs()
    if form == "markdown":
        return f"{sheet.as_markdown(book, actions)}\n## The stages\n\n{moves_markdown(book)}"
    return f"{sheet.as_text(book, actions)}\n{moves_text(book)}"


def sheet_page(book: RuleBook) -> str:
    """``docs/rule-sheet.md``."""
    return _HEAD.format(file=book.path) + sheet.as_markdown(book, handlers.specs()).replace("### ", "## ")


def board_page(book: RuleBook) -> str:
    """``docs/board.md``."""
    return _BOARD.format(tables=moves_markdown(book), chart=board_mermaid(book))
