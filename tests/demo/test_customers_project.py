"""The real bot and the sandbox over HTTP: a project is built, and what happens in it later is told inside."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import quote

from app.demo.cast import EM, LEADER, PM, RDM
from app.demo.people import IssueAddress
from app.demo.rows.setting import APPROVED, PAPERS, READY, WAY
from app.demo.theatre import _HEARS, Theatre
from app.demo.view import View

DEAL = f"""{PAPERS}
Project manager: @project.manager
SOW number: 3697
Staffed by: GitLab

## SOW activities

- GitLab implementation
"""
WITHIN_S = 90.0
TITLE = "Example Bank - Scope Issue and Write SOW"


def hear_customers_projects(place: Theatre) -> None:
    """The webhook of the group above the customers' groups, as an administrator sets it up."""
    settings = {
        "url": f"{place.bot.url}/webhooks/gitlab",
        "token": place._secret,
        "signing_token": place._signing_token,
        **dict.fromkeys(_HEARS, True),
    }
    group = place.cast.delivery_root.rpartition("/")[0]
    place.cast.admin._ask("POST", f"/groups/{quote(group, safe='')}/hooks", settings)


def until(place: Theatre, holds: Callable[[View], bool]) -> View:
    """What the sandbox holds once something holds; so long is enough even for a busy machine."""
    end = time.monotonic() + WITHIN_S
    while not holds(now := place.view()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.3)
    return now


def notes(now: View, reference: str) -> list[str]:
    """The bot's comments on an issue."""
    issue = next(one for one in now.issues.values() if one.full_reference == reference)
    return [note.body for note in now.notes_on(issue) if note.author == "sowbot"]


def test_a_risk_and_an_escalation_are_told_on_the_scoping_issue_and_nothing_is_said_in_the_project() -> None:
    with Theatre(usual_ports=False) as place:
        hear_customers_projects(place)
        plan, manager = place.cast.plan_project, place.cast[PM]
        filed = place.cast[EM].file_issue(plan, title=TITLE, description=DEAL, labels=["Services Calculator"])
        scoping = IssueAddress(plan, filed["iid"])
        place.quiet_view()
        for stage in WAY:
            if stage == READY:
                place.cast[RDM].label(scoping, add=["RDM::approved"], remove=["RDM::needs-review"])
            place.cast[LEADER if stage == APPROVED else EM].move(scoping, stage)
            place.quiet_view()
        manager.label(scoping, add=["CP::Scaffold"])
        home = f"{plan}#{filed['iid']}"
        until(place, lambda now: any(one.title == "Example Bank" for one in now.issues.values()))
        now = until(place, lambda now: any("zendesk-global" in one for one in notes(now, home)))
        project = next(path for path in now.projects if path.endswith("/Example-Bank/SOW-3697"))
        said = notes(now, home)
        assert any("customer's project is ready" in one for one in said)
        assert any("zendesk-global" in one for one in said)
        assert "Collaboration project:" in manager.read(scoping)["description"]
        epics = [one for one in now.issues.values() if one.kind == "Epic" and one.title == "Example Bank"]
        assert len(epics) == 1

        text = "Kind: risk\nImpact: two weeks"
        risk = manager.file_issue(project, title="The network is not open", description=text, labels=["PS Risk"])
        until(place, lambda now: any("a RAID item was filed" in one for one in notes(now, home)))
        manager.label(IssueAddress(project, risk["iid"]), add=["Escalated"])
        now = until(place, lambda now: any("this was escalated" in one for one in notes(now, home)))
        there = IssueAddress(project, risk["iid"])
        assert {"PS RAID Log", "PSD Workflow::Not Started"} <= set(manager.read(there)["labels"])
        inside = notes(now, home)
        assert any("a RAID item was filed" in one and "Owner: nobody is assigned" in one for one in inside)
        assert any("this was escalated" in one and "@gitlab-com/ps-leadership" in one for one in inside)
        in_project = {one.id for one in now.issues.values() if one.place == project}
        talk = [note for note in now.notes.values() if note.issue_id in in_project and note.author == "sowbot"]
        assert talk == []

        before = len(now.projects)
        text = f"Scoping issue: {home}\n\n## SOW activities\n\n- Second instance\n"
        order = manager.file_issue(plan, title="Example Bank - Change Order", description=text, labels=[])
        now = until(place, lambda now: any(one.title.startswith("Change order to") for one in now.issues.values()))
        assert any(one.title == "Change order to SOW-3697" and one.place == project for one in now.issues.values())
        place.cast[EM].label(IssueAddress(plan, order["iid"]), add=["proposal::closed_won"])
        now = until(place, lambda now: any(one.title == "Second instance" for one in now.issues.values()))
        assert any(one.kind == "Epic" and one.title == "Second instance" for one in now.issues.values())
        assert len(now.projects) == before
