"""Digests in the rule file: what is wrong in one is told with its place, and the sheet says what each does."""

from __future__ import annotations

from pathlib import Path

import pytest

import handlers
from app.rules.loading.load import load
from app.rules.loading.problems import render
from app.rules.telling.digests import digest_sentences
from app.rules.telling.words import in_quotes
from handlers.note_text import CONTEXT_NAMES
from tests.handlers.scene import BOOK, TEMPLATES

SHIPPED = (Path(__file__).parents[2] / "label_rules.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("at: Mon 08:00", "at: Mno 08:00", "digests[1].at: 'Mno 08:00' names no days of the week"),
        (
            "channel: ps-engagement-mgrs\n    lacking",
            "channel: ps-mgrs\n    lacking",
            "digests[0].channel: unknown channel",
        ),
        ('lacking: [assignee, "Segment::*"]', 'lacking: ["Segmnt::*"]', "digests[0].lacking"),
        ('proposal::Ready For Approval"]\n    win', 'proposal::Redy"]\n    win', "digests[1].waiting_for[2]"),
        ("name: week\n", "name: unattended\n", "digests[1].name: a digest called 'unattended' is there already"),
        ("stages: true\n", "template: wek\n    stages: true\n", "there is no template templates/digest/wek.md"),
        ('lacking: [assignee, "Segment::*"]', "row: 58", "digests[0]: say what it tells"),
        ("win_rate: true", "win_rates: true", "there is no setting called 'win_rates' here (did you mean 'win_rate'?)"),
    ],
)
def test_what_is_wrong_in_a_digest_is_told_with_its_place(old: str, new: str, told: str) -> None:
    assert old in SHIPPED
    loaded = load(SHIPPED.replace(old, new), actions=handlers.specs(), templates=TEMPLATES, context_names=CONTEXT_NAMES)
    said = [render(problem) for problem in loaded.errors]
    assert any(told in one for one in said), said


def test_the_sheet_says_what_a_digest_does() -> None:
    week = next(one for one in BOOK.file.digests if one.name == "week")
    said = " ".join(digest_sentences(week, BOOK, in_quotes))
    assert said.startswith("When it is Mon 08:00, the bot looks over the whole board and tells the channel")
    assert "how many cards stand in each stage and for how long, which wait in “TA::Needs-Review”" in said
    assert "and the win rate of the fiscal quarter." in said
