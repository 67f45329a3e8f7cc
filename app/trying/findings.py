"""Failing tests as problems of the rule file, with their place; and the loader's way of saying so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.errors import RulesError
from app.handler import Handler, Templates
from app.rules.book import RuleBook
from app.rules.loading.problems import Problem, render_all
from app.trying.tests import CaseResult, Report, run_tests


def problems_of(report: Report, *, book: RuleBook) -> tuple[Problem, ...]:
    """An error for each case that failed, at the test that it belongs to."""
    return tuple(_problem(case, book) for case in report.failed)


def refuse_failing(book: RuleBook, *, handlers: Mapping[str, Handler], templates: Templates) -> None:
    """Raises RulesError, naming each failing test, where the file's own tests do not come out right."""
    found = problems_of(run_tests(book, handlers=handlers, templates=templates), book=book)
    if found:
        raise RulesError(render_all(found), files=book.files)


def _problem(case: CaseResult, book: RuleBook) -> Problem:
    line = case.source.line
    # Problems call a file by a shorter name than its path.
    path = next((each for each in book.files if each.endswith(case.source.file)), case.source.file)
    excerpt = _line_of(Path(path), line)
    column = len(excerpt) - len(excerpt.lstrip(" -")) + 1
    message = f"the test “{case.name}” fails: {'; '.join(case.shortfalls)}"
    return Problem("error", case.source.file, line, column, len(excerpt.rstrip()) + 1, "tests", message, "", excerpt)


def _line_of(path: Path, line: int) -> str:
    """The source line; empty where the file can't be read any more (its place is told all the same)."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    return lines[line - 1] if 0 < line <= len(lines) else ""
