"""The page on commands and the rule file know the same commands, and the same people for each."""

from __future__ import annotations

import re

from tests.handlers.scene import BOOK, ROOT

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
ROWS = {
    command: row
    for row in re.findall(r"^\| (`.*) \|$", PAGE.partition("## Times")[0], re.MULTILINE)
    for command in re.findall(r"`([^`]+)`", row.partition(" | ")[0])
}
SAID = {
    "author": "account team",
    "assignee": "account team|engagement",
    "account_team": "account team",
    "requested_by": "account team",
    "ps_leadership": "leadership",
    "technical_architects": "asked for that approval",
    "delivery_managers": "delivery|asked for that approval",
    "engagement_managers": "engagement",
    "project_coordinators": "coordinators",
    "project_managers": "project",
}


def test_every_command_of_the_rule_file_is_on_the_page_with_the_people_who_may() -> None:
    for rule in BOOK.file.rules:
        for words in rule.when.command or ():
            row = next((row for command, row in ROWS.items() if command.startswith(words)), "")
            assert row, f"{words} ({rule.name}) is not in the table"
            who = row.rpartition(" | ")[2]
            for people in rule.when.actor or ():
                assert "asked for that" in who or re.search(SAID[people], who), f"{words}: {people}"
            if not rule.when.actor and rule.unless is None:
                assert who == "everybody", words


def test_the_page_names_no_command_that_no_rule_answers() -> None:
    known = {words for rule in BOOK.file.rules for words in rule.when.command or ()}
    assert [command for command in ROWS if not any(command.startswith(words) for words in known)] == []
