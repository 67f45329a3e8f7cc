"""Commands are lines that begin with the bot's name, and nothing else is one."""

from __future__ import annotations

import pytest

from app.rules.reading.commands import asks_for, commands


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("@sowbot approve", ["approve"]),
        ("  @SowBot:  request   changes please", ["request changes please"]),
        ("@sowbot", [""]),
        ("Fine.\n@sowbot approve\nThanks\n@sowbot, why?", ["approve", "why?"]),
        ("thank you @sowbot approve", []),
        ("@sowbots approve", []),
        ("@someone approve", []),
        ("> @sowbot approve", []),
        ("```\n@sowbot approve\n```", []),
        ("text\n\n    @sowbot approve", []),
        ("<!-- @sowbot approve -->", []),
        ("", []),
    ],
)
def test_what_is_asked_of_the_bot(body: str, found: list[str]) -> None:
    assert list(commands(body, "sowbot")) == found


def test_while_its_name_is_unknown_anybody_may_be_meant() -> None:
    assert list(commands("@someone approve\n@ x\n@: y", None)) == ["approve"]


@pytest.mark.parametrize(
    ("command", "wanted", "fits"),
    [
        ("approve", ["approve"], True),
        ("Approve!", ["why", "approve"], True),
        ("acceptance sent 2026-01-05", ["acceptance sent"], True),
        ("acceptance", ["acceptance sent"], False),
        ("approved", ["approve"], False),
        ("", ["approve"], False),
    ],
)
def test_a_command_begins_with_the_words_wanted(command: str, wanted: list[str], fits: bool) -> None:
    assert asks_for(command, wanted) is fits
