"""Definitions that nothing uses: allowed, but often a typing error somewhere else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.rules.loading.checks.known import fits
from app.rules.loading.checks.uses import Kind
from app.rules.loading.findings import Findings
from app.rules.loading.steps import StepUse
from app.rules.loading.tolerant import block, texts


def check_unused(data: dict[str, Any], steps: Iterable[StepUse], wanting: frozenset[Kind], findings: Findings) -> None:
    """Warn of labels and people lists that are named nowhere else, unless a misspelt name may have meant them."""
    if "label" not in wanting:
        _check_labels(data, steps, findings)
    if "people" not in wanting:
        _check_people(data, findings)


def _check_labels(data: dict[str, Any], steps: Iterable[StepUse], findings: Findings) -> None:
    effects = [step.effects for step in steps]
    named = {text for _, text in texts({key: part for key, part in data.items() if key != "labels"})}
    named |= {label for one in effects for label in one.adds | one.removes if label is not None}
    families = {name for name in named if name.endswith("*")}
    for title in block(data.get("labels")):
        if title not in named and not fits(title, families) and "*" not in title:
            findings.warning(("labels", title), f"the label '{title}' is used nowhere", key=True)


def _check_people(data: dict[str, Any], findings: Findings) -> None:
    elsewhere = {text for _, text in texts({key: part for key, part in data.items() if key != "people"})}
    for name in block(data.get("people")):
        if name not in elsewhere:
            findings.warning(("people", name), f"the people list '{name}' is used nowhere", key=True)
