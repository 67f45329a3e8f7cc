"""docs/rules.md: its examples are one sound rule file, and its messages are what the program prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from app.rules.loading.load import Loaded, load
from app.rules.loading.problems import render_all
from app.templating.folder import TemplateFolder
from handlers import HANDLERS
from handlers.note_text import CONTEXT_NAMES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")

_FENCED = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FAULT = re.compile(
    r"^<!-- instead of: (.*?) -->\n<!-- write: (.*?) -->\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL
)

SOUND = "\n".join(_FENCED.findall(PAGE))


class Fault(NamedTuple):
    """A message of the page, and what is written instead of what to get it."""

    old: str
    new: str
    printed: str


FAULTS = [
    Fault(old.replace("\\n", "\n"), new.replace("\\n", "\n"), printed) for old, new, printed in _FAULT.findall(PAGE)
]


def _check(text: str) -> Loaded:
    return load(
        text,
        actions={handler.name: handler.spec for handler in HANDLERS},
        templates=TemplateFolder(ROOT / "templates"),
        context_names=CONTEXT_NAMES,
    )


def test_the_examples_together_are_a_sound_file() -> None:
    assert render_all(_check(SOUND).problems) == ""


def test_every_message_of_the_page_is_shown_with_how_to_get_it() -> None:
    assert len(FAULTS) == PAGE.count("```text") > 15


@pytest.mark.parametrize("fault", FAULTS, ids=[str(number) for number in range(len(FAULTS))])
def test_a_message_of_the_page_is_what_is_printed(fault: Fault) -> None:
    assert fault.old in SOUND
    loaded = _check(SOUND.replace(fault.old, fault.new, 1))
    assert render_all(loaded.problems) == fault.printed.rstrip("\n")
