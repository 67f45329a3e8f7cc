"""Salesforce tells of a deal: the commands of docs/deal-events.md as pasted, the real bot, the sandbox GitLab."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.demo.cast import CALCULATOR, EM, LEADER, RDM
from app.demo.people import IssueAddress
from app.demo.theatre import Theatre

PAGE = (Path(__file__).parents[2] / "docs" / "deal-events.md").read_text(encoding="utf-8")
PAPERS = """SOW: https://docs.google.com/document/d/1
Cost estimate: https://docs.google.com/spreadsheets/d/2
Terms: MSA
"""

pytestmark = pytest.mark.skipif(
    not shutil.which("openssl") or not shutil.which("curl"), reason="needs openssl and curl"
)


@pytest.fixture(scope="module")
def theatre() -> Iterator[Theatre]:
    with Theatre(usual_ports=False) as entered:
        yield entered


def file_issue(theatre: Theatre, *stages: tuple[str, str]) -> IssueAddress:
    """A scoping issue that people took through these stages."""
    cast = theatre.cast
    made = cast[CALCULATOR].file_issue(
        cast.plan_project,
        title="Example Bank - Scope Issue and Write SOW",
        description=PAPERS,
        labels=["Services Calculator"],
    )
    issue = IssueAddress(cast.plan_project, int(made["iid"]))
    theatre.quiet_view()
    for who, stage in stages:
        cast[who].move(issue, f"proposal::{stage}")
        theatre.quiet_view()
    return issue


def pasted(theatre: Theatre, issue: IssueAddress, language: str, program: list[str], **more: str) -> str:
    """What the page's example of that language prints when it is run."""
    example = next(
        one for one in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if "webhook-signature" in one
    )
    own = {
        "SOWBOT_DEAL_SIGNING_TOKEN": theatre.deal_token,
        "SOWBOT_PUBLIC_URL": theatre.bot.url,
        "SCOPING_ISSUE": f"{theatre.gitlab_url}/{issue.project}/-/issues/{issue.iid}",
        "PATH": os.environ["PATH"],
        "no_proxy": "127.0.0.1",
    }
    done = subprocess.run([*program, example], env=own | more, capture_output=True, text=True, timeout=30, check=True)
    return done.stdout


def answered(printed: str) -> tuple[object, str]:
    """Body and status, as the page's shell commands print them."""
    body, _, status = printed.strip().rpartition(" ")
    return json.loads(body), status


def test_salesforce_wins_an_approved_deal_and_everything_that_follows_a_win_follows(theatre: Theatre) -> None:
    issue = file_issue(theatre, (EM, "Strawman_WIP"), (EM, "Estimate_Feedback"), (EM, "SOW_WIP"))
    theatre.cast[RDM].label(issue, add=["RDM::approved"], remove=["RDM::needs-review"])
    theatre.cast[EM].move(issue, "proposal::Ready For Approval")
    theatre.quiet_view()
    theatre.cast[LEADER].move(issue, "proposal::Approved")
    before = theatre.quiet_view().issue(issue.project, issue.iid)
    assert "proposal::Approved" in before.labels

    shell = ["/bin/sh", "-euc"]
    assert answered(pasted(theatre, issue, "sh", shell, EVENT_ID="won-1")) == ({"id": "deal:won-1"}, "202")
    view = theatre.quiet_view()
    after = view.issue(issue.project, issue.iid)
    assert {"proposal::closed_won", "close_qtr::Q227"} <= set(after.labels)
    assert "proposal::Approved" not in after.labels
    assert after.state == "closed"
    assert "SOW number: 3697" in after.description
    said = "\n".join(note.body for note in view.notes_on(after) if note.author == theatre.cast.bot)
    assert "The SOW's number is 3697" in said
    assert "customer's project is not built yet" in said
    assert "It is named after the SOW: please add" not in said
    assert any("won" in note.body for one in view.linked(after) for note in view.notes_on(one))

    assert answered(pasted(theatre, issue, "sh", shell, EVENT_ID="won-1")) == ({"id": "deal:won-1"}, "202")
    again = theatre.quiet_view()
    assert len(again.notes_on(after)) == len(view.notes_on(after))


def test_salesforce_does_not_win_what_nobody_approved(theatre: Theatre) -> None:
    issue = file_issue(theatre, (EM, "Strawman_WIP"))
    pasted(theatre, issue, "sh", ["/bin/sh", "-euc"])
    view = theatre.quiet_view()
    after = view.issue(issue.project, issue.iid)
    assert "proposal::Strawman_WIP" in after.labels
    assert after.state == "opened"
    assert any("only after its SOW was approved" in note.body for note in view.notes_on(after))


def test_the_page_s_other_program_signs_as_well(theatre: Theatre) -> None:
    issue = file_issue(theatre)
    pasted(theatre, issue, "python", [sys.executable, "-c"])
    after = theatre.quiet_view().issue(issue.project, issue.iid)
    assert "Booked in Kantata" in after.description
    assert "proposal::" not in "".join(after.labels)
