"""Blueprint: what a customer's project consists of, as ``templates/collaboration/*.yaml`` lists it.

In its texts ``{customer}``, ``{sow}`` (``SOW-3697``) and ``{pm}`` stand for the deal's own; a line that names ``{pm}``
is left out while nobody knows the project manager. What is wrong in one is told as in the rule file, by
``blueprint_faults.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.errors import AdminMustAct
from app.rules.loading.findings import Findings
from app.rules.loading.located import read
from app.rules.loading.problems import render_all
from app.rules.loading.sentences import explain

NUMBER = "number"
"""The name that stands for an iteration's number; filled in when the iteration is known."""
PLACEHOLDERS = ("customer", "sow", "pm", NUMBER)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


Size = Literal["large", "small"]


class LabelPart(_Part):
    """A label of the customer's group."""

    title: str
    """The label, spelt exactly as people will look for it."""
    color: str = Field(pattern=r"^#[0-9a-fA-F]{6}$")
    """A colour as #1f75cb, in quotes."""
    description: str = ""
    """What the label means; the customer reads it."""


class BoardPart(_Part):
    """A board of the project, with a column for each label."""

    name: str
    """What the board is called."""
    lists: list[str]
    """Labels that get a column, from left to right."""
    only: list[str] = []
    """It shows issues with these labels only, on tiers that have board filters."""


class MilestonePart(_Part):
    """A phase of the project."""

    title: str
    """What the phase is called."""
    description: str = ""
    """What it is for."""


class SizePart(_Part):
    """From when on a project is large: more of either makes it so."""

    iterations: int = Field(default=5, ge=0)
    """More iterations than this, Iteration 0 not counted."""
    weeks: int = Field(default=9, ge=0)
    """A planned length of more weeks than this, Iteration 0 counted."""


class IterationsPart(_Part):
    """The time boxes of a large project."""

    kind: Literal["iterations", "milestones"] = "iterations"
    """iterations: a cadence of the customer's group, where the tier has them; else, and with milestones, one milestone
    for each."""
    weeks: int = Field(default=2, ge=1, le=4)
    """Length of each: one to four weeks, and the same throughout."""
    title: str = "Iteration {number}"
    """Title of a milestone that stands for an iteration."""
    most: int = Field(default=26, ge=1, le=100)
    """No more than so many, whatever the scoping issue says."""


class EpicsPart(_Part):
    """One epic of the group for each activity of the SOW."""

    heading: str
    """Heading of the list of activities in the scoping issue."""
    template: str
    """A file below templates/collaboration/, without .md."""
    labels: list[str] = []
    """Labels that each epic carries."""


class IssuePart(_Part):
    """An issue of the project; title and labels come from its template."""

    template: str
    """A file below templates/collaboration/, without .md."""
    if_activity: str = ""
    """Only where an activity of the SOW holds this word."""
    when: Size | None = None
    """Only in a large project, or only in a small one."""
    each: Literal["iteration"] | None = None
    """One for each iteration, and in it; under its milestone, where one stands in."""


class FilePart(_Part):
    """A file of the project's repository."""

    path: str
    """Where it lies in the repository."""
    template: str
    """A file below templates/collaboration/, without .md."""
    when: Size | None = None
    """Only in a large project, or only in a small one."""
    grows: bool = False
    """People write on in it, so that another text is as it should be."""


class Blueprint(_Part):
    """The whole of a customer's project."""

    group_description: str = ""
    """Description of the customer's group."""
    project_description: str = ""
    """Description of the SOW project."""
    large_over: SizePart = SizePart()
    """From when on a project is large."""
    iterations: IterationsPart = IterationsPart()
    """The time boxes of a large project."""
    labels: list[LabelPart] = []
    """Labels of the customer's group."""
    boards: list[BoardPart] = []
    """Boards of the project."""
    milestones: list[MilestonePart] = []
    """Phases of the project."""
    epics: EpicsPart
    """The workstreams."""
    issues: list[IssuePart] = []
    """Issues that are there from the beginning."""
    files: list[FilePart] = []
    """Files of the repository."""
    support_note_if_activity: list[str] = []
    """Words of activities that work on the customer's GitLab itself: GitLab Support is then told of the project."""

    def wants_support_note(self, activities: list[str]) -> bool:
        """Whether one of the activities works on the customer's GitLab itself."""
        words = [word.casefold() for word in self.support_note_if_activity]
        return any(word in activity.casefold() for activity in activities for word in words)


def read_blueprint(text: str, names: Mapping[str, str], *, where: str) -> Blueprint:
    """The blueprint with the deal's names in it. Raises AdminMustAct, saying what is wrong ``where``."""
    located = read(text, where)
    findings = Findings(located)
    if located.data is None:
        raise _unusable(where, render_all(findings.problems))
    try:
        data = _filled(located.data, {**names, NUMBER: f"{{{NUMBER}}}"})
        return Blueprint.model_validate(data)
    except ValidationError as error:
        explain(error, model=Blueprint, at=(), data=data, findings=findings)
        raise _unusable(where, render_all(findings.problems)) from error
    except (KeyError, ValueError, IndexError) as error:
        raise _unusable(where, f"a name in braces is not one of {', '.join(PLACEHOLDERS)}: {error}") from error


def _unusable(where: str, why: str) -> AdminMustAct:
    return AdminMustAct(f"The blueprint {where} can't be used: {why}")


def _filled(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value.format_map(names)
    if isinstance(value, dict):
        return {key: _filled(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, names) for part in value if not (_names_pm(part) and not names["pm"])]
    return value


def _names_pm(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_names_pm(part) for part in value.values())
    return isinstance(value, str) and "{pm}" in value
