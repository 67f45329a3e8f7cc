"""Who may see and do what: tokens, scopes, membership, confidential issues, internal notes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.sandbox.rest.tokens import make_token
from app.sandbox.seed import PS_GROUP
from app.sandbox.state import Project, User
from tests.sandbox.place import Place


@pytest.fixture
def stranger(place: Place) -> str:
    """A user who is in nothing."""
    user = User(id=place.world.next_id(), username="stranger", name="S. Tranger", email="s@sandbox.example")
    place.world.users[user.id] = user
    place.seeded.users["stranger"] = user
    place.seeded.tokens["stranger"] = make_token(place.world, user, name="own").value
    return "stranger"


def plan(place: Place) -> str:
    return f"/projects/{place.seeded.ps_plan.id}"


@pytest.mark.parametrize("carry", ["header", "bearer", "query"])
def test_a_token_is_taken_from_three_places(place: Place, carry: str) -> None:
    value = place.seeded.tokens["csm"]
    headers = {"header": {"PRIVATE-TOKEN": value}, "bearer": {"Authorization": f"Bearer {value}"}}.get(carry, {})
    query = {"private_token": value} if carry == "query" else {}
    assert place.ask("GET", "/user", by=None, headers=headers, params=query).json()["username"] == "csm"


def test_without_a_good_token_nothing_is_answered(place: Place) -> None:
    answer = place.ask("GET", "/user", by=None)
    assert (answer.status_code, answer.json()) == (401, {"message": "401 Unauthorized"})
    assert place.ask("GET", "/user", by=None, headers={"PRIVATE-TOKEN": "glpat-no"}).status_code == 401


def test_revoked_and_expired_tokens_say_so(place: Place) -> None:
    token = place.world.tokens[place.seeded.tokens["csm"]]
    token.expires_at = (place.world.now() + timedelta(days=1)).date().isoformat()
    assert place.ask("GET", "/user", by="csm").status_code == 200
    token.expires_at = place.world.now().date().isoformat()
    assert "expired" in place.ask("GET", "/user", by="csm").json()["error_description"]
    token.revoked = True
    answer = place.ask("GET", "/user", by="csm")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


def test_a_reading_token_can_not_write(place: Place) -> None:
    place.world.tokens[place.seeded.tokens["sowbot"]].scopes = ("read_api",)
    assert place.ask("GET", f"{plan(place)}/issues").status_code == 200
    answer = place.ask("POST", f"{plan(place)}/issues", json={"title": "x"})
    assert (answer.status_code, answer.json()["error"]) == (403, "insufficient_scope")
    mutation = place.http.post(
        "/api/graphql",
        json={"query": 'mutation { workItemDelete(input: {id: "1"}) { errors } }'},
        headers={"PRIVATE-TOKEN": place.seeded.tokens["sowbot"]},
    )
    assert mutation.status_code == 403


def test_a_blocked_user_is_kept_out(place: Place) -> None:
    place.user("csm").state = "blocked"
    assert place.ask("GET", "/user", by="csm").status_code == 403


def test_what_somebody_may_not_see_is_not_there(place: Place, stranger: str) -> None:
    issue = place.file()
    for path, words in (
        (plan(place), "404 Project Not Found"),
        (f"{plan(place)}/issues/{issue.iid}", "404 Project Not Found"),
        (f"/groups/{place.seeded.groups[PS_GROUP].id}", "404 Group Not Found"),
    ):
        answer = place.ask("GET", path, by=stranger)
        assert (answer.status_code, answer.json()["message"]) == (404, words)
    assert place.ask("GET", "/projects", by=stranger).json() == []
    assert place.ask("GET", "/issues?scope=all", by=stranger).json() == []


def test_teams_can_be_read_by_everybody(place: Place, stranger: str) -> None:
    members = place.ask("GET", "/groups/gitlab-com%2Fps-leadership/members/all", by=stranger).json()
    assert [member["username"] for member in members] == ["ps.leader", "ps.director"]


def test_membership_of_a_group_reaches_down(place: Place) -> None:
    group = place.client().groups.create(
        {"name": "Acme", "path": "acme", "parent_id": place.seeded.groups[PS_GROUP].id}
    )
    project = place.client().projects.create({"name": "SOW-1", "namespace_id": group.id})
    assert place.ask("GET", f"/projects/{project.id}", by="bystander").status_code == 200


def test_a_confidential_issue_is_for_those_concerned(place: Place) -> None:
    issue = place.file("Secret", confidential=True)
    path = f"{plan(place)}/issues/{issue.iid}"
    assert place.ask("GET", path, by="csm").status_code == 200
    hidden = place.ask("GET", path, by="bystander")
    assert (hidden.status_code, hidden.json()) == (404, {"message": "404 Not found"})
    assert place.ask("GET", f"{plan(place)}/issues", by="bystander").json() == []
    place.plan().issues.update(issue.iid, {"assignee_ids": [place.user("bystander").id]})
    assert place.ask("GET", path, by="bystander").status_code == 200


def test_internal_notes_are_hidden_from_guests(place: Place) -> None:
    issue = place.file()
    note = issue.notes.create({"body": "Margin is thin", "internal": True})
    path = f"{plan(place)}/issues/{issue.iid}/notes"
    assert place.ask("GET", path, by="bystander").json() == []
    assert place.ask("GET", f"{path}/{note.id}", by="bystander").status_code == 404
    refused = place.ask("POST", path, by="bystander", json={"body": "x", "internal": True})
    assert refused.status_code == 403


def test_metadata_of_a_guest_is_dropped_without_a_word(place: Place) -> None:
    answer = place.ask(
        "POST",
        f"{plan(place)}/issues",
        by="bystander",
        json={"title": "Help", "labels": "TA::Approved,Brand new", "assignee_ids": [place.user("csm").id]},
    )
    assert answer.status_code == 201
    assert (answer.json()["labels"], answer.json()["assignees"]) == ([], [])
    assert "Brand new" not in {label.title for label in place.world.labels.values()}
    path = f"{plan(place)}/issues/{answer.json()['iid']}"
    changed = place.ask("PUT", path, by="bystander", json={"title": "Mine", "add_labels": "TA::Approved"}).json()
    assert (changed["title"], changed["labels"]) == ("Mine", [])


def test_guests_do_not_change_what_others_filed(place: Place) -> None:
    issue = place.file()
    path = f"{plan(place)}/issues/{issue.iid}"
    assert place.ask("PUT", path, by="bystander", json={"title": "x"}).status_code == 403
    note = issue.notes.create({"body": "Text"})
    assert place.ask("PUT", f"{path}/notes/{note.id}", by="csm", json={"body": "x"}).status_code == 403


def test_an_archived_project_takes_no_writes(place: Place) -> None:
    issue = place.file()
    place.world.projects[place.seeded.ps_plan.id].archived = True
    path = f"{plan(place)}/issues"
    assert place.ask("POST", path, json={"title": "x"}).status_code == 403
    assert place.ask("PUT", f"{path}/{issue.iid}", json={"title": "x"}).status_code == 403
    assert place.ask("POST", f"{path}/{issue.iid}/notes", json={"body": "x"}).status_code == 403


def test_an_assignee_who_can_not_come_in_is_dropped(place: Place, stranger: str) -> None:
    place.user("csm").state = "blocked"
    ids = [place.user(name).id for name in (stranger, "csm", "engagement.manager")]
    assert [user["username"] for user in place.file(assignee_ids=ids).assignees] == ["engagement.manager"]


def test_paths_are_compared_without_case(place: Place) -> None:
    project = place.seeded.ps_plan
    assert isinstance(project, Project)
    assert place.ask("GET", f"/projects/{project.full_path.upper().replace('/', '%2F')}").json()["id"] == project.id


def test_an_unknown_address_is_answered_as_gitlab_does(place: Place) -> None:
    answer = place.ask("GET", "/no/such/thing")
    assert (answer.status_code, answer.json()) == (404, {"error": "404 Not Found"})
