"""Finding and Verified: what the verifier tells, and how a finding is shown as a Problem of the rule file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.domain.decision import Source
from app.rules.loading.located import Located, Path
from app.rules.loading.problems import Problem, Severity, dotted

FindingKind = Literal[
    "loop",
    "undo",
    "scope",
    "self-defeating",
    "never fires",
    "shadowed",
    "unreachable stage",
    "dead end",
    "needs never met",
    "idle reminder",
    "endless restore",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the rules do, or can never do, with the story that proves it."""

    severity: Severity
    kind: FindingKind
    path: Path
    """Where it is in the file's blocks: ``("rules", 3, "do", 0)``."""
    source: Source
    message: str
    story: tuple[str, ...] = ()
    """The counterexample, event by event; its lines are numbered when it is told. Empty where nothing ever happens."""

    def told(self, *, margin: str = "    ") -> str:
        """The story as numbered lines; empty if there is none."""
        return "\n".join(f"{margin}{number}. {line}" for number, line in enumerate(self.story, start=1))


@dataclass(frozen=True, slots=True)
class Verified:
    """All that was found, and whether everything was looked at."""

    findings: tuple[Finding, ...]
    complete: bool
    """False: the time or the number of cases ran out. What was found is real all the same."""
    note: str
    """What was looked at, and what was left out, in a sentence or two."""


def as_problem(finding: Finding, located: Located) -> Problem:
    """The finding with its line and its carets. ``located`` is the same text, read by ``read_with_included``."""
    span = located.span(finding.path)
    return Problem(
        finding.severity,
        located.name_of(span.file),
        span.line,
        span.column,
        located.end_on_line(span),
        dotted(finding.path),
        f"{finding.kind}: {finding.message}",
        excerpt=located.excerpt(span.line, span.file),
    )


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """As the file is read, each once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda one: (one.source.file, one.source.line, one.message)))
