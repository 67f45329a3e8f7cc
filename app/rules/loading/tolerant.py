"""Reading raw rule data that may have any shape: the checks go on where the models already found a fault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.rules.loading.located import Path


def block(value: object) -> dict[str, Any]:
    """The mapping, or an empty one."""
    return value if isinstance(value, dict) else {}


def below(value: object, *keys: str) -> Any:
    """What stands at ``keys``; None where there is nothing."""
    for key in keys:
        value = block(value).get(key)
    return value


def items(value: object, path: Path) -> Iterator[tuple[Path, Any]]:
    """The list's entries with their paths; a lone block counts as a list of one."""
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield (*path, index), one
    elif value is not None:
        yield path, value


def names(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """The texts of *one name or a list of names*."""
    for place, one in items(value, path):
        if isinstance(one, str):
            yield place, one


def texts(value: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text at any depth; keys don't count."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from texts(one, (*path, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from texts(one, (*path, index))
