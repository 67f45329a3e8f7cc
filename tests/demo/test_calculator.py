"""The Services Calculator asks for scoping: docs/calculator.md's commands as pasted, the bot, the sandbox GitLab."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.demo.theatre import Theatre
from app.demo.view import Issue, View

PAGE = (Path(__file__).parents[2] / "docs" / "calculator.md").read_text(encoding="utf-8")
TITLE = "Example Bank - Scope Issue and Write SOW"
FILED_WITHIN_S = 40.0

pytestmark = pytest.mark.skipif(
    not shutil.which("openssl") or not shutil.which("curl"), reason="needs openssl and curl"
)


@pytest.fixture(scope="module")
def theatre() -> Iterator[Theatre]:
    with Theatre(usual_ports=False) as entered:
        yield entered


def pasted(theatre: Theatre, name: str, **changed: Any) -> tuple[dict[str, str], str]:
    """What the page's commands print, with some fields of the form changed: body and status."""
    example = next(one for one in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if "webhook-signature" in one)
    form = re.search(r"body='(.*?)'\n", example, re.DOTALL)
    assert form is not None
    example = example.replace(form[1], json.dumps(json.loads(form[1]) | changed))
    own = {
        "SOWBOT_CALCULATOR_SIGNING_TOKEN": theatre.calculator_token,
        "SOWBOT_PUBLIC_URL": theatre.bot.url,
        "REQUEST_ID": name,
        "PATH": os.environ["PATH"],
        "no_proxy": "127.0.0.1",
    }
    done = subprocess.run(["/bin/sh", "-euc", example], env=own, capture_output=True, text=True, timeout=30, check=True)
    body, _, status = done.stdout.strip().rpartition(" ")
    return json.loads(body), status


def scoping_issues(view: View) -> list[Issue]:
    return [issue for issue in view.issues.values() if issue.title == TITLE]


def filed(theatre: Theatre, count: int) -> View:
    """Everything, once so many scoping issues are there and nothing changes any more."""
    until = time.monotonic() + FILED_WITHIN_S
    while len(scoping_issues(theatre.view())) < count:
        assert time.monotonic() < until, theatre.bot.last_words()
        time.sleep(0.1)
    return theatre.quiet_view()


def faults(theatre: Theatre, plan: dict[str, Any]) -> None:
    httpx.put(f"{theatre.gitlab_url}/-/sandbox/faults", json=plan, trust_env=False).raise_for_status()


def test_a_form_becomes_a_scoping_issue_and_everything_that_follows_a_new_request_follows(theatre: Theatre) -> None:
    before = len(scoping_issues(theatre.view()))  # the tests share a sandbox, and come in any order
    told, status = pasted(theatre, "form-1")
    project = theatre.cast.plan_project
    assert (told, status) == (
        {"id": "calculator:form-1", "filed_in": f"{theatre.gitlab_url}/{project}/-/issues"},
        "202",
    )
    view = filed(theatre, before + 1)
    issue = max(scoping_issues(view), key=lambda one: one.iid)
    assert {"Services Calculator", "Segment::Ent_EMEA"} <= set(issue.labels)
    assert not any(label.startswith("proposal::") for label in issue.labels)
    assert "| **Total users** | 775 |" in issue.description
    assert "### Implementation" in issue.description
    assert "### Jenkins" not in issue.description
    assert "ae@example.com" not in json.dumps(view.raw)
    said = "\n".join(note.body for note in view.notes_on(issue))
    assert "@account.executive, @solutions.architect, thank you for the request" in said
    assert "Where this stands: Open" in said
    assert [one.title for one in view.linked(issue)] == ["Example Bank - Project Scheduling Intake"]

    assert pasted(theatre, "form-1") == (told, status)
    again = theatre.quiet_view()
    assert len(scoping_issues(again)) == before + 1
    assert len(again.notes_on(issue)) == len(view.notes_on(issue))


def test_while_gitlab_is_down_a_form_is_taken_and_filed_later_once(theatre: Theatre) -> None:
    before = len(scoping_issues(theatre.view()))
    faults(theatre, {"api": [{"kind": "error"}]})
    try:
        assert pasted(theatre, "form-2", username="nobody.here", account_team=[])[1] == "202"
        time.sleep(1.5)
        assert len(scoping_issues(theatre.view())) == before
    finally:
        faults(theatre, {})
    view = filed(theatre, before + 1)
    issue = max(scoping_issues(view), key=lambda one: one.iid)
    assert "GitLab knows nobody called" in issue.description
    notes = view.notes_on(issue)
    raw = [note for one in view.raw["issues"] if one["iid"] == issue.iid for note in one["notes"]]
    assert [note["internal"] for note in raw if "example.com" in note["body"]] == [True]
    to_itself = [note.body for note in notes if f"@{theatre.cast.bot}" in note.body.partition("<!--")[0]]
    assert to_itself == [], "the bot thanks nobody it is itself"
