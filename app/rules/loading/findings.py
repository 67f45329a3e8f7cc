"""Findings: where every check of the rule file puts what it found, by the path in the data."""

from __future__ import annotations

from dataclasses import replace

from app.rules.loading.located import Located, Path
from app.rules.loading.problems import Problem, Severity, dotted


class Findings:
    """Collects problems of one file; the same thing found twice at one place is kept once.

    A block that several places share by a YAML anchor is written once, so its fault is told once.
    """

    def __init__(self, located: Located) -> None:
        self.located = located
        self._found: dict[Problem, Problem] = {}
        for problem in located.problems:
            self._keep(problem)

    def error(self, path: Path, message: str, suggestion: str = "", *, key: bool = False, secret: bool = False) -> None:
        """The file can't be used. ``key`` points at the key instead of its value, ``secret`` shows no source line."""
        self._add("error", path, message, suggestion, key=key, secret=secret)

    def warning(self, path: Path, message: str, suggestion: str = "", *, key: bool = False) -> None:
        """The file can be used, but an admin probably meant something else."""
        self._add("warning", path, message, suggestion, key=key, secret=False)

    def line(self, path: Path) -> int:
        """The line on which ``path`` begins."""
        return self.located.span(path, key=True).line

    def where(self, path: Path) -> str:
        """``line 12``, with the file's name where there are several."""
        span = self.located.span(path, key=True)
        return f"line {span.line}" + (f" of {self.located.name_of(span.file)}" if self.located.included else "")

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found so far, as the file is read."""
        return tuple(sorted(self._found.values(), key=lambda one: (*self._place(one), one.severity, one.message)))

    def _place(self, problem: Problem) -> tuple[int, int, int]:
        """Files in the order in which they are read; one that could not be read comes last."""
        names = [self.located.name, *(name for name, _ in self.located.included)]
        order = names.index(problem.file) if problem.file in names else len(names)
        return order, problem.line, problem.column

    @property
    def errors(self) -> bool:
        """Whether anything forbids using the file."""
        return any(problem.severity == "error" for problem in self._found)

    def _add(self, severity: Severity, path: Path, message: str, suggestion: str, *, key: bool, secret: bool) -> None:
        span = self.located.span(path, key=key)
        excerpt = "" if secret else self.located.excerpt(span.line, span.file)
        end = self.located.end_on_line(span)
        name = self.located.name_of(span.file)
        self._keep(Problem(severity, name, span.line, span.column, end, dotted(path), message, suggestion, excerpt))

    def _keep(self, problem: Problem) -> None:
        self._found.setdefault(replace(problem, path=""), problem)
