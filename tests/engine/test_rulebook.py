"""The rule book in use follows its files, and keeps the last good one."""

from __future__ import annotations

import os
from pathlib import Path

from app.engine.rulebook import Rules
from app.rules.book import RuleBook
from app.rules.loading.load import load_or_raise
from tests.rules.toy import ACTIONS, SOUND

MAIN = SOUND.replace("version: 1\n", "version: 1\ninclude: [more.yaml]\n")
MORE = "facts:\n  one: {line: One}\n"


def _load(path: Path) -> RuleBook:
    return load_or_raise(path, actions=ACTIONS, name=path.name)


def _write(path: Path, text: str, second: int) -> None:
    """With a time of its own: two writes within the clock's grain are told apart all the same."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, (second, second))


def _rules(folder: Path) -> Rules:
    _write(folder / "more.yaml", MORE, 1)
    _write(folder / "rules.yaml", MAIN, 1)
    return Rules(folder / "rules.yaml", _load)


def test_a_change_to_an_included_file_is_seen(tmp_path: Path) -> None:
    rules = _rules(tmp_path)
    rules.look()
    _write(tmp_path / "more.yaml", MORE.replace("one", "two"), 2)
    rules.look()
    assert "two" in rules.book.file.facts


def test_without_a_change_the_book_stays_the_same_one(tmp_path: Path) -> None:
    rules = _rules(tmp_path)
    rules.look()
    book = rules.book
    rules.look()
    assert rules.book is book


def test_a_bad_edit_is_told_and_the_last_good_book_stays(tmp_path: Path) -> None:
    rules = _rules(tmp_path)
    rules.look()
    _write(tmp_path / "more.yaml", "facts: 5\n", 2)
    rules.look()
    assert "more.yaml:1:1" in (rules.problem or "")
    assert "one" in rules.book.file.facts
    _write(tmp_path / "more.yaml", MORE, 3)
    rules.look()
    assert rules.problem is None


def test_a_missing_file_that_appears_puts_the_rules_right(tmp_path: Path) -> None:
    rules = _rules(tmp_path)
    rules.look()
    _write(tmp_path / "rules.yaml", MAIN.replace("more.yaml", "more.yaml, late.yaml"), 2)
    rules.look()
    assert "late.yaml" in (rules.problem or "")
    _write(tmp_path / "late.yaml", "facts:\n  late: {line: Late}\n", 3)
    rules.look()
    assert rules.problem is None
    assert "late" in rules.book.file.facts
