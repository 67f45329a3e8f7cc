"""Blueprint: what a customer's project consists of, as ``templates/collaboration/*.yaml`` lists it.

In its texts ``{customer}``, ``{sow}`` (``SOW-3697``) and ``{pm}`` stand for the deal's own; a line that names ``{pm}``
is left out while nobody knows the project manager.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from app.errors import AdminMustAct


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelPart(_Part):
    """A label of the customer's group."""

    title: str
    color: str
    description: str = ""


class BoardPart(_Part):
    """A board of the project, with a column for each label."""

    name: str
    lists: list[str]


class MilestonePart(_Part):
    """A phase of the project."""

    title: str
    description: str = ""


class EpicsPart(_Part):
    """One epic of the group for each activity of the SOW."""

    heading: str
    """Heading of the list of activities in the scoping issue."""
    template: str
    labels: list[str] = []


class IssuePart(_Part):
    """An issue of the project; title and labels come from its template."""

    template: str
    if_activity: str = ""
    """Only where an activity of the SOW holds this word."""


class FilePart(_Part):
    """A file of the project's repository."""

    path: str
    template: str


class Blueprint(_Part):
    """The whole of a customer's project."""

    group_description: str = ""
    project_description: str = ""
    labels: list[LabelPart] = []
    boards: list[BoardPart] = []
    milestones: list[MilestonePart] = []
    epics: EpicsPart
    issues: list[IssuePart] = []
    files: list[FilePart] = []


def read_blueprint(text: str, names: Mapping[str, str], *, where: str) -> Blueprint:
    """The blueprint with the deal's names in it. Raises AdminMustAct, saying what is wrong ``where``."""
    try:
        data = YAML(typ="safe", pure=True).load(text)
        return Blueprint.model_validate(_filled(data, names))
    except (YAMLError, ValidationError, KeyError, ValueError) as error:
        raise AdminMustAct(f"The blueprint {where} can't be used: {error}") from error


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
