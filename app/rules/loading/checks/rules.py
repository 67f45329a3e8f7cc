"""Rules: names, events and their keys, depth of conditions, and what a rule may never do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from app.rules.loading.checks.uses import approvals_named, conditions
from app.rules.loading.findings import Findings
from app.rules.loading.located import Path
from app.rules.loading.steps import StepUse
from app.rules.loading.tolerant import below, block, items, names
from app.rules.model import Event

MAX_DEPTH = 3

RESTORES = "restore_stage"
"""The one action that may bring an approved stage back: a person approved it before."""

_EVENTS = frozenset(get_args(Event))

_GOES_WITH = {
    "label": ("label added", "label removed"),
    "unknown": ("label added", "label removed"),
    "text": ("comment", "comment edited"),
    "from": ("stage entered", "move refused", "move warned"),
    "to": ("stage left", "move refused", "move warned"),
    "timer": ("timer",),
    "command": ("command",),
    "emoji": ("emoji", "emoji taken back"),
    "approval": ("approval void",),
    "deal": ("deal event",),
    "deal_stage": ("deal event",),
    "at": ("schedule",),
}
"""Keys of ``when`` that only some events know."""

_INSTEAD = {
    "label": "for labels that the issue carries, write labels: {any: […]}",
    "unknown": "",
    "text": "",
    "from": "for the stage that it is in, write stage: …",
    "to": "for the stage that it is in, write stage: …",
    "timer": "",
    "command": "",
    "emoji": "",
    "approval": "",
    "deal": "",
    "deal_stage": "",
    "at": "",
}

_NOBODY = ("timer", "schedule", "deal event")
"""Events that nobody on GitLab does."""

_NEVER_OWN = (*_NOBODY, "move refused", "move warned")
"""Events that come from the bot itself or the board anyway: ``also_own_changes`` changes nothing about them."""


def check_rules(data: dict[str, Any], steps: Iterable[StepUse], findings: Findings) -> None:
    """Report what is wrong with rules taken one by one."""
    _check_unique(data, findings)
    for depth, path, _ in conditions(data):
        if depth == MAX_DEPTH + 1:
            message = f"any_of, all_of and not may be nested {MAX_DEPTH} deep, no deeper"
            findings.error(path, message, "split the rule in two")
    speaking = {step.rule for step in steps if step.effects.speaks}
    for path, rule in items(data.get("rules"), ("rules",)):
        events = [event for _, event in names(below(rule, "when", "event"), ())]
        _check_keys(block(below(rule, "when")), events, (*path, "when"), findings)
        _check_events(block(below(rule, "when")), events, (*path, "when"), findings)
        if below(rule, "also_own_changes") is True:
            _check_own(events, path, findings, speaks=path in speaking)


def check_approvals(data: dict[str, Any], steps: Iterable[StepUse], findings: Findings) -> None:
    """Report actions and routes that would set a label of ``approvals``: only people approve."""
    approvals = {name for _, name in approvals_named(data)}
    for step in steps:
        if step.spec.name == RESTORES:
            continue
        for name in sorted(approvals & ((step.effects.adds - {None}) | step.effects.stages)):
            _refuse_approval(name, step.place_of(name), findings)
    for route, rows in block(data.get("routes")).items():
        for path, row in items(rows, ("routes", route)):
            for place, name in names(below(row, "add_labels"), (*path, "add_labels")):
                if name in approvals:
                    _refuse_approval(name, place, findings)


def _refuse_approval(name: str, path: Path, findings: Findings) -> None:
    where = findings.where(("approvals",))
    findings.error(path, f"'{name}' means an approval ({where}); people set it, never the bot")


def _check_unique(data: dict[str, Any], findings: Findings) -> None:
    seen: dict[str, Path] = {}
    for path, rule in items(data.get("rules"), ("rules",)):
        name = below(rule, "name")
        if not isinstance(name, str):
            continue
        if name in seen:
            message = f"a rule called '{name}' is there already ({findings.where(seen[name])})"
            findings.error((*path, "name"), message, "give each rule its own name")
        seen.setdefault(name, (*path, "name"))


def _check_keys(when: dict[str, Any], events: list[str], path: Path, findings: Findings) -> None:
    for key, fitting in _GOES_WITH.items():
        known = events and set(events) <= _EVENTS
        if key in when and known and not set(events) & set(fitting):
            which = ", ".join(f"'{event}'" for event in fitting)
            said = ", ".join(f"'{event}'" for event in events)
            findings.error((*path, key), f"'{key}' goes with {which}, not with {said}", _INSTEAD[key], key=True)


def _check_events(when: dict[str, Any], events: list[str], path: Path, findings: Findings) -> None:
    """Events that need more said, and what they can't be asked."""
    if "schedule" in events and "at" not in when:
        hint = "write for example at: Mon 08:00"
        findings.error((*path, "event"), "'schedule' needs the times at which it happens", hint)
    if events and set(events) <= set(_NOBODY) and "actor" in when:
        said = ", ".join(f"'{event}'" for event in events)
        findings.error((*path, "actor"), f"nobody does {said}: 'actor' never holds here", "delete it", key=True)


def _check_own(events: list[str], path: Path, findings: Findings, *, speaks: bool) -> None:
    at = (*path, "also_own_changes")
    if {"comment", "comment edited", "command"} & set(events) and speaks:
        findings.error(at, "this rule would answer its own comment for ever", "delete also_own_changes", key=True)
    elif events and set(events) <= set(_NEVER_OWN):
        said = ", ".join(f"'{event}'" for event in events)
        findings.warning(at, f"also_own_changes means nothing with {said}", "delete it", key=True)
