"""What is wrong with a test as it is written is an error with its place and a suggestion."""

from __future__ import annotations

import pytest

from app.rules.loading.problems import render
from tests.trying.small import loaded

SOUND = """  - name: one
    given: {stage: "s::Work", labels: [Seen], people: {team: ann}}
    when: {move_to: "s::Done", by: leads}
    then: {stage: unchanged, rules: approval, notify: news, labels: {none: [Ping]}}
"""


def test_a_sound_test_has_no_problem() -> None:
    assert [problem for problem in loaded(SOUND).problems if problem.path.startswith("tests")] == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("given: {stage", "given: {stages", "there is no setting called 'stages' here (did you mean 'stage'?)"),
        ('"s::Work"', '"s::Wrok"', "unknown stage 's::Wrok' (did you mean 's::Work'?)"),
        ("[Seen]", "[Sean]", "unknown label 'Sean' (did you mean 'Seen'?)"),
        ("{team: ann}", "{taem: ann}", "unknown people list 'taem' (did you mean 'team'?)"),
        ("move_to: ", "moved_to: ", "there is no setting called 'moved_to' here (did you mean 'move_to'?)"),
        ('"s::Done"', '"s::Don"', "unknown stage 's::Don'"),
        ('move_to: "s::Done", ', "", "write exactly one of"),
        ("rules: approval", "rules: aproval", "there is no rule called 'aproval' (did you mean 'approval'?)"),
        ("notify: news", "notify: nwes", "unknown channel 'nwes' (did you mean 'news'?)"),
        ("[Ping]", "[Pign]", "unknown label 'Pign' (did you mean 'Ping'?)"),
        ("stage: unchanged", "stage: unchange", "unknown stage 'unchange'"),
        (
            'move_to: "s::Done", by: leads',
            "digest: mornig",
            "there is no digest called 'mornig' (did you mean 'morning'?)",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(old: str, new: str, message: str) -> None:
    assert old in SOUND
    errors = [render(problem) for problem in loaded(SOUND.replace(old, new)).errors]
    assert any(message in error and "tests[0]" in error for error in errors), errors


def test_a_name_is_used_once() -> None:
    errors = [problem.message for problem in loaded(SOUND + SOUND).errors]
    assert any("the test 'one' is there twice (first on line " in message for message in errors)
