"""The findings as text with colours, as JSON, and as GitLab's code-quality report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from app.checking.finding import Finding, Report, fingerprints, problems_of
from app.rules.loading.problems import Paint, render

_COLOURS = {"place": "1", "error": "1;31", "warning": "1;33", "caret": "32", "hint": "36"}
"""ANSI parameters by the roles of ``Paint``."""

_SEVERITY = {"error": "critical", "warning": "minor"}
"""GitLab's words: info, minor, major, critical, blocker."""


class Stream(Protocol):
    """Where text goes, as far as colours need to know."""

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        ...


def painter(stream: Stream, environ: Mapping[str, str]) -> Paint | None:
    """Colours for a terminal; none for a file or a pipe, with ``NO_COLOR`` (https://no-color.org) or a dumb one."""
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb" or not stream.isatty():
        return None
    return lambda role, text: f"\x1b[{_COLOURS[role]}m{text}\x1b[0m" if role in _COLOURS else text


def as_text(reports: Sequence[Report], paint: Paint | None = None) -> str:
    """Every finding with its source line, carets and story; empty if there is none."""
    return "\n".join(
        "\n".join([render(one.problem, paint=paint), *(f"    {line}" for line in _numbered(one.story))])
        for one in problems_of(reports)
    )


def verdict(report: Report) -> str:
    """One line about a file, and a line for each remark."""
    warnings = count(report.count("warning"), "warning")
    errors = report.count("error")
    if errors:
        end = "it can't be used" if not report.usable else "it must not be used as it is"
        first = f"{report.file}: {count(errors, 'error')}, {warnings}; {end}."
    else:
        first = f"{report.file}: fine. {', '.join([*report.summary, warnings])}."
    return "\n".join([first, *(f"  {remark}" for remark in report.remarks)])


def count(number: int, what: str) -> str:
    """``1 rule``, ``2 rules``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _numbered(story: Sequence[str]) -> list[str]:
    return [f"{number}. {line}" for number, line in enumerate(story, start=1)]


def as_json(reports: Sequence[Report]) -> str:
    """For programs: the files, and every finding with all that is known of it."""
    files = [
        {
            "file": one.file,
            "usable": one.usable,
            "errors": one.count("error"),
            "warnings": one.count("warning"),
            "summary": list(one.summary),
            "remarks": list(one.remarks),
        }
        for one in reports
    ]
    found = problems_of(reports)
    named = zip(found, fingerprints(found), strict=True)
    problems = [{**_fields(one), "fingerprint": fingerprint} for one, fingerprint in named]
    return json.dumps({"version": 1, "files": files, "problems": problems}, indent=2, ensure_ascii=False)


def as_gitlab(reports: Sequence[Report], root: Path) -> str:
    """A code-quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format

    GitLab wants paths from the repository's ``root``, without ``./`` before them.
    """
    found = problems_of(reports)
    named = zip(found, fingerprints(found), strict=True)
    entries = [_entry(one, fingerprint, root) for one, fingerprint in named]
    return json.dumps(entries, indent=2, ensure_ascii=False)


def _fields(finding: Finding) -> dict[str, object]:
    one = finding.problem
    return {
        "check": finding.check,
        "severity": one.severity,
        "file": one.file,
        "line": one.line,
        "column": one.column,
        "end_column": one.end,
        "path": one.path,
        "message": one.message,
        "suggestion": one.suggestion,
        "story": list(finding.story),
    }


def _entry(finding: Finding, fingerprint: str, root: Path) -> dict[str, object]:
    one = finding.problem
    said = f"{one.path}: {one.message}" if one.path else one.message
    hint = f"({one.suggestion})" if one.suggestion else ""
    return {
        "description": " ".join(filter(None, [said, hint, *_numbered(finding.story)])),
        "check_name": f"sowbot-{finding.check}",
        "fingerprint": fingerprint,
        "severity": _SEVERITY[one.severity],
        "location": {"path": _below(Path(one.file), root), "lines": {"begin": one.line}},
    }


def _below(path: Path, root: Path) -> str:
    whole = path.absolute().resolve()
    base = root.resolve()
    return (whole.relative_to(base) if whole.is_relative_to(base) else path).as_posix()
