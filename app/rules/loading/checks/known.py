"""Known: the names that a rule file defines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from app.rules.book import OPEN
from app.rules.loading.checks.uses import Kind
from app.rules.loading.located import Path
from app.rules.loading.tolerant import below, block, items, names

SECTIONS: dict[Kind, str] = {
    "label": "labels",
    "stage": "board.stages",
    "people": "people",
    "fact": "facts",
    "project": "projects",
    "channel": "channels",
    "route": "routes",
}
"""Where each kind of name is defined."""


@dataclass(frozen=True)
class Known:
    """Names by kind. Labels include the stages' (but ``Open`` is none) and the board's own."""

    names: dict[Kind, list[str]]
    old_forms: dict[str, str]
    """The label that an ``also_written`` form (case folded) stands for."""

    @classmethod
    def of(cls, data: dict[str, Any]) -> Known:
        """What ``data`` defines."""
        stages = [name for _, name, _ in spelled_stages(data)]
        only = below(data, "board", "only")
        board = [only] if isinstance(only, str) else []
        labels = [*block(data.get("labels")), *(name for name in stages if name != OPEN), *board]
        found: dict[Kind, list[str]] = {"label": list(dict.fromkeys(labels)), "stage": stages}
        for kind, section in SECTIONS.items():
            found.setdefault(kind, list(block(data.get(section))))
        old = {form.casefold(): name for _, name, forms in spelled(data) for _, form in forms}
        return cls(found, old)

    def has(self, kind: Kind, name: str) -> bool:
        """Whether it is defined. A label with ``*`` is, if any label fits it; one of a family (``x::*``) is, too."""
        known = self.names[kind]
        if name in known:
            return True
        if kind != "label":
            return False
        return any(fnmatchcase(one, name) or ("*" in one and fnmatchcase(name, one)) for one in known)


def spelled(data: dict[str, Any]) -> Iterator[tuple[Path, str, list[tuple[Path, str]]]]:
    """Each label and stage with its path and its other forms with theirs."""
    for title, label in block(data.get("labels")).items():
        path: Path = ("labels", title)
        yield path, title, list(names(below(label, "also_written"), (*path, "also_written")))
    yield from spelled_stages(data)


def spelled_stages(data: dict[str, Any]) -> Iterator[tuple[Path, str, list[tuple[Path, str]]]]:
    """Each stage likewise, left to right."""
    for path, stage in items(below(data, "board", "stages"), ("board", "stages")):
        title = below(stage, "stage")
        if isinstance(title, str):
            forms = names(below(stage, "also_written"), (*path, "also_written"))
            yield (*path, "stage"), title, list(forms)


def fits(name: str, patterns: Iterable[str]) -> bool:
    """Whether a label is among names and globs."""
    return any(name == pattern or fnmatchcase(name, pattern) for pattern in patterns)
