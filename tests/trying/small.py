"""A small rule file for the tests of trying out, with the real actions and the shipped templates."""

from __future__ import annotations

from dataclasses import replace

import handlers
from app.rules.book import RuleBook
from app.rules.loading.load import Loaded, load
from app.trying.tests import Report, run_tests
from handlers.note_text import CONTEXT_NAMES
from tests.handlers.scene import TEMPLATES

HEAD = """version: 1
projects: {plan: ps/plan}
defaults: {project: plan}
people:
  team: {group: ps/team}
  leads: {users: [ann.lead]}
channels: {news: {slack: NEWS_URL}}
approvals: ["TA::Approved"]
labels:
  Deal: {}
  Ping: {}
  Pong: {}
  Seen: {}
  "TA::Approved": {also_written: ["TA:Approved"]}
facts:
  total: {line: Total, money: USD, means: 'a line "Total: <amount> USD"'}
board:
  title: Small
  only: Deal
  scope: s
  stages:
    - stage: Open
      remind: {after: 1 day, says: Still open.}
    - stage: "s::Work"
    - {stage: "s::Done", ends: won}
  moves:
    - {from: Open, to: "s::Work"}
    - {from: "s::Work", to: "s::Done", by: leads, because: Leads finish., otherwise: restore, needs: [total]}
    - {from: "s::Done", to: "s::Work", warn: It is open again.}
digests:
  - {name: morning, why: Somebody has to take it., at: Mon 08:00, channel: news, lacking: [assignee]}
rules:
  - name: on-work
    why: Work is seen.
    when: {event: stage entered, stage: "s::Work"}
    do: [{label: {add: Seen}}, {notify: {channel: news, template: estimate_review_request}}]
  - name: approval
    why: Only the team approves.
    when: {event: label added, label: "TA::Approved"}
    unless: {actor: team}
    do: [{label: {remove: "TA::Approved"}}]
"""

LOOP = """  - name: ping
    why: Ping is followed by pong.
    when: {event: label added, label: Ping}
    also_own_changes: true
    do: [{label: {remove: Ping, add: Pong}}]
  - name: pong
    why: Pong is followed by ping.
    when: {event: label added, label: Pong}
    also_own_changes: true
    do: [{label: {remove: Pong, add: Ping}}]
"""


def loaded(tests: str = "", *, rules: str = "") -> Loaded:
    """The file with these tests and further rules."""
    text = HEAD + rules + (f"tests:\n{tests}" if tests else "")
    return load(text, actions=handlers.specs(), templates=TEMPLATES, context_names=CONTEXT_NAMES)


def book_of(tests: str = "", *, rules: str = "") -> RuleBook:
    """The same, without errors."""
    found = loaded(tests, rules=rules)
    assert found.book is not None, found.problems
    return replace(found.book, path="label_rules.yaml")


def ran(tests: str, *, rules: str = "") -> Report:
    """The tests, run."""
    return run_tests(book_of(tests, rules=rules), handlers=handlers.by_name(), templates=TEMPLATES)


def fails(given: str, when: str, then: str, *, rules: str = "") -> list[str]:
    """What is not as expected in a single test."""
    report = ran(f"  - name: one\n    given: {given}\n    when: {when}\n    then: {then}\n", rules=rules)
    return [one for case in report.results for one in case.shortfalls]
