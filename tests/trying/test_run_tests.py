"""The rule file's own tests: each expectation passes where it holds, and fails with the value where it does not."""

from __future__ import annotations

import pytest

import handlers
from app.errors import RulesError
from app.trying.findings import problems_of, refuse_failing
from tests.handlers.scene import TEMPLATES
from tests.trying.small import LOOP, book_of, fails, ran

TO_WORK = '{move_to: "s::Work"}'
FINISH = '{move_to: "s::Done", by: leads}'
PAID = '{stage: "s::Work", description: "Total: 5 USD"}'


@pytest.mark.parametrize(
    ("given", "when", "holds", "fails_with", "says"),
    [
        ("{}", TO_WORK, '{stage: "s::Work"}', "{stage: Open}", "the card is in s::Work, not in Open"),
        ("{}", '{move_to: "s::Done"}', "{stage: unchanged}", '{stage: "s::Done"}', "The board has no move"),
        ("{}", TO_WORK, "{labels: {all: [Seen]}}", "{labels: {none: [Seen]}}", "the label 'Seen' is on it"),
        ("{}", TO_WORK, "{labels: {any: [Seen, Ping]}}", "{labels: {any: [Ping]}}", "none of the labels Ping"),
        ("{}", TO_WORK, "{rules: on-work}", "{rules: approval}", "rule approval did not match: not meant: label added"),
        ("{}", TO_WORK, "{not_rules: approval}", "{not_rules: on-work}", "rule on-work matched"),
        ("{}", TO_WORK, "{notify: news}", "{notify: []}", "news heard of it, too"),
        ("{}", '{comment: "hello"}', "{notify: []}", "{notify: news}", "news heard nothing"),
        ("{}", '{move_to: "s::Done"}', "{refused: true}", "{refused: false}", "the card was put back"),
        ('{stage: "s::Done"}', TO_WORK, "{warned: true}", "{warned: false}", "there was a warning"),
        (PAID, FINISH, '{stage: "s::Done"}', "{refused: true}", "the card was not put back"),
        (
            '{stage: "s::Work"}',
            FINISH,
            '{comment_says: "Total:"}',
            "{comment_says: Nothing of the kind}",
            "no comment says “Nothing of the kind”; 1 comment was written",
        ),
        ("{}", "{opened: true}", '{timers: "stage/Open/*"}', "{no_timers: '*'}", "the timer stage/Open/1 is set"),
        ("{}", TO_WORK, '{no_timers: "stage/Open*"}', "{timers: other}", "no timer other is set"),
        ("{}", "{closed: true}", "{closed: true}", "{closed: false}", "the issue is closed"),
        ("{}", "{assign: ann.lead}", "{assigned: ann.lead}", "{assigned: bob}", "bob is not assigned"),
        ("{on_board: false}", "{comment: hello}", "{nothing: true}", "{creates: X}", "nothing called “X” was made"),
        ("{}", "{digest: morning}", "{notify: news}", "{notify: []}", "news heard of it, too"),
        ("{}", "{digest: morning}", "{channel_says: 'plan#'}", "{channel_says: Other}", "1 message went out"),
        ("{}", "{digest: morning}", "{no_channel_says: Other}", "{no_channel_says: 'plan#'}", "to a channel says"),
        ("{assignees: bob}", "{digest: morning}", "{nothing: true}", "{notify: news}", "news heard nothing"),
        ('{stage: "s::Work"}', "{wait: 3 days}", "{nothing: true}", "{rules: on-work}", "did not match"),
    ],
)
def test_an_expectation_can_hold_and_can_fail(given: str, when: str, holds: str, fails_with: str, says: str) -> None:
    assert fails(given, when, holds) == []
    assert says in " ".join(fails(given, when, fails_with))


def test_doing_nothing_fails_with_what_was_done() -> None:
    assert fails("{}", TO_WORK, "{nothing: true}") == ["the bot should do nothing, but wrote: labels"]


def test_a_people_list_stands_for_somebody_in_it() -> None:
    given = '{stage: "s::Work", description: "Total: 5 USD"}'
    assert fails(given, '{move_to: "s::Done", by: [leads, ann.lead]}', '{stage: "s::Done"}') == []
    assert fails(given, '{move_to: "s::Done", by: [team, bob]}', "{stage: unchanged, refused: true}") == []
    named = '{stage: "s::Work", description: "Total: 5 USD", people: {leads: bob}}'
    assert fails(named, '{move_to: "s::Done", by: bob}', '{stage: "s::Done"}') == []


def test_a_group_that_nobody_speaks_of_has_members_all_the_same() -> None:
    assert fails("{}", '{add_label: "TA::Approved", by: bob}', '{labels: {none: ["TA::Approved"]}}') == []
    assert fails("{}", '{add_label: "TA::Approved", by: team}', '{labels: {all: ["TA::Approved"]}}') == []


def test_several_stages_moves_and_people_are_run_one_by_one() -> None:
    test = '  - {name: n, given: {stage: [Open, "s::Work"]}, when: {move_to: [Open, "s::Done"], by: [a, b]}, '
    report = ran(test + "then: {refused: true}}\n")
    names = [result.name for result in report.results]
    assert len(names) == 6
    assert "n (Open to s::Done, by a)" in names
    assert not any("Open to Open" in name for name in names)


def test_only_what_comes_after_what_happened_counts() -> None:
    given = '{happened: [{move_to: "s::Work"}]}'
    assert fails(given, "{comment: hello}", "{nothing: true}") == []
    insisted = '{happened: [{move_to: "s::Done"}]}'
    assert fails(insisted, '{move_to: "s::Done"}', "{refused: true}") == []


def test_a_reminder_comes_when_its_time_is_up() -> None:
    given = "{assignees: ann.lead, happened: [{opened: true}]}"
    assert fails(given, "{wait: 25 hours}", '{comment_says: ["Still open", "@ann.lead"]}') == []
    assert fails(given, "{wait: 23 hours}", "{nothing: true}") == []


def test_rules_that_answer_one_another_for_ever_fail() -> None:
    (said,) = fails("{}", "{add_label: Ping}", "{rules: [ping, pong]}", rules=LOOP)
    assert said == "it does not come to rest: after 12 looks the bot still answers itself (ping, pong)"


def test_a_rule_that_is_switched_off_is_tested_all_the_same() -> None:
    off = "  - name: ping\n    why: w.\n    mode: off\n    when: {event: label added, label: Ping}\n"
    off += "    do: [{label: {remove: Ping}}]\n"
    assert fails("{}", "{add_label: Ping}", "{rules: ping, labels: {none: [Ping]}}", rules=off) == []


def test_what_no_test_tries_is_told() -> None:
    report = ran(f"  - {{name: one, when: {TO_WORK}, then: {{rules: on-work}}, given: {{}}}}\n")
    rules, digests, illegal, lines, needs = report.coverage.parts
    assert rules.missing == ("approval",)
    assert digests.missing == ("morning",)
    assert set(illegal.missing) == {"Open to s::Done", "s::Work to Open", "s::Done to Open"}
    assert len(lines.missing) == 2
    assert len(needs.missing) == 1
    assert "Rules: 1 of 2 are tried; not: approval." in list(report.lines())


def test_a_file_whose_tests_fail_is_refused_with_the_tests_place() -> None:
    book = book_of(f"  - name: wrong\n    given: {{}}\n    when: {TO_WORK}\n    then: {{stage: Open}}\n")
    report = ran(f"  - name: wrong\n    given: {{}}\n    when: {TO_WORK}\n    then: {{stage: Open}}\n")
    (problem,) = problems_of(report, book=book)
    assert problem.severity == "error"
    assert problem.line == book.source("tests.0").line
    with pytest.raises(RulesError, match="the test “wrong” fails: the card is in s::Work, not in Open"):
        refuse_failing(book, handlers=handlers.by_name(), templates=TEMPLATES)
