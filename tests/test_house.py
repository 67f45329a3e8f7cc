"""The house: imports go one way, rooms stay small, and each module says its job."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted([*(ROOT / "app").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")])
LARGEST = 400
"""Lines of a module."""

MAY_IMPORT = {
    "app.errors": (),
    "app.domain": ("app.errors",),
    "app.webhook": ("app.domain", "app.errors"),
    "app.rules": ("app.domain", "app.errors"),
    "app.gitlab": ("app.domain", "app.errors"),
    "app.handler": ("app.domain", "app.gitlab.port", "app.rules"),
    "app.templating": ("app.errors", "app.gitlab.escape", "app.handler"),
    "app.outbound": ("app.domain", "app.errors", "app.rules"),
    "handlers": ("app.domain", "app.errors", "app.gitlab", "app.handler", "app.rules"),
    "app.engine": ("app.domain", "app.errors", "app.gitlab", "app.handler", "app.rules", "app.webhook"),
    "app.web": ("app.domain", "app.engine", "app.rules"),
    "app.sandbox": (),
}
"""What a room may know besides itself. A room that is not here (wiring, commands, demo, bench) may know all."""

TRANSPORTS = ("httpx", "requests", "gitlab", "fastapi", "sqlalchemy", "dbos", "uvicorn")
PURE = ("app.domain", "app.rules", "handlers")
"""Rooms without network, database or web framework."""


def name_of(module: Path) -> str:
    return ".".join(module.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported_by(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def test_imports_go_one_way() -> None:
    wrong = [
        f"{name_of(module)} imports {imported}"
        for module in MODULES
        for room, known in MAY_IMPORT.items()
        if within(name_of(module), room)
        for imported in imported_by(module)
        if imported.split(".")[0] in ("app", "handlers")
        and not any(within(imported, allowed) for allowed in (room, *known))
    ]
    assert wrong == []


def test_the_pure_rooms_know_no_network_database_or_web_framework() -> None:
    wrong = [
        f"{name_of(module)} imports {imported}"
        for module in MODULES
        if any(within(name_of(module), room) for room in PURE)
        for imported in imported_by(module)
        if imported.split(".")[0] in TRANSPORTS
    ]
    assert wrong == []


def test_only_one_room_talks_to_gitlab() -> None:
    """The bot's own rooms; the sandbox, demo and bench stand outside and play other people."""
    outside = ("app.sandbox", "app.demo", "app.bench", "app.gitlab")
    wrong = [
        name_of(module)
        for module in MODULES
        if not any(within(name_of(module), room) for room in outside)
        and any(within(imported, "gitlab") or within(imported, "requests") for imported in imported_by(module))
    ]
    assert wrong == []


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_is_small_and_says_its_job(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LARGEST, "does it still have one job?"
    if text.strip():
        said = ast.get_docstring(ast.parse(text)) or ""
        assert said.strip(), "the first line of a module says what it is for"


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "manager", "misc"])
def test_no_module_is_called_after_nothing(word: str) -> None:
    assert [name_of(module) for module in MODULES if module.stem == word] == []
