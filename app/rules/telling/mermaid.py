"""The board as a Mermaid flowchart, which GitLab draws in any Markdown text: https://mermaid.js.org/syntax/flowchart"""

from __future__ import annotations

from collections.abc import Iterator

from app.rules.book import RuleBook
from app.rules.model import Move
from app.rules.telling.moves import is_hard
from app.rules.telling.words import listed, short


def board_mermaid(book: RuleBook) -> str:
    """The chart's text. A thick arrow has conditions, a dotted one is made with a remark of the bot."""
    names = {stage: f"s{index}" for index, stage in enumerate(book.stages)}
    lines = ["flowchart LR"]
    for stage, definition in book.stages.items():
        begin, end = ("([", "])") if definition.ends else ("[", "]")
        lines.append(f'  {names[stage]}{begin}"{_escaped(short(stage))}"{end}')
    for move in book.file.board.moves:
        lines += _arrows(move, names)
    return "\n".join([*lines, ""])


def _arrows(move: Move, names: dict[str, str]) -> Iterator[str]:
    targets = [names[one] for one in move.to if one in names]
    origins = list(names.values()) if "any" in move.from_ else [names[one] for one in move.from_ if one in names]
    for origin in origins:
        others = [one for one in targets if one != origin]
        if others:
            yield f"  {origin} {_arrow(move)} {' & '.join(others)}"


def _arrow(move: Move) -> str:
    if not is_hard(move):
        return "-.->" if move.warn else "-->"
    said = [f"only {listed(move.by, 'or')}"] if move.by else []
    said += [f"{len(move.needs)} need{'' if len(move.needs) == 1 else 's'}"] if move.needs else []
    return f'== "{_escaped(", ".join(said))}" ==>'


def _escaped(text: str) -> str:
    """Mermaid reads ``#quot;`` and the like inside quotes; ``#`` itself begins one."""
    return text.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
