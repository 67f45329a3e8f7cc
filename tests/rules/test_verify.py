"""The verifier: what it must find, what it must not, how long it takes, and what it says when it had to stop."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import handlers
from app.rules.book import RuleBook
from app.rules.loading.load import load, load_file
from app.rules.loading.located import read
from app.rules.loading.problems import dotted, render
from app.rules.verifying.verified import Finding, Verified, as_problem
from app.rules.verifying.verify import verify
from tests.rules.grown import FAULTS, grown_file

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "corpus"
FAULTY = sorted((CORPUS / "faulty").glob("*.yaml"))
SOUND = sorted((CORPUS / "sound").glob("*.yaml"))
EXPECT = "# expect: "
ACTIONS = handlers.specs()


def _book(path: Path) -> RuleBook:
    loaded = load_file(path, actions=ACTIONS, name=path.name)
    assert loaded.book is not None, [render(problem) for problem in loaded.problems]
    return loaded.book


def _grown(rules: int, *, seed: int, fault: str = "") -> RuleBook:
    loaded = load(grown_file(rules, seed=seed, faults=FAULTS.get(fault, ())), actions=ACTIONS)
    assert loaded.book is not None, [render(problem) for problem in loaded.errors]
    return loaded.book


def _verify(book: RuleBook) -> Verified:
    return verify(book, ACTIONS, seconds=60)


def _said(found: Verified) -> list[str]:
    return [f"{finding.kind} at {dotted(finding.path)}" for finding in found.findings]


def test_the_corpus_is_large_enough() -> None:
    assert len(FAULTY) >= 40
    assert len(SOUND) >= 20


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_a_faulty_file_gives_exactly_the_findings_that_its_header_expects(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = [line.removeprefix(EXPECT) for line in lines if line.startswith(EXPECT)]
    found = _verify(_book(path))
    assert expected
    assert _said(found) == expected
    assert found.complete


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_a_sound_file_gives_none(path: Path) -> None:
    found = _verify(_book(path))
    assert _said(found) == []
    assert found.complete


def test_the_shipped_file_gives_none_in_under_two_seconds() -> None:
    book = _book(ROOT / "label_rules.yaml")
    began = time.monotonic()
    found = verify(book, ACTIONS)
    assert _said(found) == []
    assert found.complete
    assert time.monotonic() - began < 2


def test_five_hundred_rules_are_verified_to_the_end_in_under_ten_seconds() -> None:
    book = _grown(500, seed=1)
    began = time.monotonic()
    found = verify(book, ACTIONS, seconds=10)
    assert _said(found) == []
    assert found.complete
    assert time.monotonic() - began < 10


@settings(max_examples=25, deadline=None)
@given(rules=st.integers(1, 80), seed=st.integers(0, 10_000))
def test_a_file_that_is_sound_by_construction_gives_none(rules: int, seed: int) -> None:
    assert _said(_verify(_grown(rules, seed=seed))) == []


@settings(max_examples=40, deadline=None)
@given(rules=st.integers(0, 60), seed=st.integers(0, 10_000), fault=st.sampled_from(sorted(FAULTS)))
def test_a_fault_put_into_a_sound_file_is_found_and_nothing_else(rules: int, seed: int, fault: str) -> None:
    book = _grown(rules, seed=seed, fault=fault)
    names = {rule["name"] for rule in FAULTS[fault]}
    found = _verify(book).findings
    assert {finding.kind for finding in found} == {fault}
    assert all(book.file.rules[int(finding.path[1])].name in names for finding in found)


def test_a_story_is_told_by_the_rules_with_their_lines() -> None:
    finding = _only("loop_two_labels_flip")
    lines = (CORPUS / "faulty" / "loop_two_labels_flip.yaml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, start=1) if "name: a" in text)
    assert finding.severity == "error"
    assert finding.story[0] == "An item is in Open."
    assert finding.story[1] == "Somebody adds 'hot'."
    assert finding.story[2].startswith(f"Rule 'a' (line {line}) adds 'cold' and removes 'hot', because label added")
    assert finding.story[-1] == "Everything is as it was before 4, and so it goes round for ever."
    assert finding.told().splitlines()[1] == "    2. Somebody adds 'hot'."


def test_a_finding_is_shown_with_its_line_and_carets() -> None:
    path = CORPUS / "faulty" / "never_two_of_a_scope.yaml"
    shown = render(as_problem(_only(path.stem), read(path.read_text(encoding="utf-8"), path.name)))
    assert "warning: rules[0].when: never fires: rule 'a' can never fire: label 's::y' is not on the item" in shown
    assert shown.splitlines()[-1].strip(" |").startswith("^^^")


def test_a_rule_that_never_fires_is_told_with_what_hinders_it() -> None:
    assert _only("never_amount_between").message.endswith("it could without 'fact'")


def test_without_time_it_says_what_it_left_out() -> None:
    found = verify(_grown(40, seed=1), ACTIONS, seconds=0)
    assert not found.complete
    assert "The search was cut short; not decided: " in found.note


def test_a_rule_that_is_off_or_only_looks_on_fights_nobody() -> None:
    path = CORPUS / "faulty" / "undo_add_and_remove.yaml"
    for mode in ("off", "shadow", "announce"):
        text = path.read_text(encoding="utf-8").replace("  - name: b\n", f"  - name: b\n    mode: {mode}\n")
        loaded = load(text, actions=ACTIONS)
        assert loaded.book is not None
        assert _said(_verify(loaded.book)) == []


def test_people_who_are_in_two_lists_at_once_are_thought_of() -> None:
    path = CORPUS / "sound" / "opposite_deeds_other_people.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("leads: {group: acme/leads}", "leads: {group: acme/leads}\n  ems: {group: acme/ems}")
    loaded = load(text.replace("unless: {actor: leads}", "unless: {actor: ems}"), actions=ACTIONS)
    assert loaded.book is not None
    found = _verify(loaded.book)
    assert _said(found) == ["undo at rules[1]"]
    assert found.findings[0].story[1] == "Somebody of leads adds 'ask'."


def _only(name: str) -> Finding:
    findings = _verify(_book(CORPUS / "faulty" / f"{name}.yaml")).findings
    assert len(findings) == 1
    return findings[0]
