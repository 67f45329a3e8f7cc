"""Finding: a problem of a rule file together with the check that found it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.rules.loading.problems import Problem, order

Check = Literal["rule-file", "blueprint", "environment", "online", "verifier", "rule-tests"]
"""Which check found it; reports call it by this name."""

_LINE = re.compile(r"\bline \d+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    check: Check
    problem: Problem
    story: tuple[str, ...] = ()
    """How it comes about, event by event, where the verifier found it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of checking one file."""

    file: str
    findings: tuple[Finding, ...]
    usable: bool
    """The file can be loaded; errors of other checks leave it so."""
    summary: tuple[str, ...] = ()
    """What was looked at, in words: ``23 rules``, ``10 stages``."""
    remarks: tuple[str, ...] = field(default=())
    """What else a person should know, such as that a search was cut short."""

    def count(self, severity: str) -> int:
        """How many findings there are of ``error`` or ``warning``."""
        return sum(one.problem.severity == severity for one in self.findings)


def problems_of(reports: Iterable[Report]) -> list[Finding]:
    """All findings, in the files' order."""
    found = [one for report in reports for one in report.findings]
    return sorted(found, key=lambda one: order(one.problem))


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """A name for each finding that stays the same when lines are added above it; the second of two alike differs."""
    seen: Counter[str] = Counter()
    names = []
    for one in findings:
        problem = one.problem
        said = "\0".join(
            [one.check, problem.file, problem.excerpt.strip(), _LINE.sub("a line", problem.message), problem.severity]
        )
        seen[said] += 1
        names.append(hashlib.sha256(f"{said}\0{seen[said]}".encode()).hexdigest())
    return names
