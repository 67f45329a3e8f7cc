"""Problem: one thing that is wrong with a rule file, and how it is shown with its line and a row of carets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

Paint = Callable[[str, str], str]
"""Colours a piece of text by its role: ``place``, ``error``, ``warning``, ``caret`` or ``hint``."""

WIDTH = 120
"""Longer source lines are cut around the place that is meant."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. Lines and columns count from 1."""

    severity: Severity
    file: str
    line: int
    column: int
    end: int
    """The column after the last one that is meant, on the same line."""
    path: str
    """Where it is in the file's blocks: ``rules[3].do[1].label.add``; empty for the whole file."""
    message: str
    suggestion: str = ""
    """What to write or do, printed in parentheses."""
    excerpt: str = ""
    """The source line; empty where there is none, or where it holds a secret."""


def order(problem: Problem) -> tuple[str, int, int, str]:
    """Sort key: as the file is read."""
    return problem.file, problem.line, problem.column, problem.message


def render(problem: Problem, *, paint: Paint | None = None) -> str:
    """``file:line:column: error: path: message (suggestion)``, below it the source line and the carets."""
    colour = paint or (lambda _role, text: text)
    head = f"{colour('place', f'{problem.file}:{problem.line}:{problem.column}:')} "
    head += f"{colour(problem.severity, f'{problem.severity}:')} "
    head += f"{problem.path}: " if problem.path else ""
    head += problem.message + (f" {colour('hint', f'({problem.suggestion})')}" if problem.suggestion else "")
    if not problem.excerpt.strip():
        return head
    source, column, length = _window(problem)
    number = f" {problem.line} "
    margin = " " * len(number)
    carets = colour("caret", "^" * length)
    return f"{head}\n{margin}|\n{number}| {source}\n{margin}| {' ' * (column - 1)}{carets}"


def render_all(problems: Iterable[Problem], *, paint: Paint | None = None) -> str:
    """All of them, in the file's order."""
    return "\n".join(render(problem, paint=paint) for problem in sorted(problems, key=order))


def _window(problem: Problem) -> tuple[str, int, int]:
    """The part of the source line to show, the column of the first caret in it, and how many carets."""
    line = "".join(letter if letter.isprintable() else " " for letter in problem.excerpt.rstrip())
    start = max(0, problem.column - WIDTH // 2) if len(line) > WIDTH else 0
    shown = line[start : start + WIDTH]
    column = min(problem.column - start, len(shown) + 1)
    length = max(1, min(problem.end - problem.column, len(shown) + 1 - column))
    return shown, column, length


def dotted(path: Iterable[str | int]) -> str:
    """``("rules", 3, "do")`` as ``rules[3].do``; keys that are no plain words as ``labels['TA::Approved']``."""
    written = ""
    for part in path:
        if isinstance(part, str) and part.replace("-", "_").isidentifier():
            written += f".{part}" if written else part
        else:
            written += f"[{part!r}]"
    return written
