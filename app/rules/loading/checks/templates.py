"""Templates: those that rules and the board use exist and use only variables that they are given."""

from __future__ import annotations

from collections.abc import Iterable, Set

from app.rules.loading.checks.known import Known
from app.rules.loading.checks.uses import Kind
from app.rules.loading.findings import Findings
from app.rules.loading.located import Path
from app.rules.loading.steps import StepUse
from app.rules.loading.suggest import did_you_mean
from app.rules.loading.templates_index import TemplateIndex
from app.rules.loading.tolerant import block

OF_THE_BOARD: dict[str, tuple[str, ...]] = {
    "comment/move_refused": ("origin", "target", "unmet", "because", "mention"),
    "comment/move_warned": ("origin", "target", "unmet", "because", "mention"),
    "comment/reminder": ("who", "says", "stage", "since"),
}
"""What the board itself posts, and the variables it gives: see ``decide.py``."""

OF_ACTIONS: dict[str, tuple[str, ...]] = {"comment/not_posted": ("message",)}
"""What actions post of their own accord, and the variables they give."""

_DEFINED: dict[str, Kind] = {"facts.*": "fact", "shown.*": "fact", "people.*": "people", "stages.*": "stage"}
"""Which names of the rule file a name of the context stands for."""


def check_templates(
    steps: Iterable[StepUse], known: Known, index: TemplateIndex, context_names: Set[str], findings: Findings
) -> None:
    """Report missing and faulty templates where they are named. ``context_names`` is what every template knows."""
    there = set(index.names())
    given = _spell_out(context_names, known)
    for name, own in OF_THE_BOARD.items():
        _check(name, given | set(own), ("board",), there, index, findings)
    for step in steps:
        own = tuple(block(step.settings.get("with")))
        for name in step.spec.templates(step.params):
            _check(name, given | {*own, *OF_ACTIONS.get(name, ())}, step.place_of(name), there, index, findings)


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


def _check(
    name: str, variables: Set[str], path: Path, there: set[str], index: TemplateIndex, findings: Findings
) -> None:
    at_key = path == ("board",)
    if name not in there:
        folder, _, own = name.partition("/")
        beside = [one.partition("/")[2] for one in there if one.startswith(f"{folder}/")]
        near = did_you_mean(own, sorted(beside), else_list=False)
        message = f"there is no template templates/{name}.md"
        findings.error(path, message + (", which the board posts" if at_key else ""), near, key=at_key)
        return
    for problem in index.problems(name, variables):
        findings.error(path, f"templates/{name}.md: {problem}", key=at_key)
