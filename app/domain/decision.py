"""Decision: the record of one evaluation. Every rule, matched or not and by which value, and the plan."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.item import Memory


class Mode(StrEnum):
    """How far a rule may go. Order of courage: off, shadow, announce, live."""

    OFF = "off"
    SHADOW = "shadow"
    """Decides, writes nothing."""
    ANNOUNCE = "announce"
    """Comments only."""
    LIVE = "live"


class Result(StrEnum):
    """How one step ended: words, never booleans."""

    APPLIED = "applied"
    ALREADY_SO = "already so"
    NOT_APPLICABLE = "not applicable"
    WAITING = "waiting until"
    REFUSED = "refused"
    STOOD_DOWN = "stood down"
    RETRYING = "failed and retried at"
    SHADOWED = "shadowed"
    """The rule's mode forbade the write; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result and the sentence that the page, the note's footer, the CLI and the log all show."""

    result: Result
    sentence: str
    url: str = ""
    """Where to look at what was made, if anything was."""
    data: dict[str, object] = field(default_factory=dict)
    """What later steps of the same plan may refer to, for example ``{"iid": 7, "web_url": …}``."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where in the rule file something comes from."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Step:
    """One write that a decision asks for. Running it twice does no harm."""

    key: str
    """Unique within the item and the same when the same change is decided again: markers are made of it."""
    action: str
    """Name of the handler."""
    params: dict[str, object]
    """The handler's parameters as JSON data, validated against its model when the rule file was loaded."""
    rule: str
    source: Source
    mode: Mode
    because: str = ""
    """Why this step, as a sentence for people (the rule's ``why``, or the need that was not met)."""


def write_of(step: Step) -> str:
    """Action and settings of a step as one text: the same for the same write."""
    return f"{step.action} {json.dumps(step.params, sort_keys=True, default=str)}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one rule in one decision."""

    rule: str
    source: Source
    matched: bool
    reason: str
    """The value that decided: ``label 'TA::Approved' is present``. For a match: what made it match."""
    mode: Mode = Mode.LIVE


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of ``decide``: pure data, the same for the same input."""

    delivery_id: str
    at: datetime
    summary: str
    """One sentence: what was decided, or why nothing was."""
    verdicts: tuple[Verdict, ...] = ()
    plan: tuple[Step, ...] = ()
    facts: dict[str, object] = field(default_factory=dict)
    stage: str | None = None
    """The item's stage as the rules see it (``Open`` where no stage label is present)."""
    memory: Memory = field(default_factory=Memory)
    """What to remember of the item after this decision."""
    labels: tuple[str, ...] | None = None
    """On the item when it was decided; what people change afterwards outranks the plan. None in older records."""
