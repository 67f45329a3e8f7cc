"""Several files read as one: each message names the right file, and nothing is defined twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.rules.loading.load import Loaded, load_file
from app.rules.loading.problems import render, render_all
from tests.rules.toy import ACTIONS, SOUND, check

MORE = """\
labels:
  "Won::big": {}

people:
  sellers: {users: [seller.one]}

rules:
  - name: won-big
    why: Large deals are told.
    when: {event: stage entered, stage: "proposal::closed_won", actor: sellers}
    do:
      - label: {add: "Won::big"}
"""


def loaded(folder: Path, main: str, **others: str) -> Loaded:
    """Load a file with others beside it; ``a__b`` is ``a/b.yaml``."""
    for name, text in others.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "rules.yaml").write_text(main, encoding="utf-8")
    return load_file(folder / "rules.yaml", actions=ACTIONS, name="rules.yaml")


def heads(found: Loaded) -> list[str]:
    return [render(problem).split("\n")[0] for problem in found.problems]


def including(*names: str) -> str:
    return SOUND.replace("version: 1\n", f"version: 1\ninclude: [{', '.join(names)}]\n")


def test_what_is_included_comes_after_what_is_there_and_keeps_its_place(tmp_path: Path) -> None:
    found = loaded(tmp_path, including("more.yaml"), more=MORE)
    assert render_all(found.problems) == ""
    assert found.book is not None
    assert [rule.name for rule in found.book.file.rules] == ["ta-gate", "normalise", "won-big"]
    assert str(found.book.source("rules.2")) == "more.yaml:8"
    assert str(found.book.source("rules.2.do.0.label.add")) == "more.yaml:12"
    assert str(found.book.source("rules.0")) == "rules.yaml:65"
    assert found.book.files == (str(tmp_path / "rules.yaml"), str(tmp_path / "more.yaml"))


def test_a_message_names_the_file_and_shows_its_line(tmp_path: Path) -> None:
    found = loaded(tmp_path, including("more.yaml"), more=MORE.replace('add: "Won::big"', 'add: "Won::bg"'))
    assert render(found.errors[0]).split("\n") == [
        "more.yaml:12:22: error: rules[2].do[0].label.add: unknown label 'Won::bg' (did you mean 'Won::big'?)",
        "    |",
        ' 12 |       - label: {add: "Won::bg"}',
        "    |                      ^^^^^^^^^",
    ]


def test_a_fault_of_shape_in_an_included_file_is_shown_there(tmp_path: Path) -> None:
    found = loaded(tmp_path, including("more.yaml"), more=MORE.replace("why:", "wy:"))
    assert any(head.startswith("more.yaml:9:5: error: rules[2].wy: there is no setting") for head in heads(found))


def test_files_in_folders_include_others_beside_them(tmp_path: Path) -> None:
    inner = "include: inner.yaml\nfacts:\n  one: {line: One}\n"
    found = loaded(tmp_path, including("won/outer.yaml"), won__outer=inner, won__inner="facts:\n  two: {line: Two}\n")
    assert found.errors == ()
    assert found.book is not None
    assert {"one", "two"} <= found.book.file.facts.keys()
    assert str(found.book.source("facts.two")) == "won/inner.yaml:2"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ('labels:\n  "Calculator": {}\n',
         "more.yaml:2:3: error: labels.Calculator: 'Calculator' is defined in rules.yaml, line 20, already (keep one)"),
        ("calendar: {timezone: UTC}\n",
         "more.yaml:1:1: error: calendar: 'calendar' stands in rules.yaml, line 17, already (it can stand in one"),
        ("labels: 5\n", "more.yaml:1:1: error: labels: 'labels' stands in rules.yaml, line 19, already"),
        ("version: 2\n", "more.yaml:1:1: error: version: this is version 2, and rules.yaml, line 1, says 1"),
        ("nonsense: 1\n", "more.yaml:1:1: error: nonsense: there is no setting called 'nonsense' here"),
        (MORE.replace("won-big", "normalise"),
         "more.yaml:8:11: error: rules[2].name: a rule called 'normalise' is there already (line 72 of rules.yaml)"),
        ("include: rules.yaml\n", "more.yaml:1:10: error: include: 'rules.yaml' includes the file that it is incl"),
        ("include: [more.yaml]\n", "more.yaml:1:11: error: include[0]: 'more.yaml' includes the file that it is"),
        ("include: [gone.yaml]\n", "more.yaml:1:11: error: include[0]: 'gone.yaml' can't be read: No such file"),
        ("a: [\n", "more.yaml:2:1: error: "),
        ("- 1\n", "more.yaml:1:1: error: the file must be made of blocks"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_an_error(tmp_path: Path, more: str, expected: str) -> None:
    found = loaded(tmp_path, including("more.yaml"), more=more)
    assert found.book is None
    assert [head for head in heads(found) if head.startswith(expected)], heads(found)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["more.yaml", "more.yaml"], "rules.yaml:2:22: error: include[1]: 'more.yaml' is included twice"),
        (["/etc/more.yaml"], "rules.yaml:2:11: error: include[0]: '/etc/more.yaml' is no path beside this file"),
        (["gone.yaml"], "rules.yaml:2:11: error: include[0]: 'gone.yaml' can't be read: No such file or directory"),
    ],
)
def test_what_can_not_be_included_is_an_error(tmp_path: Path, names: list[str], expected: str) -> None:
    found = loaded(tmp_path, including(*names), more=MORE)
    assert found.book is None
    assert [head for head in heads(found) if head.startswith(expected)], heads(found)


def test_links_that_go_in_circles_are_files_that_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "round.yaml").symlink_to(tmp_path / "round.yaml")
    found = loaded(tmp_path, including("round.yaml"))
    assert "'round.yaml' can't be read: Too many levels of symbolic links" in render_all(found.problems)


def test_a_file_is_the_same_by_whatever_name(tmp_path: Path) -> None:
    (tmp_path / "again.yaml").symlink_to(tmp_path / "more.yaml")
    found = loaded(tmp_path, including("more.yaml", "again.yaml"), more=MORE)
    assert "'again.yaml' is included twice" in render_all(found.problems)


def test_a_file_that_is_missing_hides_the_rest_but_is_watched(tmp_path: Path) -> None:
    found = loaded(tmp_path, including("gone.yaml"))
    assert len(found.problems) == 1
    assert str(tmp_path / "gone.yaml") in found.files


def test_a_text_that_is_no_file_includes_nothing() -> None:
    assert "a text that is no file can't include others" in render_all(check(including("x.yaml")).problems)
