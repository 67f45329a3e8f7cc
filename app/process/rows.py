"""The automations that the process asks for, read from ``rows.yaml``: facts, and nothing of how they are performed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

FILE = Path(__file__).with_name("rows.yaml")

Mark = Literal["E", "P", "I"]
"""Where an automation comes from: explicit in a first document, in another public page, inferred."""


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Row(_Facts):
    """One automation."""

    row: int
    """Its number, from 1."""
    when: str
    """What sets it off; begins a sentence."""
    does: str
    """What comes of it; ends the sentence."""
    audience: list[str]
    """For whom, by role."""
    origin: dict[Mark, list[str]]
    """Keys of ``Process.sources`` by mark."""

    @property
    def explicit(self) -> bool:
        """Whether one of the first documents asks for it in so many words: then it is on by default."""
        return "E" in self.origin

    @property
    def origin_text(self) -> str:
        """``E S1 S3 · P H-TRACK``."""
        return " · ".join(" ".join([mark, *keys]) for mark, keys in self.origin.items())


class Elsewhere(_Facts):
    """What performs a row besides rules, or instead of them."""

    by: str
    why: str
    tests: list[str] = []
    """Names of tests in the rule file that show it."""
    proof: str = ""
    """Path of a test of the program that shows it, where the rule file's own tests can't."""


class Process(_Facts):
    """The whole file."""

    sources: dict[str, str]
    """Title by key."""
    rows: list[Row]
    elsewhere: dict[int, Elsewhere] = {}
    """By row."""
    without_row: dict[str, str] = {}
    """Why a rule that performs no row is there, by its name."""
    not_live: dict[int, str] = {}
    """Why none of a row's rules is live though its origin is E, by row."""


def read_process(path: Path = FILE) -> Process:
    """The file's content. Raises pydantic's ValidationError when its form is wrong."""
    written = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return Process.model_validate(written)


def rows_of(numbers: list[int] | int | None) -> tuple[int, ...]:
    """A rule's ``row`` as numbers."""
    if numbers is None:
        return ()
    return tuple(numbers) if isinstance(numbers, list) else (numbers,)


def by_number(process: Process) -> Mapping[int, Row]:
    """The rows by their number."""
    return {row.row: row for row in process.rows}
