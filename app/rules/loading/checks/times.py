"""Tests of time: where a card has just moved, it has no age in its stage yet."""

from __future__ import annotations

from typing import Any

from app.rules.loading.checks.uses import conditions, needs
from app.rules.loading.findings import Findings
from app.rules.loading.tolerant import below, items, names

_ARRIVING = frozenset({"stage entered", "move warned"})


def check_times(data: dict[str, Any], findings: Findings) -> None:
    """Report tests of an age that can't say anything."""
    moving = [(*path, "if") for path, _ in needs(data)]
    for _, path, condition in conditions(data):
        if "age" in condition and any(path[: len(start)] == start for start in moving):
            what = "a need is asked when the card has just left its stage, so its age there is not known"
            findings.error((*path, "age"), what, "delete it", key=True)
    for path, rule in items(data.get("rules"), ("rules",)):
        events = {event for _, event in names(below(rule, "when", "event"), ())}
        if events and events <= _ARRIVING and below(rule, "when", "age", "in_stage", "over") is not None:
            what = "a card that has just entered its stage is not old there: this rule never does anything"
            findings.error((*path, "when", "age"), what, "listen for 'schedule' instead", key=True)
