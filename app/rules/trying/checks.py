"""Checks of ``tests:``: unknown keys, stages, labels, people and rules, each with its place and a suggestion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from app.rules.loading.checks.known import Known
from app.rules.loading.checks.names import check_names
from app.rules.loading.checks.uses import Kind, Use
from app.rules.loading.findings import Findings
from app.rules.loading.located import Path
from app.rules.loading.sentences import explain
from app.rules.loading.suggest import did_you_mean
from app.rules.loading.tolerant import below, block, items, names
from app.rules.trying.written import UNCHANGED, WrittenTest


def check_tests(data: dict[str, Any], known: Known, findings: Findings) -> None:
    """Report what is wrong with the tests as they are written. What they come to is for the runner to find."""
    rules, digests = _named(data, "rules"), _named(data, "digests")
    first: dict[str, int] = {}
    for path, test in items(data.get("tests"), ("tests",)):
        if not isinstance(test, dict):
            continue  # the file's own model says so
        if all(key in test for key in ("name", "when", "then")):
            _check_form(test, path, findings)
        check_names(_names_in(test, path), known, findings)
        _check_rules(test, path, rules, findings)
        _check_digest(test, path, digests, findings)
        name = test.get("name")
        if isinstance(name, str) and first.setdefault(name, findings.line(path)) != findings.line(path):
            findings.error((*path, "name"), f"the test '{name}' is there twice (first on line {first[name]})")


def _named(data: dict[str, Any], kind: str) -> list[str]:
    return [name for _, one in items(data.get(kind), (kind,)) if isinstance(name := below(one, "name"), str)]


def _check_form(test: dict[str, Any], path: Path, findings: Findings) -> None:
    try:
        WrittenTest.model_validate(test)
    except ValidationError as error:
        explain(error, model=WrittenTest, at=path, data=test, findings=findings)


def _names_in(test: dict[str, Any], path: Path) -> Iterator[Use]:
    then = block(test.get("then"))
    yield from names_in_given(block(test.get("given")), (*path, "given"))
    yield from _in_deed(test.get("when"), (*path, "when"))
    at: Path = (*path, "then")
    if then.get("stage") != UNCHANGED:
        yield from _uses("stage", then.get("stage"), (*at, "stage"))
    for key in ("all", "any", "none"):
        yield from _uses("label", below(then, "labels", key), (*at, "labels", key))
    yield from _uses("channel", then.get("notify"), (*at, "notify"))


def names_in_given(given: dict[str, Any], at: Path) -> Iterator[Use]:
    """What the description of an issue names."""
    yield from _uses("stage", given.get("stage"), (*at, "stage"))
    yield from _uses("label", given.get("labels"), (*at, "labels"), old=True)
    yield from _uses("project", given.get("project"), (*at, "project"))
    for name in block(given.get("people")):
        yield Use("people", name, (*at, "people", name), at_key=True)
    for place, deed in items(given.get("happened"), (*at, "happened")):
        yield from _in_deed(deed, place)


def _in_deed(deed: object, path: Path) -> Iterator[Use]:
    yield from _uses("stage", below(deed, "move_to"), (*path, "move_to"))
    for key in ("add_label", "remove_label"):
        yield from _uses("label", below(deed, key), (*path, key), old=True)


def _uses(kind: Kind, value: object, path: Path, *, old: bool = False) -> Iterator[Use]:
    """``old``: people write labels in old forms, and a test may show what comes of it."""
    for place, name in names(value, path):
        yield Use(kind, name, place, old_form_allowed=old)


def _check_rules(test: dict[str, Any], path: Path, rules: list[str], findings: Findings) -> None:
    for key in ("rules", "not_rules"):
        for place, name in names(below(test, "then", key), (*path, "then", key)):
            if name not in rules:
                findings.error(place, f"there is no rule called '{name}'", did_you_mean(name, rules))


def _check_digest(test: dict[str, Any], path: Path, digests: list[str], findings: Findings) -> None:
    name = below(test, "when", "digest")
    if isinstance(name, str) and name not in digests:
        findings.error((*path, "when", "digest"), f"there is no digest called '{name}'", did_you_mean(name, digests))
