"""YAML becomes plain data with places; whatever is wrong becomes a problem."""

from __future__ import annotations

import pytest

from app.rules.loading.located import MAX_CHARACTERS, Span, read
from app.rules.loading.problems import render_all


def _messages(text: str) -> list[str]:
    return [f"{one.line}:{one.column} {one.message}" for one in read(text, "r.yaml").problems]


def test_only_true_false_null_and_numbers_are_more_than_text() -> None:
    text = (
        "day: 2026-12-24\ntime: 12:30\non: on\nno: no\noff: off\nyes: yes\nold: 010\nbig: 50_000\nhalf: 0.5\nt: true\n"
    )
    assert read(text, "r").data == {
        "day": "2026-12-24",
        "time": "12:30",
        "on": "on",
        "no": "no",
        "off": "off",
        "yes": "yes",
        "old": 10,
        "big": 50000,
        "half": 0.5,
        "t": True,
    }


def test_a_directive_for_the_old_yaml_changes_no_word() -> None:
    data = read("%YAML 1.1\n---\na: on\nb: 12:30\nc: yes\n", "r").data
    assert data == {"a": "on", "b": "12:30", "c": "yes"}


def test_quoted_numbers_stay_text_and_empty_values_are_null() -> None:
    assert read("a: '5'\nb:\nc: ~\nd: .nan\n", "r").data == {"a": "5", "b": None, "c": None, "d": ".nan"}


def test_every_value_and_key_has_its_place() -> None:
    located = read("rules:\n  - name: x\n    do: [a, bc]\n", "r")
    assert located.keys["rules", 0, "name"] == Span(2, 5, 2, 9)
    assert located.values["rules", 0, "name"] == Span(2, 11, 2, 12)
    assert located.values["rules", 0, "do", 1] == Span(3, 13, 3, 15)


def test_something_absent_is_looked_for_in_the_nearest_block_around_it() -> None:
    located = read("board:\n  title: x\n", "r")
    assert located.span(("board", "stages", 3, "stage")) == located.keys[("board",)]
    assert located.span(("nothing",)) == Span(1, 1, 1, 2)


def test_an_empty_value_is_found_at_its_key() -> None:
    assert read("a:\n\n\nb: 1\n", "r").span(("a",)).line == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", "3:1 'a' is written twice in this block (first on line 1)"),
        ("a: !!python/object:os.system x\n", "1:4 the tag 'tag:yaml.org,2002:python/object:os.system' is not known"),
        ("a: !mine [1]\n", "1:4 the tag '!mine' is not known"),
        ("", "1:1 the file is empty; a rule file begins with 'version: 1'"),
        ("# nothing\n", "1:1 the file is empty; a rule file begins with 'version: 1'"),
        ("- a\n", "1:1 the file must be made of blocks such as 'board:' and 'rules:'"),
        ("word", "1:1 the file must be made of blocks such as 'board:' and 'rules:'"),
        ("a: 1\nb: \x07\n", "2:4 a character that can't stand in a rule file (U+0007); delete it"),
        ("a:\n\t- b\n", "2:1 a tab stands where only spaces may"),
        ("a: @b\n", "1:4 text can't begin with this character"),
        ("a: b: c\n", "1:5 a second ': ' stands in this line"),
        ("a: 'b\n", "2:1 a quote is opened and never closed"),
        ("a:\n  b: 1\n c: 2\n", "3:2 this line does not line up with the ones above it"),
        ("a: [b\nc: 1\n", "2:2 a list or block in brackets does not end where it should"),
        ('a: "\\UFFFFFFFF"\n', "1:1 not valid YAML: Python int too large to convert to C int"),
        ('a: "x\\0"\n', "1:4 an escape here makes a character that can't stand in text"),
        ('"\\uD800": 1\n', "1:1 an escape here makes a character that can't stand in text"),
        ("a: 1\n---\nb: 1\n", "2:1 a second document begins here"),
        ("a: *b\n", "1:4 an '*' at the start of a text has a meaning in YAML"),
        ("? [a]\n: b\n", "1:3 a key must be a word or a text in quotes"),
        ("a: " + "[" * 100_000, "1:43 blocks are nested too deeply here"),
        ("a: &a [*a]\n", "1:4 blocks are nested too deeply here"),
        ("x" * (MAX_CHARACTERS + 1), f"1:1 the file is too large: {MAX_CHARACTERS + 1} characters, 500000 fit"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(text: str, expected: str) -> None:
    assert _messages(text) == [expected]


def test_aliases_that_unfold_into_millions_are_stopped() -> None:
    levels = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert _messages("\n".join(levels)) == ["1:1 the file is too large: more than 50000 settings"]


def test_an_alias_and_a_reused_anchor_are_fine() -> None:
    assert read("a: &x {k: 1}\nb: *x\nc: &x 2\n", "r").data == {"a": {"k": 1}, "b": {"k": 1}, "c": 2}


def test_several_problems_are_found_in_one_run() -> None:
    assert len(read("a: !x 1\na: 2\nb: !y 3\n", "r").problems) == 3


def test_windows_line_ends_change_no_place() -> None:
    problems = read("a: 1\r\nb: 2\r\na: 3\r\n", "r").problems
    assert render_all(problems).split("\n")[2] == " 3 | a: 3"
