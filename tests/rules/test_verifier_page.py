"""docs/verifier.md: every story on it is what the program prints for a file of the corpus."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import handlers
from app.rules.loading.load import load_file
from app.rules.loading.located import read
from app.rules.loading.problems import render
from app.rules.verifying.verified import as_problem
from app.rules.verifying.verify import verify

PAGE = Path(__file__).parents[2] / "docs" / "verifier.md"
FAULTY = Path(__file__).parent / "corpus" / "faulty"

_SHOWN = re.compile(r"^<!-- file: (\w+) -->\n```text\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def shown(name: str) -> str:
    """What ``check`` tells of a file of the corpus, story included."""
    path = FAULTY / f"{name}.yaml"
    loaded = load_file(path, actions=handlers.specs(), name=path.name)
    assert loaded.book is not None
    located = read(path.read_text(encoding="utf-8"), path.name)
    found = verify(loaded.book, handlers.specs(), seconds=60).findings
    return "\n".join("\n".join(filter(None, [render(as_problem(one, located)), one.told()])) for one in found)


def stories() -> list[tuple[str, str]]:
    """The files that the page shows, with what it shows of them."""
    return _SHOWN.findall(PAGE.read_text(encoding="utf-8"))


def test_the_page_shows_stories() -> None:
    assert len(stories()) >= 10


@pytest.mark.parametrize(("name", "story"), stories(), ids=lambda value: value.split("\n")[0][:40])
def test_a_story_of_the_page_is_what_is_printed(name: str, story: str) -> None:
    assert story == shown(name)
