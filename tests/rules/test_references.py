"""Which issue a text means: addresses, references, numbers; and none that is another GitLab's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.rules.reading.facts import read_facts
from app.rules.reading.references import read_reference
from tests.rules.deal import book, issue

BOOK = book(facts={"scoping_issue": {"line": "Scoping issue", "issue": True}})
HERE = issue(web_url="https://gitlab.example/gitlab-com/ps/ps-plan/-/issues/7", project_path="gitlab-com/ps/ps-plan")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://gitlab.example/gitlab-com/ps/ps-plan/-/issues/12", "gitlab-com/ps/ps-plan#12"),
        ("[the deal](https://GitLab.example/gitlab-com/ps/ps-plan/-/work_items/12#note_3)", "gitlab-com/ps/ps-plan#12"),
        ("<https://gitlab.example/gitlab-com/ps/ps-plan/issues/12>.", "gitlab-com/ps/ps-plan#12"),
        ("gitlab-com/ps/other#12+", "gitlab-com/ps/other#12"),
        ("#12 (won)", "gitlab-com/ps/ps-plan#12"),
        ("**#12**", "gitlab-com/ps/ps-plan#12"),
    ],
)
def test_an_issue_is_read_in_the_forms_that_people_write(written: str, read: str) -> None:
    item = replace(HERE, description=f"- **Scoping issue:** {written}")
    assert read_facts(BOOK, item) == {"scoping_issue": read}


@pytest.mark.parametrize(
    "written",
    [
        "https://gitlab.elsewhere/gitlab-com/ps/ps-plan/-/issues/12",
        "https://gitlab.example.evil/gitlab-com/ps/ps-plan/-/issues/12",
        "https://gitlab.example/gitlab-com/ps/ps-plan/-/merge_requests/12",
        "the one of last week",
        "&65",
        "#soon",
    ],
)
def test_what_is_no_issue_of_ours_is_not_understood(written: str) -> None:
    item = replace(HERE, description=f"Scoping issue: {written}")
    facts = read_facts(BOOK, item)
    assert isinstance(facts["scoping_issue"], dict)
    assert "unreadable" in facts["scoping_issue"]


def test_an_address_that_holds_a_number_is_no_short_reference() -> None:
    assert read_reference("https://example.com/page#12") is None
    assert read_reference("to-do") is None
