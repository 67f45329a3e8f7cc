"""The SSOT tables of the services asked for, with the answers that the form brought; ``to-do`` where it brought none.

The tables stand in ``templates/scoping/``, one file for each service: its ``title`` is the table's heading, and each
row holds question, response, example and rationale. Nothing that was answered is lost: an answer whose question no row
asks gets a row of its own at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.gitlab.escape import Safe, inline
from app.handler import Templates

FOLDER = "scoping"
GENERAL = "general_discovery"
"""What is asked where the form names no service."""
OPEN = "to-do"
_HEAD = "| Question | Customer Response | Example response | Rationale for asking |\n| --- | --- | --- | --- |"
_QUESTION, _RESPONSE = 1, 2
"""Cells of a row after splitting at its bars."""

Answers = Mapping[str, Mapping[str, str]]
"""By service and question."""


def services_of(names: Iterable[str]) -> list[str]:
    """The services that have a table, of all templates' names."""
    return sorted(name.partition("/")[2] for name in names if name.startswith(f"{FOLDER}/"))


def title_of(templates: Templates, service: str) -> str:
    """What people call the service."""
    return str(templates.render(f"{FOLDER}/{service}", {}).meta.get("title") or service)


def tables(templates: Templates, services: Sequence[str], answers: Answers) -> Safe:
    """The tables, each below its heading, as Markdown in which no answer can act."""
    asked = list(dict.fromkeys([*services, *answers])) or [GENERAL]
    parts: list[str] = []
    left: list[tuple[str, str]] = []
    for service in asked:
        rendered = templates.render(f"{FOLDER}/{service}", {})
        given = {question: said for question, said in answers.get(service, {}).items() if _is_answer(said)}
        text, unasked = _filled(rendered.body, given)
        parts.append(f"### {rendered.meta.get('title') or service}\n\n{text.strip()}")
        left += unasked
    if left:
        rows = "\n".join(f"| {inline(question)} | {inline(said)} | | |" for question, said in left)
        parts.append(f"### Also answered\n\n{_HEAD}\n{rows}")
    return Safe("\n\n".join(parts))


def _filled(body: str, given: Mapping[str, str]) -> tuple[str, list[tuple[str, str]]]:
    """The body with its rows answered, and the answers to questions that no row asks."""
    wanted = {_plain(question): (question, said) for question, said in given.items()}
    lines = [_answered(line, wanted) for line in body.splitlines()]
    return "\n".join(lines), list(wanted.values())


def _answered(line: str, wanted: dict[str, tuple[str, str]]) -> str:
    cells = line.split("|")
    if len(cells) <= _RESPONSE + 1 or cells[_RESPONSE].strip() != OPEN:
        return line
    question = cells[_QUESTION]
    for key in (_plain(question), _plain(question.partition("(")[0])):
        if key in wanted:
            cells[_RESPONSE] = f" {inline(wanted.pop(key)[1])} "
            break
    return "|".join(cells)


def _is_answer(said: str) -> bool:
    return said.strip().casefold() not in ("", OPEN)


def _plain(question: str) -> str:
    """For comparing: without emphasis, marks at the end, case and spare blanks."""
    return " ".join(question.replace("*", " ").casefold().split()).rstrip(" ?:.")
