"""Groups, projects and tokens: made, listed, refused."""

from __future__ import annotations

import gitlab
import pytest

from app.sandbox.seed import DELIVERY, GITLAB_DELIVERY, PS_GROUP, PS_PLAN
from tests.sandbox.place import Place


def test_a_subgroup_is_made_once(place: Place) -> None:
    client = place.client()
    parent = client.groups.get(GITLAB_DELIVERY)
    made = client.groups.create({"name": "Acme Corp", "path": "acme", "parent_id": parent.id})
    assert (made.full_path, made.visibility) == (f"{GITLAB_DELIVERY}/acme", "private")
    with pytest.raises(gitlab.GitlabCreateError) as refused:
        client.groups.create({"name": "Acme Corp", "path": "ACME", "parent_id": parent.id})
    assert refused.value.error_message == (
        'Failed to save group {:name=>["has already been taken"], :path=>["has already been taken"]}'
    )
    assert [group.path for group in parent.subgroups.list(get_all=True)] == ["acme"]


def test_groups_are_searched_by_name(place: Place) -> None:
    found = place.client().groups.list(search="delivery", get_all=True)
    assert [group.full_path for group in found] == [DELIVERY, "gitlab-com/ps-delivery-managers"]


@pytest.mark.parametrize(
    ("by", "parent"), [("engagement.manager", PS_GROUP), ("sowbot", None), ("sowbot", "gitlab-com")]
)
def test_a_group_is_not_made_without_the_right(place: Place, by: str, parent: str | None) -> None:
    given: dict[str, object] = {"name": "X", "path": "x"}
    if parent:
        given["parent_id"] = place.seeded.groups[parent].id
    with pytest.raises(gitlab.GitlabCreateError) as refused:
        place.client(by).groups.create(given)
    assert refused.value.response_code == 403


def test_a_path_has_to_be_one(place: Place) -> None:
    answer = place.ask(
        "POST", "/groups", json={"name": "X", "path": "a/b", "parent_id": place.seeded.groups[PS_GROUP].id}
    )
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Failed to save group {:path=>")


def test_a_project_is_made_once(place: Place) -> None:
    client = place.client()
    group = client.groups.get(GITLAB_DELIVERY)
    made = client.projects.create(
        {"name": "SOW 17", "path": "SOW-17", "namespace_id": group.id, "visibility": "private"}
    )
    assert made.path_with_namespace == f"{GITLAB_DELIVERY}/SOW-17"
    assert made.empty_repo
    assert client.projects.get(made.id).imports.get().import_status == "none"
    with pytest.raises(gitlab.GitlabCreateError) as refused:
        client.projects.create({"name": "SOW 17", "path": "sow-17", "namespace_id": group.id})
    assert refused.value.response_code == 400
    assert "has already been taken" in str(refused.value.error_message)
    assert [project.id for project in group.projects.list(get_all=True)] == [made.id]


def test_a_project_with_only_a_name_gets_a_path(place: Place) -> None:
    group = place.client().groups.get(GITLAB_DELIVERY)
    assert place.client().projects.create({"name": "Big Plan!", "namespace_id": group.id}).path == "big-plan"


def test_a_project_is_changed_archived_and_deleted(place: Place) -> None:
    project = place.plan()
    project.description = "Scoping"
    project.save()
    project.archive()
    assert place.plan().archived
    project.unarchive()
    project.delete()
    with pytest.raises(gitlab.GitlabGetError):
        place.client().projects.get(PS_PLAN)


def test_a_group_goes_with_all_that_is_in_it(place: Place) -> None:
    place.file()
    inside = {one.id for one in place.world.projects.values() if one.full_path.startswith(f"{PS_GROUP}/")}
    assert inside
    place.client().groups.get(PS_GROUP).delete()
    world = place.world
    assert not inside & world.projects.keys()
    assert (world.issues, world.boards) == ({}, {})
    assert {label.project_id for label in world.labels.values()}.isdisjoint(inside)


def test_a_group_token_brings_its_own_user(place: Place) -> None:
    group = place.client().groups.get(PS_GROUP)
    made = group.access_tokens.create({"name": "helper", "scopes": ["api"], "expires_at": "2099-01-01"})
    assert made.token.startswith("glpat-")
    client = gitlab.Gitlab(place.url, private_token=made.token)
    place.clients.append(client)
    client.auth()
    assert client.user is not None
    assert client.user.username.startswith(f"group_{group.id}_bot_")
    assert client.projects.get(PS_PLAN).issues.create({"title": "By a bot"}).author["id"] == client.user.id
    group.access_tokens.delete(made.id)
    with pytest.raises(gitlab.GitlabAuthenticationError):
        client.auth()


def test_a_token_rotates_itself_and_keeps_its_user(place: Place) -> None:
    group = place.client().groups.get(PS_GROUP)
    rotated = group.access_tokens.rotate("self")
    client = gitlab.Gitlab(place.url, private_token=rotated["token"])
    place.clients.append(client)
    client.auth()
    assert client.user is not None
    assert client.user.username == "sowbot"
    assert place.ask("GET", "/user").status_code == 401


def test_tokens_of_a_group_are_for_its_owners(place: Place) -> None:
    group = place.client("engagement.manager").groups.get(PS_GROUP)
    with pytest.raises(gitlab.GitlabAuthenticationError):
        group.access_tokens.list(get_all=True)
