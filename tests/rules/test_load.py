"""A sound file becomes a RuleBook; a spoiled one is told what is wrong, where and what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import RulesError
from app.rules.loading.load import load_file, load_or_raise
from app.rules.loading.problems import render
from tests.rules.toy import ACTIONS, SOUND, ToyTemplates, check, heads, spoiled


def test_a_sound_file_becomes_a_rule_book_without_a_word() -> None:
    loaded = check(SOUND)
    assert loaded.problems == ()
    assert loaded.book is not None
    assert [rule.name for rule in loaded.book.file.rules] == ["ta-gate", "normalise"]


def test_the_book_knows_the_line_of_each_part() -> None:
    book = check(SOUND).book
    assert book is not None
    lines = SOUND.split("\n")
    assert "name: normalise" in lines[book.lines["rules.1"] - 1]
    assert "- assign:" in lines[book.source("rules.1.do.1.assign.route").line - 1]
    assert "from: any" in lines[book.source("board.moves.2").line - 1]
    assert str(book.source("board.stages.1")).startswith("rules.yaml:")


def test_an_action_without_settings_gets_an_empty_block() -> None:
    book = check(SOUND).book
    assert book is not None
    assert book.file.rules[1].do[2] == {"close": {}}


def test_a_fault_in_a_block_that_two_moves_share_is_told_once() -> None:
    text = SOUND.replace("      needs:\n", "      needs: &gate\n").replace(
        "over: 50000}}\n      by:", "over: much}}\n      by:"
    )
    shared = text.replace(
        '    - {from: any, to: "proposal::closed_won"}', '    - {from: any, to: "proposal::closed_won", needs: *gate}'
    )
    assert "*gate" in shared
    assert [head for head in heads(check(shared)) if "much" in head] == [
        "rules.yaml:52:51: error: board.moves[1].needs[1].if.fact.over: should be a number, not 'much'"
    ]


def test_a_problem_shows_the_line_and_points_at_it() -> None:
    loaded = check(SOUND.replace("from: Open, to", "from: Opn, to"))
    assert render(loaded.problems[0]).split("\n") == [
        "rules.yaml:46:14: error: board.moves[0].from: unknown stage 'Opn' (did you mean 'Open'?)",
        "    |",
        ' 46 |     - {from: Opn, to: "proposal::SOW_WIP"}',
        "    |              ^^^",
    ]


FAULTS = [
    # the shape of blocks
    ("version: 1", "version: 2", "this sowbot reads version 1: start a newer sowbot, or write the file in version 1"),
    (
        "version: 1",
        "version: 0",
        "1:10: error: version: there is no version 0 of the rule language; write 'version: 1'",
    ),
    ("version: 1", "version: '1'", "there is no version '1' of the rule language; write 'version: 1'"),
    (
        "    why: Old forms",
        "    wy: Old forms",
        "72:5: error: rules[1].wy: there is no setting called 'wy' here (did you mean 'why'?)",
    ),
    (
        "    why: Old forms are put right.\n",
        "",
        "71:5: error: rules[1]: 'why' is missing (One sentence for the person who asks why the bot did this)",
    ),
    ("users: [coordinator.one]", "users: 5", "11:25: error: people.coordinators.users: should be a list, not 5"),
    ("title: SOW approval", "title: 5", '35:10: error: board.title: should be text, not 5 (put it in quotes: "5")'),
    (
        '{color: "#d9534f"}',
        "{color: }",
        "20:24: error: labels['TA::Needs-Review'].color: should be text, not nothing (write something after the ':', "
        "put a text that begins with # in quotes, or delete the line)",
    ),
    (
        "over: 50000}, labels",
        "over: much}, labels",
        "66:68: error: rules[0].when.fact.over: should be a number, not 'much'",
    ),
    ("otherwise: restore", "otherwise: retsore", "is not one of: allow, warn, restore (did you mean 'restore'?)"),
    (
        "event: label added",
        "event: label add",
        "move refused, move warned, approval void (did you mean 'label added'?)",
    ),
    ("name: ta-gate", "name: TA gate", "rules[0].name: 'TA gate' can't stand here (Lower case, digits and dashes"),
    ("after: 24 hours", "after: 24 hors", "'24 hors' is not a length of time; write for example '24 hours'"),
    ("after: 24 hours", "afer: 24 hours", "there is no setting called 'afer' here (did you mean 'after'?)"),
    ("{after: 24 hours", "{who2: 24 hours", "board.stages[0].remind: 'after' is missing (24 hours, 2 business days"),
    (
        "{after: 24 hours, who: assignee, then: 48 hours, then_who: leaders}",
        "5",
        "board.stages[0].remind: should be a list or a block of settings, not 5",
    ),
    ("- sow_link", "- {fact: sow_link, label: x}", "a need names exactly one of: fact, label, without_label, any_of"),
    ("{line: Territory}", "{line: Territory, table: T}", "facts.territory: say where the fact is: one of line, link"),
    # events, times and limits
    (
        "event: label added, label",
        "event: schedule, label",
        "rules[1].when.event: 'schedule' needs the times at which it happens (write for example at: Mon 08:00)",
    ),
    ('added, label: "TA::Approved"}', "added, at: Mon 08:00}", "rules[1].when.at: 'at' goes with 'schedule', not with"),
    ('added, label: "TA::Approved"}', "added, command: help}", "rules[1].when.command: 'command' goes with 'command'"),
    (
        'added, label: "TA::Approved"}',
        "added, emoji: tada}",
        "'emoji' goes with 'emoji', 'emoji taken back', not",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        "event: schedule, at: Mno 08:00}",
        "rules[1].when.at: 'Mno 08:00' names no days of the week; write for example 'Mon 08:00'",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        "event: schedule, at: [Mon 08:00, 0800]}",
        "rules[1].when.at[1]: 800 does not say when; write for example 'Mon 08:00'",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        "event: schedule, at: Mon 08:00, actor: leaders}",
        "rules[1].when.actor: nobody does 'schedule': 'actor' never holds here (delete it)",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        "event: deal event, deal: closed_one}",
        "rules[1].when.deal: 'closed_one' is not one of: stage_changed, closed_won, closed_lost, legal_stamped (did",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        "event: comment, deal_stage: 6*}",
        "rules[1].when.deal_stage: 'deal_stage' goes with 'deal event', not with 'comment'",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        'event: label added, text: "*?*"}',
        "rules[1].when.text: 'text' goes with 'comment', 'comment edited', not with 'label added'",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        "event: comment, unknown: true}",
        "rules[1].when.unknown: 'unknown' goes with 'label added', 'label removed', not with 'comment'",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        "event: comment, actor: [author, assignee, leadres]}",
        "rules[1].when.actor[2]: unknown people list 'leadres' (did you mean 'leaders'?)",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        "event: comment, facts: {unreadable: estimate_totl}}",
        "rules[1].when.facts.unreadable: unknown fact 'estimate_totl' (did you mean 'estimate_total'?)",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        "event: deal event, actor: leaders}",
        "rules[1].when.actor: nobody does 'deal event': 'actor' never holds here (delete it)",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        "event: stage entered, age: {in_stage: {over: 2 days}}}",
        "rules[1].when.age: a card that has just entered its stage is not old there: this rule never does anything",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        "event: comment, age: {in_stage: {}}}",
        "rules[1].when.age.in_stage: say how long: over: 2 business days, or under: …",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        "event: comment, idle: {over: 45}}",
        "rules[1].when.idle.over: 45 is not a length of time",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        "event: comment, commented: {by: leader}}",
        "rules[1].when.commented.by: unknown people list 'leader' (did you mean 'leaders'?)",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        "event: comment, commented: {by: leaders, since: opening}}",
        "rules[1].when.commented.since: 'opening' is not one of: opened, stage entered",
    ),
    (
        "if: {fact: {name: estimate_total, over: 50000}}",
        "if: {not: {age: {in_stage: {over: 1 day}}}}",
        "needs[1].if.not.age: a need is asked when the card has just left its stage, so its age there is not known",
    ),
    (
        'event: label added, label: "TA::Approved"}',
        "event: comment, facts: {changed: term}}",
        "rules[1].when.facts.changed: unknown fact 'term' (did you mean 'terms'?)",
    ),
    (
        "    unless: {actor: coordinators}\n",
        "    as_often_as: daily\n",
        "rules[1].as_often_as: 'daily' does not say how often; write for example 'once per item', 'once per stage' or",
    ),
    ("    unless: {actor: coordinators}\n", "    priority: high\n", "rules[1].priority: should be a whole number, not"),
    ("    unless: {actor: coordinators}\n", "    stop_after: 1 h\n", "rules[1].stop_after: should be true or false"),
    # actions
    ("- notify:", "- notfy:", "rules[0].do[2].notfy: there is no action called 'notfy' (did you mean 'notify'?)"),
    (
        "- notify: {channel: services, template: ta_review}",
        "- {notify: {}, close: {}}",
        "rules[0].do[2]: each entry of 'do' is one action; this one has 2: notify, close (begin each action with '- ')",
    ),
    (
        '    unless: {actor: coordinators}\n    do:\n      - label: {remove: ["TA:Approved"]}\n',
        "    unless: {actor: coordinators}\n    do: []\n    x:\n",
        "rules[1].do: a rule without actions does nothing (set 'mode: off' to switch it off)",
    ),
    ("- notify: {channel: services, template: ta_review}", "- {}", "one action; this one is empty"),
    ("- close:", "- close", "rules[1].do[2]: should be a block of settings, not 'close'"),
    ("- close:", "- close: now", "rules[1].do[2].close: should be a block of settings, not 'now'"),
    ("channel: services, template", "chanel: services, template", "notify.chanel: there is no setting called 'chanel'"),
    ("channel: services, template", "template", "rules[0].do[2].notify: 'channel' is missing"),
    ("with: {amount: 1},", "about: evnt,", "'evnt' is not one of: event, item (did you mean 'event'?)"),
    # names
    ('{add: ["TA::Needs-Review"]}', '{add: ["TA::Needs-Revew"]}', "did you mean 'TA::Needs-Review'?"),
    ('remove: ["TA:Approved"]', 'remove: ["TA:Aproved"]', "do[0].label.remove[0]: unknown label 'TA:Aproved'"),
    ('labels: {none: ["TA::*"]}', 'labels: {none: ["RDM::*"]}', "when.labels.none[0]: unknown label 'RDM::*'"),
    ('added, label: "TA::Approved"}', "added, label: Aproved}", "rules[1].when.label: unknown label 'Aproved'"),
    ('added, label: "TA::Approved"}', 'added, label: "TA:Approved"}', "rules[1].when.label: 'TA:Approved' is an old"),
    (
        "name: estimate_total, over: 50000}, l",
        "name: terms, over: 50000}, l",
        "the fact 'terms' is not read as a number",
    ),
    ("name: estimate_total, over: 50000}, l", "name: terms, is: MAS}, l", "the fact 'terms' can't be 'MAS' (did you"),
    ("fact: {name: estimate_total, over: 50000}, l", "facts: {complete: terms}, l", "the fact 'terms' is no table"),
    ('- label: "TA::Approved"', '- label: "TA:Approved"', "'TA:Approved' is an old form of 'TA::Approved'"),
    ('- from: "proposal::SOW_WIP"', '- from: "proposal::Writing"', "is an old form of 'proposal::SOW_WIP'; the bot"),
    ("labels: [], channel", "labels: [US], channel", "private.labels[0]: unknown label 'US'"),
    (
        "channel: services}",
        "channel: servics}",
        "private.channel: unknown channel 'servics' (did you mean 'services'?)",
    ),
    ("channel: services, t", "channel: servces, t", "rules[0].do[2].notify.channel: unknown channel 'servces'"),
    ("- sow_link", "- sow_lnk", "needs[0]: unknown fact 'sow_lnk' (did you mean 'sow_link'?)"),
    (
        "if: {fact: {name: estimate_total",
        "if: {fact: {name: estimate",
        "needs[1].if.fact.name: unknown fact 'estimate' (did you mean 'estimate_total'?)",
    ),
    ("date_fact: estimate_total", "date_fact: estimate_totl", "comment.date_fact: unknown fact 'estimate_totl'"),
    ("fact: {territory: ", "fact: {teritory: ", "59:21: error: routes.managers[0].when.fact.teritory: unknown fact"),
    ("by: leaders", "by: leadres", "board.moves[1].by: unknown people list 'leadres' (did you mean 'leaders'?)"),
    ("actor: coordinators", "actor: coordinator", "unless.actor: unknown people list 'coordinator' (did you mean"),
    ("then_who: leaders", "then_who: boss", "remind.then_who: unknown people list 'boss' (known here: leaders, coord"),
    ("route: managers", "route: managrs", "do[1].assign.route: unknown route 'managrs' (did you mean 'managers'?)"),
    ("{route: managers}", "{route: managers, who: x}", "do[1].assign.who: unknown people list 'x'"),
    ("  project: plan\n", "  project: plam\n", "defaults.project: unknown project 'plam' (did you mean 'plan'?)"),
    ("project: plan}", "project: plam}", "rules[0].do[1].comment.project: unknown project 'plam'"),
    ('"proposal::Approved"]\n\nprivate', '"proposal::Aproved"]\n\nprivate', "approvals[1]: unknown label"),
    # definitions
    (
        "  - name: normalise",
        "  - name: ta-gate",
        "71:11: error: rules[1].name: a rule called 'ta-gate' is there already (line 64) (give each rule its own name)",
    ),
    ('- stage: "proposal::Approved"', '- stage: "proposal::SOW_WIP"', "the stage 'proposal::SOW_WIP' is defined twice"),
    ('["proposal::Writing"]', '["ta:approved"]', "'ta:approved' means 'TA::Approved' already (line 21; upper and"),
    ('also_written: ["TA:Approved"]', 'also_written: ["Calculator"]', "'Calculator' means 'Calculator' already"),
    ("#6699cc", "6699cc", "'6699cc' is not a colour (write for example \"#6699cc\", in quotes)"),
    ("timezone: America/Los_Angeles", "timezone: America/LosAngeles", "no time zone 'America/LosAngeles'; did you"),
    ("slack: SLACK_SERVICES", "slack: SOWBOT_SLACK", "14:21: error: channels.services.slack: 'SOWBOT_SLACK' begins"),
    ("slack: SLACK_SERVICES", "slck: SLACK", "14:14: error: channels.services.slck: there is no setting called"),
    ("{slack: SLACK_SERVICES}", "{mention: x}", "14:13: error: channels.services: name exactly one kind of channel"),
    ("slack: SLACK_SERVICES", "slack: A, teams: B", "14:13: error: channels.services: name exactly one kind of chann"),
    ("slack: SLACK_SERVICES", "slack: A, signing: B", "14:13: error: channels.services: signing goes with webhook"),
    ("slack: SLACK_SERVICES", "teams: https://x", "14:21: error: channels.services.teams: this is not the name of an"),
    ("slack: SLACK_SERVICES", "slack_bot: {token: xoxb-1, channel: C012ABC}", "the token itself is a secret and stay"),
    ("slack: SLACK_SERVICES", "slack_bot: {token: A, channel: general}", "'general' is no channel of Slack; write its"),
    ("slack: SLACK_SERVICES", "slack_bot: {token: A}", "channels.services.slack_bot: 'channel' is missing"),
    ("slack: SLACK_SERVICES", "slack: A, throttle: often", "'often' does not say how many messages in which time"),
    ("slack: SLACK_SERVICES", "slack: A, throttle: 2 in 3 business days", "the time is counted in minutes or hours"),
    ("workdays: Mon-Fri", "workdays: Mon-Fir", "16:53: error: calendar.workdays: 'Fir' is not a day of the week"),
    ("workdays: Mon-Fri", "hours: 9-17", "'9-17' are no working hours; write for example '09:00-17:30'"),
    ("workdays: Mon-Fri", "also_closed: [2026-13-01]", "calendar.also_closed[0]: '2026-13-01' is not a date"),
    ("workdays: Mon-Fri", "holidays: XX", "no holidays are known for the country 'XX'"),
    ("workdays: Mon-Fri", "holidays: DE-XX", "no holidays are known for 'XX' in DE; known there: "),
    ("stage: Open", 'stage: "proposal::Open"', "board.stages: the stage 'Open' is missing (add '- stage: Open'"),
    ("      ends: won\n", "", "board.stages: no stage says 'ends: won'"),
    (
        '- stage: "proposal::Approved"\n',
        '- stage: "proposal::Approved"\n      ends: won\n',
        "a second stage says 'ends: won' (first on line 43)",
    ),
    ('- stage: "proposal::SOW_WIP"', '- stage: "proposals::SOW_WIP"', "a label that begins with 'proposal::', not"),
    # rules
    (
        '{event: label added, label: "TA::Approved"}',
        '{event: stage entered, label: "TA::Approved"}',
        "rules[1].when.label: 'label' goes with 'label added', 'label removed', not with 'stage entered' (for labels "
        "that the issue carries, write labels: {any: […]})",
    ),
    ("event: label added,", "event: label added, timer: x,", "'timer' goes with 'timer', not with 'label added'"),
    ("event: label added,", "event: label added, from: Open,", "'from' goes with 'stage entered', 'move refused',"),
    (
        "unless: {actor: coordinators}",
        "unless: {not: {any_of: [{all_of: [{not: {actor: coordinators}}]}]}}",
        "any_of, all_of and not may be nested 3 deep, no deeper (split the rule in two)",
    ),
    (
        '{remove: ["TA:Approved"]}',
        '{add: ["TA::Approved"]}',
        "'TA::Approved' means an approval (line 30); people set it, never the bot",
    ),
    ("- close:", '- move: {to: "proposal::Approved"}', "'proposal::Approved' means an approval (line 30)"),
    ('add_labels: ["TA::Needs-Review"]', 'add_labels: ["TA::Approved"]', "routes.managers[0].add_labels[0]: 'TA::App"),
    (
        "when: {event: fact changed,",
        "also_own_changes: true\n    when: {event: comment,",
        "rules[0].also_own_changes: this rule would answer its own comment for ever (delete also_own_changes)",
    ),
    (
        "when: {event: fact changed,",
        "also_own_changes: true\n    when: {event: [command],",
        "rules[0].also_own_changes: this rule would answer its own comment for ever (delete also_own_changes)",
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), FAULTS)
def test_a_fault_is_an_error_that_names_it(old: str, new: str, expected: str) -> None:
    loaded = check(SOUND.replace(old, new))
    assert loaded.book is None
    assert [line for line in spoiled(old, new) if expected in line and ": error: " in line], heads(loaded)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"close_qtr::*": {}', '"Segment::SMB": {}', "22:3: warning: labels['Segment::SMB']: the label 'Segment::SMB'"),
        ("unless: {actor: coordinators}", "unless: {}", "people.coordinators: the people list 'coordinators' is used"),
        (
            '    - {from: any, to: "proposal::closed_won"}\n',
            "",
            "warning: board.stages[3].stage: no way leads to the stage 'proposal::closed_won' from 'Open'",
        ),
        ('"close_qtr::*": {}', '"proposal::Other": {}', "labels that begin with 'proposal::' are stages"),
        (
            "when: {event: fact changed,",
            "also_own_changes: true\n    when: {event: timer,",
            "also_own_changes means nothing with 'timer'",
        ),
        (
            "  managers:\n    - when:",
            "  managers:\n    - assign: manager.two\n    - when:",
            "60:7: warning: routes.managers[1]: no issue gets to this row: the one on line 59 fits every issue",
        ),
        (
            '      assign: manager.one\n      add_labels: ["TA::Needs-Review"]\n',
            "",
            "routes.managers[0]: this row neither assigns anybody nor adds a label",
        ),
    ],
)
def test_a_doubt_is_a_warning_and_the_file_is_used(old: str, new: str, expected: str) -> None:
    loaded = check(SOUND.replace(old, new))
    assert loaded.book is not None
    assert [line for line in spoiled(old, new) if expected in line], heads(loaded)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- close:", '- restore_stage: {to: "proposal::Approved"}'),
        ('    - {from: any, to: "proposal::closed_won"}\n', "  unlisted: warn\n"),
        ("event: label added,", "event: [label added, comment],"),
        ('labels: {none: ["TA::*"]}', 'labels: {none: ["close_qtr::Q322"]}'),
        ("unless: {actor: coordinators}", "unless: {not: {any_of: [{all_of: [{actor: coordinators}]}]}}"),
        ("unless: {actor: coordinators}", "unless: {any_of: [{actor: coordinators}, {assignee: nobody}]}"),
        ('also_written: ["TA:Approved"]', 'also_written: ["TA:Approved", "ta approved"]'),
        ("workdays: Mon-Fri", "workdays: Mon-Fri, holidays: DE-BY, also_closed: [2026-12-24]"),
    ],
)
def test_what_is_allowed_raises_no_word(old: str, new: str) -> None:
    assert spoiled(old, new) == []


def test_all_faults_of_a_file_are_found_in_one_run() -> None:
    text = SOUND
    for old, new in (
        ("version: 1", "version: one"),
        ("by: leaders", "by: leadres"),
        ("- sow_link", "- sow_lnk"),
        ("- notify:", "- notfy:"),
        ("why: Old", "wy: Old"),
        ("timezone: America/Los_Angeles", "timezone: Mars"),
    ):
        text = text.replace(old, new)
    assert len(check(text).errors) == 7  # the misspelt 'why' is two: unknown here, missing there


def test_a_misspelt_name_does_not_make_the_right_one_look_unused_or_out_of_reach() -> None:
    assert len(spoiled("actor: coordinators", "actor: coordinator")) == 1
    assert len(spoiled('Open, to: "proposal::SOW_WIP"', 'Open, to: "proposal::SOW WIP"')) == 1


def test_a_secret_pasted_for_its_name_is_not_repeated() -> None:
    problems = check(SOUND.replace("SLACK_SERVICES", "https://hooks.slack.test/T0/secret")).problems
    assert "name of an environment variable" in problems[0].message
    assert "secret" not in render(problems[0]).replace("is a secret", "")


TEMPLATES = {
    "comment/move_refused": {"unmet"},
    "comment/move_warned": {"mention"},
    "comment/label_respelt": {"swapped"},
    "comment/reminder": {"who"},
    "comment/ta_review": {"facts.estimate_total", "facts.open_rows.*", "people.leaders", "item.title"},
}


def test_templates_that_exist_and_get_what_they_use_are_fine() -> None:
    assert check(SOUND, templates=ToyTemplates(TEMPLATES)).problems == ()


def test_a_missing_template_is_found_where_it_is_named() -> None:
    text = SOUND.replace("channel: services, template: ta_review", "channel: services, template: ta_reveiw")
    found = heads(check(text, templates=ToyTemplates(TEMPLATES)))
    assert found == [
        "rules.yaml:70:47: error: rules[0].do[2].notify.template: there is no template templates/comment/ta_reveiw.md "
        "(did you mean 'ta_review'?)"
    ]


def test_a_people_list_is_not_called_like_a_role() -> None:
    text = SOUND.replace("people:\n", "people:\n  author: {users: [somebody]}\n", 1)
    assert text != SOUND
    said = "'author' is a role on the issue: 'actor' could not tell the two apart"
    assert any(said in one for one in heads(check(text)))


def test_the_boards_own_templates_must_exist() -> None:
    templates = {name: uses for name, uses in TEMPLATES.items() if name != "comment/reminder"}
    found = heads(check(SOUND, templates=ToyTemplates(templates)))
    assert found == [
        "rules.yaml:34:1: error: board: there is no template templates/comment/reminder.md, which the board posts"
    ]


def test_a_variable_that_nobody_gives_is_found_and_with_gives_some() -> None:
    templates = ToyTemplates({**TEMPLATES, "comment/ta_review": {"amount", "facts.estimate"}})
    messages = [(one.line, one.message) for one in check(SOUND, templates=templates).problems]
    # What is wrong in every use is the template's fault and told once; what one rule lacks, where it lacks it.
    assert messages == [
        (69, "templates/comment/ta_review.md: line 1: there is no 'facts.estimate'"),
        (70, "templates/comment/ta_review.md: line 1: there is no 'amount'"),
    ]
    (first, *_) = check(SOUND, templates=templates).problems
    assert first.suggestion == "so it is in all 2 places that use it"


def test_a_file_is_loaded_from_disk_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "label_rules.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.encode())
    assert load_or_raise(path, actions=ACTIONS).file.version == 1


def test_a_file_that_is_no_text_or_not_there_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "label_rules.yaml"
    assert "can't be read: No such file" in load_file(path, actions=ACTIONS).problems[0].message
    path.write_bytes(b"version: 1\nx: \xff\n")
    problem = load_file(path, actions=ACTIONS, name="label_rules.yaml").problems[0]
    assert render(problem) == "label_rules.yaml:2:1: error: the file is not UTF-8 text (save it as UTF-8)"


def test_a_bad_file_raises_the_list_of_its_errors_without_the_warnings(tmp_path: Path) -> None:
    path = tmp_path / "label_rules.yaml"
    path.write_text(SOUND.replace("by: leaders", "by: leadres").replace('"close_qtr::*"', '"Segment::SMB"'))
    with pytest.raises(RulesError) as raised:
        load_or_raise(path, actions=ACTIONS, name="label_rules.yaml")
    assert str(raised.value).startswith("label_rules.yaml:53:11: error: board.moves[1].by: unknown people list")
    assert "warning" not in str(raised.value)
