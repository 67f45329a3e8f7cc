"""The sandbox's answers fit the schemas by which GitLab tests its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from app.sandbox.seed import PS_GROUP
from tests.sandbox.place import Place

SCHEMAS = Path(__file__).parent.parent / "data" / "gitlab" / "schemas"


BASE = "https://schemas.example/"


def registry() -> Registry[Any]:
    resources = (
        (BASE + path.relative_to(SCHEMAS).as_posix(), DRAFT202012.create_resource(json.loads(path.read_text())))
        for path in sorted(SCHEMAS.rglob("*.json"))
    )
    return Registry[Any]().with_resources(resources)


def fits(answer: Any, schema: str) -> None:
    validator = Draft202012Validator({"$ref": BASE + schema}, registry=registry())
    errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(answer)]
    assert errors == []


@pytest.fixture
def issue(place: Place) -> str:
    """The address of an issue with everything on it."""
    project = place.plan()
    milestone = project.milestones.create({"title": "M1", "due_date": "2030-01-01"})
    other = place.file("Other")
    filed = place.file(
        description="Text",
        labels=["TA::Approved"],
        assignee_ids=[place.user("csm").id],
        milestone_id=milestone.id,
        due_date="2030-02-01",
    )
    filed.notes.create({"body": "Comment"})
    filed.notes.create({"body": "Secret\n/label ~TA::Approved", "internal": True})
    filed.links.create({"target_project_id": project.id, "target_issue_iid": other.iid})
    filed.awardemojis.create({"name": "tada"})
    return f"/projects/{project.id}/issues/{filed.iid}"


def test_issues(place: Place, issue: str) -> None:
    fits(place.ask("GET", issue).json(), "issue.json")
    for answer in place.ask("GET", f"{issue.rpartition('/')[0]}").json():
        fits(answer, "issue.json")


def test_notes(place: Place, issue: str) -> None:
    notes = place.ask("GET", f"{issue}/notes").json()
    assert {note["system"] for note in notes} == {True, False}
    fits(notes, "notes.json")
    created = place.ask("POST", f"{issue}/notes", json={"body": "One\n/close"})
    fits([created.json()], "notes.json")


def test_links(place: Place, issue: str) -> None:
    target = place.file("Third")
    created = place.ask(
        "POST", f"{issue}/links", json={"target_project_id": target.project_id, "target_issue_iid": target.iid}
    )
    fits(created.json(), "issue_link.json")
    for answer in place.ask("GET", f"{issue}/links").json():
        fits(answer, "issue.json")


@pytest.mark.parametrize("counts", ["true", "false"])
def test_labels(place: Place, counts: str) -> None:
    project = place.seeded.ps_plan.id
    answers = place.ask("GET", f"/projects/{project}/labels", params={"per_page": 100, "with_counts": counts}).json()
    assert len(answers) > 40
    for answer in answers:
        fits(answer, "labels/project_label_with_counts.json")


def test_label_details_and_events(place: Place, issue: str) -> None:
    shown = place.ask("GET", issue.rpartition("/")[0], params={"with_labels_details": "true"}).json()
    for label in [label for each in shown for label in each["labels"]]:
        fits(label, "label_basic.json")
    for event in place.ask("GET", f"{issue}/resource_label_events").json():
        fits(event["label"], "label_basic.json")
        fits(event["user"], "user/basic.json")


def test_milestones(place: Place, issue: str) -> None:
    for answer in place.ask("GET", f"/projects/{place.seeded.ps_plan.id}/milestones").json():
        fits(answer, "milestone.json")


def test_members(place: Place) -> None:
    for path in (
        f"/groups/{place.seeded.groups[PS_GROUP].id}/members",
        f"/projects/{place.seeded.ps_plan.id}/members/all",
    ):
        members = place.ask("GET", path).json()
        assert members
        fits(members, "members.json")


def test_projects(place: Place) -> None:
    fits(place.ask("GET", "/projects").json(), "projects.json")


def test_boards(place: Place) -> None:
    for board in place.ask("GET", f"/groups/{place.seeded.groups[PS_GROUP].id}/boards").json():
        fits(board, "board.json")
    project = f"/projects/{place.seeded.ps_plan.id}/boards"
    fits(place.ask("POST", project, json={"name": "Mine"}).json(), "board.json")
