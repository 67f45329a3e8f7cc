"""The customer's project: built once, resumable, and with nothing internal in it."""

from __future__ import annotations

import pytest

from app.domain.decision import Outcome, Result
from app.errors import AdminMustAct, TryLater
from app.gitlab.port import GroupView, IssueView, NewIssue
from handlers.collaboration.blueprint import read_blueprint
from handlers.collaboration.names import group_path, same_customer
from tests.handlers.fake_gitlab import FakeGitLab
from tests.handlers.scene import Scene

PS_GROUP = "gitlab-com/customer-success/professional-services-group"
ROOT = f"{PS_GROUP}/professional-services-delivery/gitlab-professional-services"
GROUP = f"{ROOT}/Example-Bank"
PROJECT = f"{GROUP}/SOW-3697"
BUILD = {"root": "delivery-root", "how": "direct"}
WON = ("Services Calculator", "proposal::closed_won", "CP::Scaffold")
DEAL = """SOW number: 3697
Project manager: @project.manager

## SOW activities

- Migration of repositories
- GitLab implementation

## Notes
- not an activity
"""


def test_group_project_and_all_that_belongs_in_it_are_made() -> None:
    scene = Scene(labels=WON, description=DEAL)
    outcome = scene.run("create_collaboration_project", BUILD)
    gitlab = scene.gitlab
    assert outcome.result is Result.APPLIED
    assert outcome.url == gitlab.projects[PROJECT].web_url
    assert gitlab.groups[GROUP].name == "Example Bank"
    titles = {title for place, title in gitlab.labels if place == GROUP}
    assert {"SOW-3697", "PM::project.manager", "PS RAID Log", "PS:: Priority High", "Escalated"} <= titles
    assert {name for place, name in gitlab.board_lists if place == PROJECT} == {"PSD Workflow", "RAID"}
    assert {title for _, (title, _, _) in gitlab.epics.items()} == {
        "Migration of repositories",
        "GitLab implementation",
    }
    issues = {item.title for item in gitlab.items.values() if item.project_path == PROJECT}
    assert "RAID - Example Bank - SOW-3697" in issues
    assert "Example Bank, SOW-3697: Customer Retrospective" in issues
    assert "Iteration 0: wave planning" in issues
    assert {"README.md", "engagement-charter.md"} <= {path for _, path in gitlab.files}
    assert len(gitlab.milestone_titles) == 5


def test_a_second_run_finds_everything_and_makes_nothing() -> None:
    scene = Scene(labels=WON, description=DEAL)
    scene.run("create_collaboration_project", BUILD)
    before = scene.gitlab.writes
    assert scene.run("create_collaboration_project", BUILD).result is Result.ALREADY_SO
    assert scene.gitlab.writes == before


class Breaking(FakeGitLab):
    """Goes away while issues are filed, for the first two of them."""

    refusals = 2

    def ensure_issue(self, project: str | int, *, marker: str, issue: NewIssue) -> tuple[IssueView, Outcome]:
        """Fail at first."""
        if self.refusals:
            self.refusals -= 1
            raise TryLater("GitLab can't answer now.")
        return super().ensure_issue(project, marker=marker, issue=issue)


def test_a_run_that_broke_off_goes_on_where_it_stopped() -> None:
    scene = Scene(labels=WON, description=DEAL, gitlab=Breaking())
    for _ in range(2):
        with pytest.raises(TryLater):
            scene.run("create_collaboration_project", BUILD)
    whole = Scene(labels=WON, description=DEAL)
    whole.run("create_collaboration_project", BUILD)
    assert scene.run("create_collaboration_project", BUILD).result is Result.APPLIED
    assert scene.gitlab.labels == whole.gitlab.labels
    assert len(scene.gitlab.items) == len(whole.gitlab.items)


def test_a_purchase_order_gives_a_po_project() -> None:
    scene = Scene(labels=WON, description="PO number: 118")
    assert scene.run("create_collaboration_project", BUILD).data["name"] == "PO-118"


def test_without_activities_the_sow_is_the_one_workstream() -> None:
    scene = Scene(labels=WON, description="SOW number: 3697")
    outcome = scene.run("create_collaboration_project", BUILD)
    assert [title for title, _, _ in scene.gitlab.epics.values()] == ["SOW-3697"]
    assert "one epic for the whole SOW" in outcome.sentence
    assert not any(item.title.endswith("wave planning") for item in scene.gitlab.items.values())
    assert not any(title.startswith("PM::") for _, title in scene.gitlab.labels)


def test_an_activity_that_names_a_price_stays_behind() -> None:
    scene = Scene(labels=WON, description=DEAL.replace("- GitLab impl", "- Training, 12,000 USD\n- GitLab impl"))
    outcome = scene.run("create_collaboration_project", BUILD)
    assert "12,000" not in str(scene.gitlab.epics)
    assert "1 of the activities" in outcome.sentence


@pytest.mark.parametrize(("labels", "confidential"), [((*WON, "Public Sector US"), False), (WON, True)])
def test_private_work_is_never_built(labels: tuple[str, ...], confidential: bool) -> None:
    scene = Scene(labels=labels, confidential=confidential, description=DEAL)
    outcome = scene.run("create_collaboration_project", BUILD)
    assert outcome.result is Result.REFUSED
    assert PROJECT not in scene.gitlab.projects
    scene.run("comment", {"template": "collaboration_project_ready"})
    assert "by hand" in scene.gitlab.bodies(scene.key)[0]


def test_without_a_number_nothing_is_built_and_the_note_says_what_to_add() -> None:
    scene = Scene(labels=WON, description="")
    assert scene.run("create_collaboration_project", BUILD).result is Result.REFUSED
    scene.run("comment", {"template": "collaboration_project_ready"})
    assert "SOW number:" in scene.gitlab.bodies(scene.key)[0]


def test_another_customers_group_of_the_same_path_is_never_used() -> None:
    scene = Scene(labels=WON, description=DEAL)
    scene.gitlab.groups[GROUP] = GroupView(1, GROUP.lower(), "Example Bank Holding", "https://gitlab.example/x")
    outcome = scene.run("create_collaboration_project", BUILD)
    assert outcome.result is Result.REFUSED
    assert "another name" in outcome.sentence
    assert PROJECT not in scene.gitlab.projects


def test_nothing_of_the_scoping_issue_goes_into_the_project() -> None:
    secrets = (
        "Estimate total: 82,000 USD\nhttps://docs.google.com/spreadsheets/d/xyzzy\nAccount team: @account.executive"
    )
    scene = Scene(labels=WON, description=f"{secrets}\n{DEAL}")
    scene.run("create_collaboration_project", BUILD)
    gitlab = scene.gitlab
    inside = [item.description for item in gitlab.items.values() if item.project_path == PROJECT]
    everything = "\n".join([*inside, *gitlab.files.values(), str(gitlab.epics)])
    for word in ("82,000", "xyzzy", "account.executive", "ps-plan", "Scope Issue"):
        assert word not in everything


@pytest.mark.parametrize(
    ("customer", "path"),
    [
        ("Ripple Labs", "Ripple-Labs"),
        ("Ingram / Barge, Inc.", "Ingram-Barge-Inc"),
        ("Müller & Söhne", "Muller-Sohne"),
        ("O'Neill", "ONeill"),
    ],
)
def test_the_group_path_is_made_of_the_names_words(customer: str, path: str) -> None:
    assert group_path(customer) == path


def test_a_name_without_latin_letters_still_gives_one_path() -> None:
    assert group_path("株式会社例") == group_path("株式会社例")
    assert group_path("株式会社例").startswith("customer-")
    assert group_path("株式会社例") != group_path("別の会社")


def test_the_same_customer_may_be_written_with_other_blanks_and_case() -> None:
    assert same_customer("Ripple Labs", "ripple-labs")
    assert not same_customer("Ripple Labs", "Ripple Lab")


def test_a_blueprint_with_a_fault_is_named() -> None:
    names = {"customer": "C", "sow": "SOW-1", "pm": ""}
    for text in ("epics: {heading: x}", "boards: [", "project_description: '{margin}'"):
        with pytest.raises(AdminMustAct, match=r"blueprint here\.yaml"):
            read_blueprint(text, names, where="here.yaml")
