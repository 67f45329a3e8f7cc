"""Faults of a blueprint: each with its line, its column and what was probably meant."""

from __future__ import annotations

import pytest

from handlers.collaboration.blueprint_faults import blueprint_problems
from tests.handlers.scene import TEMPLATES

GOOD = """\
labels:
  - {title: PS Risk, color: "#a4262c"}
  - {title: "{sow}", color: "#1f75cb"}
boards:
  - {name: RAID, lists: [PS Risk]}
epics:
  heading: SOW activities
  template: workstream_epic
  labels: ["{sow}"]
issues:
  - {template: issues/raid_log}
files:
  - {path: README.md, template: files/readme}
"""


def faults(text: str) -> list[str]:
    found = blueprint_problems(text, "b.yaml", TEMPLATES)
    return [
        f"{one.line}:{one.column} {one.severity}: {one.message}" + (f" ({one.suggestion})" if one.suggestion else "")
        for one in found
    ]


def test_a_good_one_has_none() -> None:
    assert faults(GOOD) == []


def test_the_shipped_one_has_none() -> None:
    assert faults(TEMPLATES.blueprint("collaboration/customer_project")) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("boards:", "bords:", "4:1 error: there is no setting called 'bords' here (did you mean 'boards'?)"),
        ("lists: [PS Risk]", "lists: [PS Risc]", "5:26 error: no label 'PS Risc' is listed under labels"),
        ("issues/raid_log", "issues/raid_logg", "11:16 error: there is no template"),
        ('["{sow}"]', '["{saw}"]', "9:12 error: {saw} stands for nothing here (did you mean 'sow'?)"),
        ('"#a4262c"', "red", "2:29 error: 'red' can't stand here"),
        ("  heading: SOW activities\n", "", "'heading' is missing"),
        ("path: README.md", "path: ../README.md", "13:12 error: '../README.md' is no path inside the repository"),
        ("title: PS Risk", 'title: "{sow}"', "the label '{sow}' is listed twice"),
        ("SOW activities", "SOW {activities", "7:12 error: a brace is left over"),
        (
            "- {template: issues/raid_log}",
            "- {template: issues/raid_log, when: big}",
            "'big' is not one of: large, small",
        ),
    ],
)
def test_a_fault_is_told_with_its_place_and_what_was_meant(old: str, new: str, fault: str) -> None:
    assert old in GOOD
    said = faults(GOOD.replace(old, new, 1))
    assert any(fault in one for one in said), said


def test_a_label_without_the_blank_that_people_know_is_warned_of() -> None:
    said = faults(
        GOOD.replace("title: PS Risk", "title: 'PS::Priority High'").replace("[PS Risk]", "['PS::Priority High']")
    )
    assert said == ["2:13 warning: people know this label as 'PS:: Priority High' (with the blank)"]


@pytest.mark.parametrize("text", ["", "boards: [", "- a", "epics: {heading: x}"])
def test_what_is_no_blueprint_at_all_is_told_too(text: str) -> None:
    assert faults(text)
