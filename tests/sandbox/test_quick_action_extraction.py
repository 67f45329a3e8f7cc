"""Which lines of a text GitLab takes for quick actions."""

from __future__ import annotations

import pytest

from app.sandbox.quick_actions.extract import Command, extract

NAMES = ("close", "label", "labels", "assign", "title")


def names(text: str) -> list[str]:
    return [command.name for command in extract(text, NAMES)[1]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/close", ["close"]),
        ("text\n/close", ["close"]),
        ("/close\ntext", ["close"]),
        ("text\n\n/close\n\nmore", ["close"]),
        ("/CLOSE", ["close"]),
        ("/close now please", ["close"]),
        ("/labels ~a", ["labels"]),
        ("text /close", []),
        (" /close", []),
        ("\t/close", []),
        ("- /close", []),
        ("> /close", []),
        ("/closed", []),
        ("/close:", []),
        ("//close", []),
        ("\\/close", []),
        ("/unknown", []),
        # carriage returns are dropped before lines are looked at
        ("text\r\n/close\r\n", ["close"]),
        ("text\n\r/close", ["close"]),
        ("text\n/cl\rose", ["close"]),
        ("text\r/close", []),
        # fences of three backticks, when they are closed
        ("```\n/close\n```", []),
        ("```sh\n/close\n```\n/title x", ["title"]),
        ("```\n/close", ["close"]),
        ("```\n/close\n``` ", ["close"]),
        ("~~~\n/close\n~~~", ["close"]),
        ("    /close", []),
        # quotes
        (">>>\n/close\n>>>", []),
        (">>>\n/close", ["close"]),
        # blocks of HTML, but not comments
        ("<pre>\n/close\n</pre>", []),
        ("<details>\ntext\n/close\n</details>\n/title x", ["title"]),
        ("<pre>\n/close", ["close"]),
        ("<!--\n/close\n-->", ["close"]),
        ("<!-- hidden -->\n/close", ["close"]),
        # code that begins a line
        ("`/close`", []),
        ("`\n/close\n`", []),
        ("a `\n/close\n`", ["close"]),
        ("/title a\n/assign me\n/label ~x", ["title", "assign", "label"]),
    ],
)
def test_only_lines_that_are_commands_are_found(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_commands_are_taken_out_of_the_text() -> None:
    text, commands = extract('Hello\n/label ~"a b"  \nBye\n/close\n', NAMES)
    assert text == "Hello\nBye"
    assert commands == [Command("label", '~"a b"'), Command("close", "")]


def test_a_text_of_nothing_but_commands_leaves_nothing() -> None:
    assert extract("/close\n/label ~x\n", NAMES)[0] == ""


def test_what_is_passed_over_stays_as_it_was() -> None:
    text = "```\n/close\n```\n`/close`"
    assert extract(text, NAMES) == (text, [])
