"""Templates: those that rules and the board use exist and use only variables that they are given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Any

from app.rules.loading.checks.known import Known
from app.rules.loading.checks.uses import Kind
from app.rules.loading.findings import Findings
from app.rules.loading.located import Path
from app.rules.loading.steps import StepUse
from app.rules.loading.suggest import did_you_mean
from app.rules.loading.templates_index import TemplateIndex
from app.rules.loading.tolerant import below, block, items

OF_THE_BOARD: dict[str, tuple[str, ...]] = {
    "comment/move_refused": ("origin", "target", "unmet", "because", "mention"),
    "comment/move_warned": ("origin", "target", "unmet", "because", "mention"),
    "comment/label_respelt": ("swapped",),
    "comment/reminder": ("who", "says", "stage", "since"),
}
"""What the board itself posts, and the variables it gives: see ``decide.py``."""

OF_ACTIONS: dict[str, tuple[str, ...]] = {
    "comment/not_posted": ("message",),
    "comment/help": ("asked", "not_now", "me"),
    "comment/why": ("rule_asked", "near", "did", "did.*", "since", "since.*", "kept", "kept.*"),
    "comment/undone": ("plan", "plan.*", "lines"),
    "comment/retried": ("outcome", "failed"),
    "comment/time_not_read": ("said", "examples"),
    "comment/acceptance_sent": ("sent", "last_day", "days", "who", "fields"),
    "comment/approval_recorded": ("approval", "title", "details", "is_stage", "there", "of", "given", "quorum"),
    "comment/changes_wanted": ("approval", "title", "details", "is_stage", "there", "of", "given", "quorum"),
    "comment/approval_not_by_author": ("approval", "title", "details"),
    "comment/approvals_void": ("approval", "title", "approvers", "reasons", "is_stage"),
}
"""What actions post of their own accord, and the variables they give."""

OF_COMMANDS: dict[str, tuple[str, ...]] = {
    "comment/command_not_done": ("mention", "said", "problem", "suggestion", "who", "reason", "known", "board"),
}
"""What it posts besides where rules answer commands."""

_BOARD: Path = ("board",)

_DEFINED: dict[str, Kind] = {"facts.*": "fact", "shown.*": "fact", "people.*": "people", "stages.*": "stage"}
"""Which names of the rule file a name of the context stands for."""


def check_templates(
    steps: Iterable[StepUse],
    known: Known,
    index: TemplateIndex,
    context_names: Set[str],
    findings: Findings,
    *,
    answers: bool,
) -> None:
    """Report missing and faulty templates where they are named. ``context_names`` is what every template knows.

    ``answers``: some rule answers a command.
    """
    there = set(index.names())
    given_to_all = _spell_out(context_names, known)
    uses: dict[str, list[tuple[Path, Set[str]]]] = {}
    for name, variables in {**OF_THE_BOARD, **(OF_COMMANDS if answers else {})}.items():
        uses.setdefault(name, []).append((_BOARD, given_to_all | set(variables)))
    for step in steps:
        own = {*block(step.settings.get("with")), *step.spec.gives}
        given = set() if step.spec.gives_only else given_to_all
        for name in step.spec.templates(step.params):
            uses.setdefault(name, []).append((step.place_of(name), given | {*own, *OF_ACTIONS.get(name, ())}))
    for name, places in uses.items():
        if name in there:
            _check(name, places, index, findings)
        else:
            for path, _ in places:
                _missing(name, path, there, findings)


def answers_commands(data: dict[str, Any]) -> bool:
    """Whether some rule answers a command that it names."""
    return any(below(rule, "when", "command") is not None for _, rule in items(data.get("rules"), ("rules",)))


def _spell_out(context_names: Set[str], known: Known) -> set[str]:
    """``facts.*`` and the like as the names that the file defines, so that a misspelt one is found."""
    names: set[str] = set()
    for name in context_names:
        kind = _DEFINED.get(name)
        folder = name.removesuffix("*")
        names |= {name} if kind is None else {f"{folder}{one}" for one in known.names[kind]}
        if kind == "fact":  # a table is a fact of several parts
            names |= {f"{folder}{one}.*" for one in known.names[kind]}
    return names


def _missing(name: str, path: Path, there: set[str], findings: Findings) -> None:
    folder, _, own = name.partition("/")
    beside = [one.partition("/")[2] for one in there if one.startswith(f"{folder}/")]
    near = did_you_mean(own, sorted(beside), else_list=False)
    at_key = path == _BOARD
    message = f"there is no template templates/{name}.md"
    findings.error(path, message + (", which the board posts" if at_key else ""), near, key=at_key)


def _check(name: str, places: Sequence[tuple[Path, Set[str]]], index: TemplateIndex, findings: Findings) -> None:
    """What is wrong wherever it is used is the template's own fault, and told once; else each use is told of."""
    found: dict[str, list[Path]] = {}
    for path, variables in places:
        for problem in index.problems(name, variables):
            found.setdefault(str(problem), []).append(path)
    for problem, paths in found.items():
        everywhere = len(places) > 1 and len(paths) == len(places)
        for path in paths[:1] if everywhere else paths:
            hint = f"so it is in all {len(places)} places that use it" if everywhere else ""
            findings.error(path, f"templates/{name}.md: {problem}", hint, key=path == _BOARD)
