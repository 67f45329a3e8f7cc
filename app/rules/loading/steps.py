"""The ``do`` lists: each entry is one known action with settings that its own model accepts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from app.rules.actions import ActionSpec, Effects, Params
from app.rules.loading.findings import Findings
from app.rules.loading.located import Path
from app.rules.loading.sentences import explain
from app.rules.loading.suggest import did_you_mean
from app.rules.loading.tolerant import block, items, texts


@dataclass(frozen=True, slots=True)
class StepUse:
    """An entry of a ``do`` list whose settings are sound in themselves."""

    rule: Path
    path: Path
    spec: ActionSpec
    params: Params
    settings: dict[str, Any]
    """As the admin wrote them."""

    @property
    def effects(self) -> Effects:
        """What it may do to the item."""
        return self.spec.effects(self.params)

    def place_of(self, name: str) -> Path:
        """Where its settings say ``name`` (or the last part of ``folder/name``); else the entry itself."""
        at = (*self.path, self.spec.name)
        written = {text: place for place, text in texts(self.settings, at)}
        return written.get(name) or written.get(name.rpartition("/")[2]) or at


def check_steps(data: dict[str, Any], actions: Mapping[str, ActionSpec], findings: Findings) -> list[StepUse]:
    """Check every ``do`` entry; those that are sound come back.

    An action without settings (``- close:``) is put right in ``data``: it gets an empty block.
    """
    uses: list[StepUse] = []
    for rule_path, rule in items(data.get("rules"), ("rules",)):
        do = block(rule).get("do")
        if do == []:
            findings.error(
                (*rule_path, "do"), "a rule without actions does nothing", "set 'mode: off' to switch it off"
            )
        for path, entry in items(do, (*rule_path, "do")):
            uses.extend(_check_entry(rule_path, path, entry, actions, findings))
    return uses


def _check_entry(
    rule: Path, path: Path, entry: object, actions: Mapping[str, ActionSpec], findings: Findings
) -> Iterator[StepUse]:
    if not isinstance(entry, dict):
        return  # the rule's own model says so
    if len(entry) != 1:
        found = f"this one has {len(entry)}: {', '.join(entry)}" if entry else "this one is empty"
        findings.error(path, f"each entry of 'do' is one action; {found}", "begin each action with '- '")
        return
    name, settings = next(iter(entry.items()))
    if name not in actions:
        findings.error((*path, name), f"there is no action called '{name}'", did_you_mean(name, actions), key=True)
        return
    if settings is None:
        entry[name] = settings = {}
    spec = actions[name]
    try:
        params = spec.params.model_validate(settings)
    except ValidationError as error:
        explain(error, model=spec.params, at=(*path, name), data=settings, findings=findings)
        return
    yield StepUse(rule, path, spec, params, block(settings))
