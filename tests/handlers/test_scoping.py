"""The scoping issue that the Services Calculator's form becomes: tables, labels, people, and where its address goes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.domain.decision import Result
from app.domain.item import Person
from app.errors import AdminMustAct
from app.gitlab.port import ProjectView
from app.rules.reading.facts import read_facts
from app.sandbox.acts.mentions import mentioned_names
from handlers.scoping.request import file_request
from handlers.scoping.tables import services_of, tables
from tests.handlers.fake_gitlab import FakeGitLab
from tests.handlers.scene import BOOK, TEMPLATES, Scene

SERVICES = services_of(TEMPLATES.names())
FORM: dict[str, Any] = {
    "customer": "Example Bank",
    "username": "account.executive",
    "email": "ae@example.com",
    "services": ["scm_migration"],
    "public_sector_us": False,
    "answers": {"scm_migration": {"Total users": "775"}},
    "account_team": ["solutions.architect"],
    "territory": "EMEA North",
    "opportunity": "006Ab000001",
}


@dataclass
class Peopled(FakeGitLab):
    """A GitLab in which some people are."""

    people: frozenset[str] = frozenset({"account.executive", "solutions.architect"})
    internal: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        path = "gitlab-com/customer-success/professional-services-group/ps-plan"
        self.projects[path] = ProjectView(1, path, "PS Plan", f"https://gitlab.example/{path}", 1)

    def user(self, username: str) -> Person | None:
        return Person(username, 7) if username in self.people else None

    def ensure_note(self, key: Any, *, marker: str, body: str, internal: bool = False) -> Any:
        self.internal += [body] if internal else []
        return super().ensure_note(key, marker=marker, body=body, internal=internal)


def filed(gitlab: Peopled, **changed: Any) -> tuple[str, str, tuple[str, ...]]:
    """Title, description and labels of the one issue that comes of the form."""
    file_request(gitlab, TEMPLATES, BOOK.file, json.dumps(FORM | changed), name="calculator:1")
    (issue,) = gitlab.items.values()
    return issue.title, issue.description, issue.labels


def test_every_service_of_the_process_has_its_table() -> None:
    assert [
        *("artifactory", "azure_devops", "ci_cd", "education", "general_discovery", "gitlab_consolidation"),
        *("implementation", "jenkins", "qualification", "readiness", "scm_migration", "self_managed_to_gitlab_com"),
        *("svn_to_git", "transformation"),
    ] == SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_the_bot_reads_each_table_and_some_of_its_rows_are_required(service: str) -> None:
    text = f"## SSOT\n\n{tables(TEMPLATES, [service], {})}"
    found = Scene(description=text).context("comment", {}).facts["ssot_open_rows"]
    assert isinstance(found, dict)
    assert found["rows"] == len(found["open"]) == text.count("| to-do |")
    assert 0 < len(found["open_required"]) < found["rows"]
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {5}, "question, response, example, rationale"
    assert all(cell.strip() for line in rows for cell in line.split("|")[1:-1])


def test_only_the_services_asked_for_are_in_it_and_what_was_answered_is_filled_in() -> None:
    title, text, labels = filed(Peopled())
    assert title == "Example Bank - Scope Issue and Write SOW"
    assert labels == ("Services Calculator",)
    assert "### SCM migration" in text
    assert "### Implementation" not in text
    assert "| **Total users** | 775 |" in text
    facts = read_facts(BOOK, Scene(title=title, description=text).item)
    assert facts["customer"] == "Example Bank"
    assert facts["requested_by"] == ["account.executive"]
    assert facts["account_team"] == ["account.executive", "solutions.architect"]
    assert (facts["territory"], facts["opportunity"]) == ("EMEA North", "006Ab000001")
    table = facts["ssot_open_rows"]
    assert isinstance(table, dict)
    assert table["answered"] == ["Total users"]


def test_without_a_service_the_general_questions_are_asked() -> None:
    _, text, _ = filed(Peopled(), services=[], answers={})
    assert "### General discovery" in text
    assert "named no service" in text


def test_an_answer_to_a_question_that_nobody_asks_is_kept() -> None:
    answers = {"scm_migration": {"Favourite colour?": "green"}, "jenkins": {"Jobs": "to-do"}}
    _, text, _ = filed(Peopled(), answers=answers)
    assert "| Favourite colour? | green |" in text
    assert "### Jenkins" in text
    assert "| **Jobs** | to-do |" in text


def test_a_migration_to_gitlab_com_says_where_it_goes() -> None:
    _, text, _ = filed(Peopled(), services=["self_managed_to_gitlab_com"], answers={})
    assert read_facts(BOOK, Scene(description=text).item)["migrates_to"] == "GitLab.com"


def test_the_public_sector_box_becomes_the_label() -> None:
    assert filed(Peopled(), public_sector_us=True)[2] == ("Services Calculator", "Public Sector US")


def test_a_public_sector_request_that_can_t_be_marked_is_not_filed() -> None:
    gitlab = Peopled()
    rules = BOOK.file.model_copy(update={"private": BOOK.file.private.model_copy(update={"labels": []})})
    with pytest.raises(AdminMustAct, match=r"private\.labels"):
        file_request(gitlab, TEMPLATES, rules, json.dumps(FORM | {"public_sector_us": True}), name="calculator:1")
    assert not gitlab.items


def test_it_is_filed_once_however_often_it_is_tried() -> None:
    gitlab = Peopled(people=frozenset())
    for result in (Result.APPLIED, Result.ALREADY_SO):
        outcome = file_request(gitlab, TEMPLATES, BOOK.file, json.dumps(FORM), name="calculator:1")
        assert outcome.result is result
    assert len(gitlab.items) == 1
    assert len(gitlab.notes) == 1


@pytest.mark.parametrize("public_sector", [False, True])
def test_an_unknown_username_is_said_and_the_address_goes_no_further_than_it_must(public_sector: bool) -> None:
    gitlab = Peopled(people=frozenset())
    _, text, _ = filed(gitlab, public_sector_us=public_sector)
    assert "GitLab knows nobody called <code>account.executive</code>" in text
    assert "Requested by: to-do" in text
    assert mentioned_names(text) == []
    assert "ae@" not in text
    assert len(gitlab.internal) == (0 if public_sector else 1)
    assert all("ae\\@example.com" in note for note in gitlab.internal)


def test_of_somebody_who_is_known_the_address_goes_nowhere() -> None:
    gitlab = Peopled()
    assert "example.com" not in filed(gitlab)[1]
    assert gitlab.notes == {}


def test_nothing_in_the_form_can_act() -> None:
    evil = "x | y\n/close\n@everybody <!-- sowbot:v1 --> ~label"
    gitlab = Peopled()
    _, text, _ = filed(
        gitlab,
        customer=evil,
        territory=evil,
        opportunity=evil,
        username=evil,
        answers={"scm_migration": {"Total users": evil, evil: evil}},
    )
    assert not any(line.lstrip().startswith("/close") for line in text.splitlines())
    assert mentioned_names(text) == ["solutions.architect"]
    assert "<!-- sowbot:v1 -->" not in text
    rows = [line.replace("\\|", "") for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {5}
