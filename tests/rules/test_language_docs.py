"""docs/rules-language.md: each example is a file that the one of docs/rules.md may include, and no word is missing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from app.rules.loading.load import load_file
from app.rules.loading.problems import render_all
from app.rules.model import VERSION, Condition, Deal, Event, FactsTest, Rule
from app.templating.folder import TemplateFolder
from handlers import specs
from handlers.note_text import CONTEXT_NAMES
from tests.rules.test_docs import PAGE as RULES_PAGE
from tests.rules.test_docs import ROOT, SOUND

PAGE = (ROOT / "docs" / "rules-language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=[str(number) for number in range(len(EXAMPLES))])
def test_an_example_may_be_included(tmp_path: Path, example: str) -> None:
    (tmp_path / "example.yaml").write_text(example, encoding="utf-8")
    main = SOUND.replace("version: 1\n", "version: 1\ninclude: example.yaml\n")
    (tmp_path / "label_rules.yaml").write_text(main, encoding="utf-8")
    loaded = load_file(
        tmp_path / "label_rules.yaml",
        actions=specs(),
        templates=TemplateFolder(ROOT / "templates"),
        context_names=CONTEXT_NAMES,
    )
    assert render_all(loaded.problems) == ""


@pytest.mark.parametrize("event", get_args(Event))
def test_every_event_is_explained_on_both_pages(event: str) -> None:
    assert f"`{event}`" in PAGE
    assert f"`{event}`" in RULES_PAGE


@pytest.mark.parametrize("name", [*Condition.model_fields, *FactsTest.model_fields])
def test_every_condition_is_explained(name: str) -> None:
    assert f"{name.rstrip('_')}: " in RULES_PAGE


@pytest.mark.parametrize("name", ["priority", "stop_after", "as_often_as", "also_own_changes", "mode", "unless"])
def test_every_setting_of_a_rule_is_explained(name: str) -> None:
    assert name in Rule.model_fields
    assert f"`{name}" in RULES_PAGE


def test_the_version_and_the_kinds_of_deal_events_are_named() -> None:
    assert f"| {VERSION} |" in PAGE
    assert "closed_won" in get_args(Deal)
