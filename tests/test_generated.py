"""Generated files are what the program makes now; ``./run docs`` writes them."""

from __future__ import annotations

from pathlib import Path

from app.commands.generated import PAGES, outdated

ROOT = Path(__file__).parents[1]


def test_nothing_generated_is_out_of_date() -> None:
    assert outdated(ROOT) == []


def test_a_missing_page_is_out_of_date(tmp_path: Path) -> None:
    assert outdated(tmp_path) == list(PAGES)
