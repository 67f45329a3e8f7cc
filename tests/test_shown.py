"""Pages that show what commands print: they show what these print now."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.commands.shown import SHOWN, refreshed
from app.errors import Bug

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("page", SHOWN)
def test_a_page_shows_what_its_commands_print(page: str) -> None:
    assert (ROOT / page).read_text(encoding="utf-8") == refreshed(ROOT / page, ROOT), "./run docs writes it again"


@pytest.mark.parametrize("page", SHOWN)
def test_a_page_shows_at_least_two_outputs(page: str) -> None:
    assert (ROOT / page).read_text(encoding="utf-8").count("$ ./run") >= 2


def test_only_commands_of_ours_are_shown(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ rm -r /\n```\n", encoding="utf-8")
    with pytest.raises(Bug, match="only"):
        refreshed(page, ROOT)
