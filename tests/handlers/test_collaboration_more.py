"""The customer's project by size, by who staffs it, as a plan, and what leads from it back inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.domain.change import Change, Kind
from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey, Person, Snapshot
from app.gitlab.port import ProjectView
from handlers.collaboration.blueprint import Blueprint, EpicsPart
from handlers.collaboration.deal import Deal, Plan, iterations_of
from handlers.collaboration.reading import is_partner_staffed
from handlers.collaboration.tie import scoping_issue, tie_marker, where_is
from tests.handlers.fake_gitlab import WHEN, FakeGitLab
from tests.handlers.scene import BOOK, PS_PLAN, Scene
from tests.handlers.test_collaboration import BUILD, DEAL, GROUP, PROJECT, PS_GROUP, ROOT, WON

PARTNERS = f"{PS_GROUP}/professional-services-delivery/gitlab-partner-collaboration"
LARGE = f"{DEAL}\nIterations: 6\nStart date: 2026-07-06\n"
BLUEPRINT = Blueprint(epics=EpicsPart(heading="SOW activities", template="workstream_epic"))


def build(description: str, gitlab: FakeGitLab | None = None, **params: Any) -> tuple[Scene, Outcome]:
    scene = Scene(labels=WON, description=description, gitlab=gitlab or FakeGitLab())
    return scene, scene.run("create_collaboration_project", {**BUILD, **params})


def titles(scene: Scene, path: str = PROJECT) -> list[str]:
    return [item.title for item in scene.gitlab.items.values() if item.project_path == path]


# ── how large it is ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("plan", "large"),
    [
        (Plan(), False),
        (Plan(iterations=5), False),
        (Plan(iterations=6), True),
        (Plan(weeks=9), False),
        (Plan(weeks=10), True),
        (Plan(iterations=5, weeks=12), True),
        (Plan(flag="small", iterations=20, weeks=40), False),
        (Plan(flag="large", iterations=1), True),
    ],
)
def test_a_project_is_large_beyond_five_iterations_or_two_months_and_a_flag_outranks_both(
    plan: Plan, large: bool
) -> None:
    assert plan.is_large(BLUEPRINT) is large


@pytest.mark.parametrize(
    ("plan", "count"),
    [
        (Plan(iterations=8), 8),
        (Plan(weeks=20), 9),
        (Plan(flag="large"), 6),
        (Plan(iterations=500), 26),
        (Plan(iterations=3), 0),
    ],
)
def test_a_large_project_has_its_iterations(plan: Plan, count: int) -> None:
    assert len(iterations_of(Deal("C", "SOW-1", "", [], plan), BLUEPRINT)) == count


def test_iterations_follow_iteration_0_end_to_end() -> None:
    found = iterations_of(Deal("C", "SOW-1", "", [], Plan(iterations=6, start=date(2026, 7, 6))), BLUEPRINT)
    assert (found[0].starts, found[0].ends) == (date(2026, 7, 20), date(2026, 8, 2))
    assert found[1].starts == date(2026, 8, 3)


def test_a_large_project_gets_a_cadence_and_the_issues_of_each_iteration() -> None:
    scene, outcome = build(LARGE)
    cadence = scene.gitlab.made_cadences[GROUP, "SOW-3697"]
    assert (cadence.weeks, cadence.start_date) == (2, "2026-07-06")
    there = titles(scene)
    for number in range(1, 7):
        assert {f"Iteration {number}: {what}" for what in ("planning", "review", "retrospective")} <= set(there)
    assert "Backlog refinement" in there
    assert len(scene.gitlab.milestone_titles) == 5
    assert outcome.data["large"] is True
    assert scene.run("create_collaboration_project", BUILD).result is Result.ALREADY_SO


def test_without_iterations_in_the_tier_milestones_stand_in() -> None:
    scene, _ = build(LARGE, FakeGitLab(has_iterations=False))
    assert {f"Iteration {number}" for number in range(1, 7)} <= {title for _, title in scene.gitlab.milestone_titles}
    assert scene.gitlab.made_cadences == {}


def test_without_a_start_date_milestones_stand_in_and_the_note_says_why_they_have_no_dates() -> None:
    scene, outcome = build(f"{DEAL}\nIterations: 6\n")
    assert scene.gitlab.made_cadences == {}
    assert (PROJECT, "Iteration 6") in scene.gitlab.milestone_titles
    assert "no start date yet" in outcome.sentence


def test_a_small_project_gets_a_weekly_status_and_nothing_by_iteration() -> None:
    scene, outcome = build(f"{DEAL}\nIterations: 5\n")
    there = titles(scene)
    assert "Weekly status of SOW-3697" in there
    assert not any("planning" in title and title.startswith("Iteration 1") for title in there)
    assert "Backlog refinement" not in there
    assert (PROJECT, "comment-templates/stand-up.md") in scene.gitlab.files
    assert "Nobody has said" not in outcome.sentence


def test_a_size_that_nobody_knows_is_small_and_said() -> None:
    _, outcome = build(DEAL)
    assert outcome.data["size_known"] is False
    assert "Nobody has said how long it takes" in outcome.sentence


# ── where, and whether ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("said", ["Staffed by: partner", "Staffed by: both"])
def test_work_that_a_partner_staffs_is_built_below_the_partners_root(said: str) -> None:
    scene, outcome = build(f"{DEAL}\n{said}", partner_root="partner-root")
    assert f"{PARTNERS}/Example-Bank/SOW-3697" in scene.gitlab.projects
    assert outcome.data["partner"] is True


def test_the_intake_may_say_that_a_partner_staffs_it() -> None:
    scene = Scene(labels=WON, description=DEAL)
    key = ItemKey(scene.key.project_id, 99)
    text = "| Question | Answer |\n| --- | --- |\n| May a partner staff it, fully or partly? | partly, Acme |"
    intake = replace(scene.item, key=key, title="Example Bank - Project Scheduling Intake", description=text)
    scene.gitlab.items[key] = intake
    scene.gitlab.links.add((scene.key, key))
    scene.run("create_collaboration_project", {**BUILD, "partner_root": "partner-root"})
    assert f"{PARTNERS}/Example-Bank/SOW-3697" in scene.gitlab.projects


@pytest.mark.parametrize(
    ("facts", "text", "partner"),
    [
        ({}, "", False),
        ({"staffed_by": "GitLab"}, "| May a partner staff it? | yes |", False),
        ({}, "| May a partner staff it, fully or partly? | to-do |", False),
        ({}, "| **May a partner staff it?** | Fully |", True),
        ({}, "| May a partner staff it? | no |", False),
    ],
)
def test_who_staffs_it(facts: Mapping[str, object], text: str, partner: bool) -> None:
    assert is_partner_staffed(facts, text) is partner


@pytest.mark.parametrize("params", [{"how": "request"}, {"how": None}])
def test_as_a_request_nothing_is_made_and_the_whole_plan_is_said(params: dict[str, Any]) -> None:
    scene, outcome = build(LARGE, **params)
    assert PROJECT not in scene.gitlab.projects
    assert scene.gitlab.groups == {}
    assert titles(scene) == []
    assert outcome.data["how"] == "request"
    scene.run("comment", {"template": "collaboration_project_ready"})
    said = scene.gitlab.bodies(scene.key)[0]
    for word in (PROJECT, "PSD Workflow::Not Started", "Migration of repositories", "Iteration 6: review", "README.md"):
        assert word in said.replace("\\", "")
    assert "nothing was made" in said


def test_below_a_sandbox_root_it_is_built_unless_the_rule_says_otherwise() -> None:
    projects = {**BOOK.file.projects, "sandbox-root": "test/delivery"}
    rules = BOOK.file.model_copy(update={"projects": projects})
    scene = Scene(labels=WON, description=DEAL, rules=rules)
    assert scene.run("create_collaboration_project", {"root": "sandbox-root"}).data["how"] == "direct"
    assert "test/delivery/Example-Bank/SOW-3697" in scene.gitlab.projects


def test_a_private_deal_is_built_only_when_a_person_asks_for_it_in_words() -> None:
    labels = (*WON, "Public Sector US")
    asked = {**BUILD, "private": "on_command"}
    by_label = Scene(labels=labels, description=DEAL)
    assert by_label.run("create_collaboration_project", asked).result is Result.REFUSED
    change = Change("d", "m", Kind.COMMENTED, "Note Hook", item=by_label.key, actor=Person("project.manager", 7))
    by_word = Scene(labels=labels, description=DEAL, change=change)
    assert by_word.run("create_collaboration_project", asked).result is Result.APPLIED
    assert by_word.run("create_collaboration_project", BUILD).result is Result.REFUSED, "the rule has to allow it"


# ── the way back inside ───────────────────────────────────────────────────────────────────────────────────────────────
def beside(scene: Scene, item: Snapshot) -> Scene:
    """A scene about another item of the same GitLab."""
    home = scene.gitlab.projects[PS_PLAN]
    other = Scene(gitlab=scene.gitlab)
    del scene.gitlab.items[other.key]
    scene.gitlab.projects[PS_PLAN] = home
    other.key = item.key
    scene.gitlab.items[item.key] = item
    return other


def project_item(scene: Scene, title: str = "The network is not open", **more: Any) -> Scene:
    """An issue of the customer's project."""
    project: ProjectView = scene.gitlab.projects[PROJECT]
    more = {"labels": (), "description": "", **more}
    url = f"{project.web_url}/-/issues/77"
    key = ItemKey(project.id, 77)
    return beside(scene, replace(scene.item, key=key, project_path=PROJECT, title=title, web_url=url, **more))


def test_an_issue_of_the_project_leads_back_to_its_scoping_issue_and_nothing_leads_inside() -> None:
    scene, _ = build(DEAL)
    where = where_is(PROJECT, BOOK.file)
    assert where is not None
    assert (where.root, where.customer, where.sow) == (ROOT, "Example-Bank", "SOW-3697")
    assert (scene.key, tie_marker("Example Bank", "SOW-3697")) in scene.gitlab.blocks
    assert tie_marker("example-bank", "sow-3697") == tie_marker("Example Bank", "SOW-3697")
    found = scoping_issue(scene.gitlab, BOOK.file, where)
    assert found is not None
    assert found.key == scene.key
    inside = [key for key in scene.gitlab.blocks if key[0] != scene.key]
    assert inside == []


@pytest.mark.parametrize(
    "path", [PS_PLAN, ROOT, GROUP, f"{ROOT}/a/b/SOW-1", "other/Example-Bank/SOW-3697", f"{GROUP}/x"]
)
def test_other_places_are_no_customers_project(path: str) -> None:
    assert where_is(path, BOOK.file) is None


def test_a_risk_is_asked_about_on_the_scoping_issue_alone() -> None:
    scene, _ = build(DEAL)
    risk = project_item(scene, labels=("PS Risk", "PS:: Priority High"), description="Impact: two weeks")
    outcome = risk.run("tell_scoping_issue", {"template": "raid_item"})
    assert outcome.result is Result.APPLIED
    (said,) = scene.gitlab.bodies(scene.key)
    assert "@project.manager" in said
    assert "Owner: nobody is assigned" in said
    assert "Mitigation" in said
    assert "Priority: one of" not in said
    assert "Impact on timeline" not in said
    assert scene.gitlab.bodies(risk.key) == []


def test_an_escalation_tells_leadership_and_a_channel_by_the_scoping_issues_reference() -> None:
    scene, _ = build(DEAL)
    item = project_item(scene, labels=("Escalated",))
    item.run("tell_scoping_issue", {"template": "escalated", "channel": "ps-project-leadership"})
    assert "@gitlab-com/ps-leadership" in scene.gitlab.bodies(scene.key)[0]
    ((channel, text),) = item.channels.posted.values()
    assert channel == "ps-project-leadership"
    assert "ps-plan" in text
    assert "Example" not in text.replace("gitlab.example", "")
    assert "network" not in text


def test_an_escalation_of_a_private_deal_is_told_in_the_private_channel_only() -> None:
    scene, _ = build(DEAL)
    scene.gitlab.items[scene.key] = replace(scene.item, labels=(*WON, "Public Sector US"))
    item = project_item(scene, labels=("Escalated",))
    outcome = item.run("tell_scoping_issue", {"template": "escalated", "channel": "ps-project-leadership"})
    ((channel, text),) = item.channels.posted.values()
    assert channel == "us-pubsec"
    assert "Example" not in text.replace("gitlab.example", "")
    assert outcome.data["private"] is True


def test_a_confidential_issue_is_named_by_its_reference_only() -> None:
    scene, _ = build(DEAL)
    item = project_item(scene, title="A person leaves", labels=("Escalated",), confidential=True)
    item.run("tell_scoping_issue", {"template": "escalated"})
    (said,) = scene.gitlab.bodies(scene.key)
    assert "A person leaves" not in said
    assert "SOW\\-3697\\#77" in said or "SOW-3697#77" in said.replace("\\", "")


def test_old_raid_items_are_listed_and_young_ones_are_not() -> None:
    scene, _ = build(DEAL)
    anchor = project_item(scene, title="Weekly status of SOW-3697")
    params = {"template": "raid_open", "open_with": "PS RAID Log", "older_than_days": 14}
    for number, (day, title) in enumerate(((1, "Old risk"), (19, "Young risk"))):
        key = ItemKey(anchor.key.project_id, 80 + number)
        made = WHEN.replace(day=day)
        scene.gitlab.items[key] = replace(anchor.item, key=key, title=title, labels=("PS RAID Log",), created_at=made)
    assert anchor.run("tell_scoping_issue", params).result is Result.APPLIED
    (said,) = scene.gitlab.bodies(scene.key)
    assert "Old risk" in said
    assert "19 days" in said
    assert "Young risk" not in said


def test_without_old_raid_items_nothing_is_said() -> None:
    scene, _ = build(DEAL)
    anchor = project_item(scene, title="Weekly status of SOW-3697")
    params = {"template": "raid_open", "open_with": "PS Risk", "older_than_days": 14}
    assert anchor.run("tell_scoping_issue", params).result is Result.NOT_APPLICABLE
    assert scene.gitlab.bodies(scene.key) == []


def test_a_project_that_no_scoping_issue_knows_says_nothing_anywhere() -> None:
    scene, _ = build(DEAL)
    scene.gitlab.blocks.clear()
    item = project_item(scene)
    outcome = item.run("tell_scoping_issue", {"template": "escalated"})
    assert outcome.result is Result.NOT_APPLICABLE
    assert "No scoping issue" in outcome.sentence
    elsewhere = Scene().run("tell_scoping_issue", {"template": "escalated"})
    assert "no customer's project" in elsewhere.sentence


def test_each_week_has_one_status_issue_without_a_word_of_the_bot() -> None:
    scene, _ = build(DEAL)
    anchor = project_item(scene, title="Weekly status of SOW-3697")
    params = {"template": "issues/weekly_status_week", "every": "week"}
    assert anchor.run("collaboration_issue", params).result is Result.APPLIED
    assert anchor.run("collaboration_issue", params).result is Result.ALREADY_SO
    made = [one for one in scene.gitlab.items.values() if one.title.startswith("Status of SOW-3697, week of")]
    assert [one.title for one in made] == ["Status of SOW-3697, week of 20 November 2026"]
    assert "Rule" not in made[0].description


# ── the Customer Epic ─────────────────────────────────────────────────────────────────────────────────────────────────
EPIC = {"group": "ps-group", "also": ["project_scheduling_intake"]}


def with_intake() -> tuple[Scene, ItemKey]:
    scene = Scene(description=DEAL)
    key = ItemKey(scene.key.project_id, 99)
    scene.gitlab.items[key] = replace(scene.item, key=key, title="Example Bank - Project Scheduling Intake")
    scene.gitlab.links.add((scene.key, key))
    return scene, key


def test_scoping_and_intake_issue_go_below_one_epic_of_the_customer() -> None:
    scene, intake = with_intake()
    assert scene.run("customer_epic", EPIC).result is Result.APPLIED
    ((group, _),) = scene.gitlab.epics
    assert group == PS_GROUP
    assert set(scene.gitlab.parents) == {scene.key, intake}
    assert scene.run("customer_epic", EPIC).result is Result.ALREADY_SO


def test_an_epic_that_somebody_made_is_found_by_its_title() -> None:
    scene, _ = with_intake()
    scene.gitlab.epics[PS_GROUP, "by-hand"] = ("example bank", "", ())
    scene.run("customer_epic", EPIC)
    assert len(scene.gitlab.epics) == 1
    assert scene.gitlab.parents[scene.key] == "gid://gitlab/WorkItem/by-hand"


def test_an_issue_that_is_in_another_epic_stays_there() -> None:
    scene, _ = with_intake()
    scene.gitlab.parents[scene.key] = "gid://gitlab/WorkItem/other"
    scene.run("customer_epic", EPIC)
    assert scene.gitlab.parents[scene.key] == "gid://gitlab/WorkItem/other"


def test_without_epics_in_the_tier_it_says_so() -> None:
    scene, _ = with_intake()
    scene.gitlab.has_epics = False
    outcome = scene.run("customer_epic", EPIC)
    assert outcome.result is Result.NOT_APPLICABLE
    assert "no epics" in outcome.sentence


def test_a_private_deal_names_its_customer_in_no_epic() -> None:
    scene = Scene(labels=("Services Calculator", "Public Sector US"), description=DEAL)
    assert scene.run("customer_epic", EPIC).result is Result.NOT_APPLICABLE
    assert scene.gitlab.epics == {}


def test_the_epic_gets_the_way_to_the_project() -> None:
    scene, _ = build(DEAL)
    scene.run("customer_epic", {**EPIC, "note": "collaboration_project_link"})
    (text,) = scene.gitlab.epic_blocks.values()
    assert scene.gitlab.projects[PROJECT].web_url in text


# ── change orders ─────────────────────────────────────────────────────────────────────────────────────────────────────
def change_order(scene: Scene, text: str = "") -> Scene:
    named = f"Scoping issue: {PS_PLAN}#{scene.key.iid}\n{text}"
    key = ItemKey(scene.key.project_id, 55)
    title = "Example Bank - Change Order"
    return beside(scene, replace(scene.item, key=key, title=title, labels=(), description=named))


def test_a_change_order_is_tracked_in_the_project_of_its_sow_without_its_price() -> None:
    scene, _ = build(DEAL)
    order = change_order(scene, "Estimate total: 12,000 USD")
    outcome = order.run("change_order", {"do": "track"})
    assert outcome.result is Result.APPLIED
    assert outcome.data["sow"] == "SOW-3697"
    assert "Change order to SOW-3697" in titles(scene)
    assert order.run("change_order", {"do": "track"}).result is Result.ALREADY_SO
    assert "12,000" not in str([one.description for one in scene.gitlab.items.values() if one.project_path == PROJECT])


def test_a_change_order_goes_below_the_customers_epic_if_there_is_one() -> None:
    scene, _ = build(DEAL)
    scene.run("customer_epic", {"group": "ps-group"})
    order = change_order(scene)
    order.run("change_order", {"do": "track", "group": "ps-group"})
    assert order.key in scene.gitlab.parents


def test_a_won_change_order_becomes_epics_of_the_same_project() -> None:
    scene, _ = build(DEAL)
    projects, epics = len(scene.gitlab.projects), len(scene.gitlab.epics)
    order = change_order(scene, "## SOW activities\n\n- Second instance\n- Training, 9,000 USD\n")
    outcome = order.run("change_order", {"do": "land"})
    assert outcome.data["names"] == ["Second instance"]
    assert len(scene.gitlab.projects) == projects
    assert len(scene.gitlab.epics) == epics + 1
    assert order.run("change_order", {"do": "land"}).result is Result.ALREADY_SO


def test_a_change_order_waits_for_the_project_of_its_sow() -> None:
    scene = Scene(labels=WON, description=DEAL)
    outcome = change_order(scene).run("change_order", {"do": "track"})
    assert outcome.result is Result.NOT_APPLICABLE
    assert "no project yet" in outcome.sentence


def test_a_private_change_order_is_brought_in_by_hand() -> None:
    scene, _ = build(DEAL)
    scene.gitlab.items[scene.key] = replace(scene.item, labels=(*WON, "Public Sector US"))
    outcome = change_order(scene).run("change_order", {"do": "track"})
    assert outcome.result is Result.REFUSED
    assert outcome.data["private"] is True
