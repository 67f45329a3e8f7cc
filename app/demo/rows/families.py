"""All scenes, family by family."""

from __future__ import annotations

from app.demo.rows import (
    beside,
    closing,
    commands,
    digests,
    estimate,
    handover,
    outcome,
    project,
    request,
    rule_file,
    scoping,
    sow,
    spelling,
    time_limits,
    training,
)
from app.demo.rows.register import SCENES

__all__ = [
    "SCENES",
    "beside",
    "closing",
    "commands",
    "digests",
    "estimate",
    "handover",
    "outcome",
    "project",
    "request",
    "rule_file",
    "scoping",
    "sow",
    "spelling",
    "time_limits",
    "training",
]
