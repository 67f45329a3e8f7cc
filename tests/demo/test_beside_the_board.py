"""Issues beside the board: the real bot over HTTP, in the projects where delivery asks, trains and closes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from app.demo.cast import CALCULATOR, EM, LEAD, LEADER, PM, TRAINING
from app.demo.people import IssueAddress
from app.demo.theatre import Theatre
from app.demo.view import View
from app.sandbox.seed import SUPPORT_OPS


@pytest.fixture(scope="module")
def theatre() -> Iterator[Theatre]:
    with Theatre(usual_ports=False) as entered:
        yield entered


def rest(theatre: Theatre) -> View:
    """What there is when nothing has changed for two seconds: a busy machine makes pauses that look like the end."""
    view = theatre.quiet_view()
    while True:
        time.sleep(1.5)
        now = theatre.quiet_view()
        if now == view:
            return now
        view = now


def file(theatre: Theatre, who: str, project: str, title: str, text: str, *labels: str) -> IssueAddress:
    """Somebody files an issue, and the bot comes to rest."""
    made = theatre.cast[who].file_issue(project, title=title, description=text, labels=labels)
    rest(theatre)
    return IssueAddress(project, int(made["iid"]))


def said(view: View, issue: IssueAddress) -> str:
    """All that the bot wrote on an issue."""
    found = view.issue(issue.project, issue.iid)
    return "\n".join(note.body for note in view.notes_on(found) if note.author == "sowbot")


def internal(view: View, note: int) -> bool:
    """Whether only those who may read internal notes see it."""
    return any(one["internal"] for issue in view.raw["issues"] for one in issue["notes"] if one["id"] == note)


def won(theatre: Theatre, *labels: str, text: str = "") -> IssueAddress:
    """A scoping issue whose deal is won, by the shortest way that the board lets stand."""
    plan = theatre.cast.plan_project
    title = "Example Bank - Scope Issue and Write SOW"
    deal = file(theatre, CALCULATOR, plan, title, text, "Services Calculator", *labels)
    for stage in ("On_hold", "closed_won"):
        theatre.cast[EM].move(deal, f"proposal::{stage}")
        rest(theatre)
    return deal


def test_work_at_risk_is_asked_for_approved_and_found_from_its_deal(theatre: Theatre) -> None:
    plan = theatre.cast.plan_project
    deal = file(theatre, CALCULATOR, plan, "Example Bank - Scope Issue and Write SOW", "", "Services Calculator")
    line = f"Scoping issue: {theatre.gitlab_url}/{plan}/-/issues/{deal.iid}"
    ask = file(theatre, PM, plan, "Example Bank - Work at Risk", line, "work-at-risk")
    view = rest(theatre)
    assert view.issue(plan, deal.iid) in view.linked(view.issue(plan, ask.iid))
    assert "was opened for this deal: work at risk" in said(view, deal)
    assert "@gitlab-com/ps-leadership" in said(view, ask)
    theatre.cast[PM].label(ask, add=["WaR::Approved"])
    view = rest(theatre)
    assert "WaR::Approved" not in view.issue(plan, ask.iid).labels
    theatre.cast[LEADER].label(ask, add=["WaR::Approved"])
    view = rest(theatre)
    assert "WaR::Approved" in view.issue(plan, ask.iid).labels
    assert "@gitlab-com/ps-project-coordinators" in said(view, ask)
    assert "approved for this deal" in said(view, deal)
    assert "Work at risk is approved" in view.posts[-1].text


def test_what_belongs_to_a_private_deal_is_as_private(theatre: Theatre) -> None:
    deal = won(theatre, "Public Sector US")
    plan = theatre.cast.plan_project
    ask = file(theatre, PM, plan, "Hidden Agency - Work at Risk", f"Scoping issue: #{deal.iid}", "work-at-risk")
    before = len(rest(theatre).posts)
    theatre.cast[LEADER].label(ask, add=["WaR::Approved"])
    view = rest(theatre)
    assert "Public Sector US" in view.issue(plan, ask.iid).labels
    assert [post.channel for post in view.posts[before:]] == ["us-pubsec"]
    assert "Hidden" not in "".join(post.text for post in view.posts[before:])


def test_training_is_coordinated_in_the_project_of_education_services(theatre: Theatre) -> None:
    place = theatre.cast.education_project
    table = "## Requestor Tasks\n\n| Question | Answer |\n| --- | --- |\n| Course | {} |\n"
    ask = file(theatre, LEAD, place, "Trainer request", table.format("to-do"), "internal_trainer_request")
    view = rest(theatre)
    assert view.issue(place, ask.iid).assignees == ("training.coordinator",)
    assert "Some of the **Requestor Tasks** are open" in said(view, ask)
    theatre.cast[LEAD].describe(ask, table.format("GitLab CI/CD"))
    assert "the Requestor Tasks are answered now" in said(rest(theatre), ask)
    lines = "Class date: 2031-03-03\n\nRegistration link: https://zoom.example/w/1"
    theatre.cast[TRAINING].comment(ask, lines)
    told = said(rest(theatre), ask)
    assert "@team.lead, the class is on **2031-03-03**" in told
    assert "(https://zoom.example/w/1)" in told
    theatre.cast[TRAINING].label(ask, add=["Training::Done"])
    assert "attendee report" in said(rest(theatre), ask)


def test_a_project_is_closed_with_all_that_belongs_to_it(theatre: Theatre) -> None:
    plan = theatre.cast.plan_project
    deal = won(theatre, text="SOW number: 3697\nProject manager: @project.manager")
    theatre.cast[PM].comment(deal, "@sowbot close project")
    view = rest(theatre)
    linked = {one.title: one for one in view.linked(view.issue(plan, deal.iid))}
    assert "Example Bank - Project closure, SOW 3697" in linked, said(view, deal)
    closure = linked["Example Bank - Project closure, SOW 3697"]
    support = linked["Example Bank - hand-off from Professional Services to Support"]
    assert support.place == SUPPORT_OPS
    recap = next(one for one in view.linked(closure) if "Go-live recap" in one.title)
    assert "account team" in said(view, IssueAddress(plan, closure.iid))
    assert recap.labels == ("go-live-recap",)
    issues = len(view.issues)
    theatre.cast[PM].label(deal, add=["CP::Close"])
    assert len(rest(theatre).issues) == issues
    theatre.cast[PM].close_issue(IssueAddress(plan, closure.iid))
    assert "support note about the running project" in said(rest(theatre), IssueAddress(plan, closure.iid))


def test_a_retrospective_becomes_follow_ups_once(theatre: Theatre) -> None:
    plan = theatre.cast.plan_project
    text = "- [ ] Follow-up: write down how runners are sized @engagement.manager\n- [x] Follow-up: done"
    retro = file(theatre, PM, plan, "Internal retrospective", text, "project_retrospective")
    theatre.cast[PM].label(retro, add=["ProjectWin"])
    assert rest(theatre).posts[-1].channel == "ps-internal"
    for _ in range(2):
        theatre.cast[PM].close_issue(retro)
        rest(theatre)
        theatre.cast[EM]._ask("PUT", retro.path, {"state_event": "reopen"})
        view = rest(theatre)
        found = view.linked(view.issue(plan, retro.iid))
        assert [one.title for one in found] == ["Follow-up: write down how runners are sized"]
    assert found[0].assignees == ("engagement.manager",)
    assert "RetroComplete" in said(view, retro)


def test_an_escalation_is_offered_and_never_filed(theatre: Theatre) -> None:
    plan = theatre.cast.plan_project
    place = f"{theatre.gitlab_url}/gitlab-com/customer/SOW-3697"
    deal = won(theatre, text=f"Collaboration project: {place}")
    before = rest(theatre)
    theatre.cast[PM].comment(deal, "@sowbot project red")
    view = rest(theatre)
    assert len(view.issues) == len(before.issues)
    note = next(one for one in view.notes_on(view.issue(plan, deal.iid)) if "project is red" in one.body)
    assert internal(view, note.id)
    found = re.search(r"\[open it prefilled\]\((\S+)\)", note.body)
    assert found is not None
    assert found[1].startswith(f"{place}/-/issues/new?")
    assert "## What is wrong, and what it stops" in unquote(found[1])
    assert view.posts[-1].channel == "ps-project-leadership"


def test_a_customer_who_copies_the_labels_asks_for_nothing(theatre: Theatre) -> None:
    place = theatre.cast.education_project
    aside = file(theatre, LEAD, place, "Work at Risk", "Scoping issue: #1", "ProServ-practice::Education")
    assert said(rest(theatre), aside) == ""
