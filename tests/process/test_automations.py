"""Each automation of the process is performed by the shipped file, tried by its tests, and live where it must be."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import handlers
from app.domain.decision import Mode
from app.process.page import automations_page
from app.process.rows import Elsewhere, Process, read_process, rows_of
from app.process.survey import Performer, Survey, problems, survey
from app.rules.loading.load import load_or_raise
from app.templating.folder import TemplateFolder
from handlers.note_text import CONTEXT_NAMES

ROOT = Path(__file__).parents[2]
STILL_MISSING: frozenset[int] = frozenset()
"""Rows that nothing performs yet. It may only shrink."""


@cache
def shipped() -> Survey:
    templates = TemplateFolder(ROOT / "templates")
    path = ROOT / "label_rules.yaml"
    known = handlers.specs()
    book = load_or_raise(path, actions=known, templates=templates, context_names=CONTEXT_NAMES, name=path.name)
    return survey(book, read_process(), handlers=handlers.by_name(), templates=templates)


def test_every_row_is_performed_and_nothing_is_without_reason_or_test() -> None:
    assert list(problems(shipped(), root=ROOT)) == []


def test_no_row_is_missing_but_those_that_are_known_to_be() -> None:
    missing = set(shipped().missing())
    assert missing - STILL_MISSING == set(), "a row is not performed any more"
    assert STILL_MISSING - missing == set(), "these rows are done: take them out of STILL_MISSING"


def test_there_are_seventy_rows_and_half_of_them_rest_on_a_first_document() -> None:
    rows = read_process().rows
    assert len(rows) == 70
    assert sum(row.explicit for row in rows) == 36
    assert [row.row for row in rows if set(row.origin) == {"I"}] == [29, 68, 69]


RULE = Performer("some-rule", (1,), shipped().performers[0].source, Mode.LIVE, ("a test",))


def told(*performers: Performer, changed: dict[str, object] | None = None) -> str:
    """Problems of a process with one row, which is explicit, and these rules."""
    first = read_process().rows[0]
    process = Process(sources=read_process().sources, rows=[first]).model_copy(update=changed or {})
    return "\n".join(problems(Survey(process, performers, frozenset({"a test"})), root=ROOT))


def test_a_row_with_a_live_rule_that_a_test_tries_is_sound() -> None:
    assert told(RULE) == ""


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (replace(RULE, rows=(1, 71)), "names row 71, which does not exist"),
        (replace(RULE, tests=()), "has a row, and no test tries it"),
        (replace(RULE, rows=()), "has no row, and without_row does not say why"),
        (replace(RULE, mode=Mode.SHADOW), "none of its rules is live; not_live gives no reason"),
    ],
)
def test_a_rule_that_does_not_fit_is_named(rule: Performer, says: str) -> None:
    assert f"{says}" in told(rule)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"without_row": {"some-rule": "because"}}, "has a row and is explained as one without"),
        ({"without_row": {"no-such-rule": "because"}}, "no-such-rule, which does not exist"),
        ({"not_live": {1: "because"}}, "which needs none"),
        ({"elsewhere": {1: Elsewhere(by="the board", why="so")}}, "performed elsewhere, and no test shows it"),
        ({"elsewhere": {1: Elsewhere(by="b", why="so", tests=["another"])}}, "“another”, which does not exist"),
        ({"elsewhere": {1: Elsewhere(by="b", why="so", proof="tests/none.py")}}, "tests/none.py, which does not exist"),
        ({"sources": {}}, "comes from S3, which is no known source"),
    ],
)
def test_facts_that_do_not_fit_are_named(changed: dict[str, object], says: str) -> None:
    assert says in told(RULE, changed=changed)


def test_a_reason_stands_in_for_a_live_rule() -> None:
    assert told(replace(RULE, mode=Mode.ANNOUNCE), changed={"not_live": {1: "teams differ"}}) == ""


def test_rows_must_be_numbered_one_after_the_other() -> None:
    second = read_process().rows[1]
    assert "not numbered one after the other" in told(RULE, changed={"rows": [second]})


def test_a_rule_may_perform_one_row_or_several_or_none() -> None:
    assert [rows_of(5), rows_of([5, 16]), rows_of(None)] == [(5,), (5, 16), ()]


def test_the_page_has_a_line_for_each_row_with_rule_line_mode_and_test() -> None:
    page = automations_page(shipped(), file="label_rules.yaml")
    lines = [line for line in page.splitlines() if line.startswith("| ") and line.split("|")[1].strip().isdigit()]
    assert [int(line.split("|")[1]) for line in lines] == list(range(1, 71))
    first = shipped().performing(1)[0]
    assert f"`{first.name}` (line {first.source.line})" in lines[0]
    assert first.tests[0] in lines[0]


def test_the_page_names_a_mode_that_is_not_live_and_rules_without_a_row() -> None:
    process = read_process().model_copy(update={"without_row": {"lonely": "keeps the lights on"}, "not_live": {}})
    rules = (replace(RULE, mode=Mode.ANNOUNCE), replace(RULE, name="lonely", rows=()))
    page = automations_page(Survey(process, rules, frozenset()), file=RULE.source.file)
    assert f"`some-rule` (line {RULE.source.line}, announce)" in page
    assert f"- `lonely` (line {RULE.source.line}): keeps the lights on" in page
