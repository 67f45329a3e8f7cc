"""Tests of facts: only numbers are over or under something, only tables are complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from app.rules.loading.checks.uses import ACTOR_ROLES, conditions, people_facts
from app.rules.loading.findings import Findings
from app.rules.loading.located import Path
from app.rules.loading.steps import StepUse
from app.rules.loading.suggest import did_you_mean
from app.rules.loading.tolerant import below, block, names


def check_facts(data: dict[str, Any], steps: Iterable[StepUse], findings: Findings) -> None:
    """Report tests that can never hold, because the fact is of another kind, and dates that are none."""
    defined = block(data.get("facts"))
    for step in steps:
        for name in step.spec.dates(step.params):
            if name in defined and block(defined[name]).get("date") is not True:
                hint = "say 'date: true' where it is defined"
                findings.error(step.place_of(name), f"the fact '{name}' is not read as a date", hint)
    for name in block(data.get("people")):
        if name in (*ACTOR_ROLES, *people_facts(data)):
            what = "a fact that names people" if name in defined else "a role on the issue"
            findings.error(("people", name), f"'{name}' is {what}: 'actor' could not tell the two apart", key=True)
    for path, test in _tests(data):
        fact = block(defined.get(str(test.get("name"))))
        if fact:
            _check_number(test, fact, path, findings)
            _check_choice(test, fact, path, findings)
    for _, path, condition in conditions(data):
        for key in ("complete", "incomplete"):
            for place, name in names(below(condition, "facts", key), (*path, "facts", key)):
                if name in defined and "table" not in block(defined[name]):
                    findings.error(place, f"the fact '{name}' is no table", "write present or missing instead")


def _tests(data: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for _, path, condition in conditions(data):
        if test := block(condition.get("fact")):
            yield (*path, "fact"), test


def _check_number(test: dict[str, Any], fact: dict[str, Any], path: Path, findings: Findings) -> None:
    if "money" in fact or fact.get("number") is True:
        return
    for key in ("over", "under"):
        if key in test:
            hint = "say 'money: USD' or 'number: true' where it is defined"
            findings.error((*path, key), f"the fact '{test['name']}' is not read as a number", hint, key=True)


def _check_choice(test: dict[str, Any], fact: dict[str, Any], path: Path, findings: Findings) -> None:
    choices = [text for _, text in names(fact.get("one_of"), ())]
    for key in ("equals", "is"):
        wanted = test.get(key)
        if choices and isinstance(wanted, str) and wanted.casefold() not in {one.casefold() for one in choices}:
            hint = did_you_mean(wanted, choices)
            findings.error((*path, key), f"the fact '{test['name']}' can't be '{wanted}'", hint)
