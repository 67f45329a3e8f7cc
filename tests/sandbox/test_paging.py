"""Pages by number and by key, and the filters and orders of issue lists."""

from __future__ import annotations

from typing import Any

import pytest

from app.sandbox.acts.filing import file_issue
from app.sandbox.acts.issue_edit import Edit
from app.sandbox.seed import PS_GROUP
from tests.sandbox.place import Place


def fill(place: Place, count: int) -> None:
    for number in range(count):
        file_issue(place.world, place.user("sowbot"), place.seeded.ps_plan, Edit(fields={"title": f"Issue {number}"}))


def path(place: Place) -> str:
    return f"/projects/{place.seeded.ps_plan.full_path.replace('/', '%2F')}/issues"


def test_pages_are_numbered_and_linked(place: Place) -> None:
    fill(place, 25)
    answer = place.ask("GET", path(place), params={"per_page": 10, "page": 2})
    assert len(answer.json()) == 10
    headers = {name: answer.headers[f"x-{name}"] for name in ("total", "total-pages", "page", "next-page", "prev-page")}
    assert headers == {"total": "25", "total-pages": "3", "page": "2", "next-page": "3", "prev-page": "1"}
    assert set(answer.links) == {"prev", "next", "first", "last"}
    last = place.http.get(answer.links["last"]["url"], headers={"PRIVATE-TOKEN": place.seeded.tokens["sowbot"]})
    assert len(last.json()) == 5
    assert last.headers["x-next-page"] == ""


def test_no_more_than_a_hundred_come_at_once(place: Place) -> None:
    fill(place, 120)
    assert len(place.ask("GET", path(place), params={"per_page": 500}).json()) == 100
    assert place.ask("GET", path(place), params={"per_page": 0}).status_code == 400


@pytest.mark.parametrize("order", ["created_at", "updated_at", "title", "id"])
@pytest.mark.parametrize("sort", ["asc", "desc"])
def test_pages_by_key_bring_each_issue_once_in_order(place: Place, order: str, sort: str) -> None:
    fill(place, 25)
    wanted: dict[str, Any] = {"order_by": order, "sort": sort, "per_page": 7}
    by_key = [each.iid for each in place.plan().issues.list(iterator=True, pagination="keyset", **wanted)]
    by_number = [each.iid for each in place.plan().issues.list(iterator=True, **wanted)]
    assert by_key == by_number
    assert len(set(by_key)) == 25


def test_an_issue_changed_between_two_pages_by_key_hides_no_other(place: Place) -> None:
    fill(place, 6)
    wanted = {"pagination": "keyset", "order_by": "updated_at", "sort": "asc", "per_page": 3}
    first = place.ask("GET", path(place), params=wanted)
    seen = [issue["iid"] for issue in first.json()]
    place.plan().issues.update(seen[-1], {"title": "Changed meanwhile"})
    rest = place.http.get(first.links["next"]["url"], headers={"PRIVATE-TOKEN": place.seeded.tokens["sowbot"]})
    assert {*seen, *(issue["iid"] for issue in rest.json())} == {1, 2, 3, 4, 5, 6}


def test_group_issues_have_no_pages_by_key(place: Place) -> None:
    answer = place.ask("GET", f"/groups/{PS_GROUP.replace('/', '%2F')}/issues", params={"pagination": "keyset"})
    assert answer.status_code == 405


def test_projects_have_pages_by_key(place: Place) -> None:
    projects = place.client().projects.list(iterator=True, pagination="keyset", order_by="id", sort="asc", per_page=1)
    assert [project.id for project in projects] == sorted(place.world.projects)


@pytest.fixture
def several(place: Place) -> dict[str, int]:
    """Issues by what is particular about them."""
    ids = {
        "plain": place.file("Plain"),
        "labelled": place.file("Labelled", labels=["TA::Approved", "RDM::approved"]),
        "assigned": place.file("Assigned", assignee_ids=[place.user("csm").id]),
        "secret": place.file("Secret", confidential=True),
        "closed": place.file("Closed", description="Ended well"),
        "foreign": place.file("Foreign", by="engagement.manager"),
    }
    place.plan().issues.update(ids["closed"].iid, {"state_event": "close"})
    return {name: issue.iid for name, issue in ids.items()}


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"state": "closed"}, {"closed"}),
        ({"labels": "TA::Approved,RDM::approved"}, {"labelled"}),
        ({"labels": "TA::Approved,Absent"}, set()),
        ({"labels": "Any"}, {"labelled"}),
        ({"not[labels]": "TA::Approved"}, {"plain", "assigned", "secret", "closed", "foreign"}),
        ({"search": "ended"}, {"closed"}),
        ({"search": "ended", "in": "title"}, set()),
        ({"confidential": "true"}, {"secret"}),
        ({"assignee_username": "csm"}, {"assigned"}),
        ({"assignee_id": "None", "state": "closed"}, {"closed"}),
        ({"scope": "created_by_me", "search": "foreign"}, set()),
        ({"author_username": "engagement.manager"}, {"foreign"}),
        ({"iids[]": ["1", "2"]}, {"plain", "labelled"}),
        ({"updated_after": "2099-01-01T00:00:00Z"}, set()),
        ({"updated_before": "2000-01-01"}, set()),
    ],
)
def test_filters(place: Place, several: dict[str, int], filters: dict[str, Any], names: set[str]) -> None:
    found = {issue["iid"] for issue in place.ask("GET", path(place), params=filters).json()}
    assert found == {several[name] for name in names}


def test_times_are_inclusive(place: Place) -> None:
    issue = place.file()
    at = place.plan().issues.get(issue.iid).updated_at
    for name in ("updated_after", "updated_before"):
        assert len(place.ask("GET", path(place), params={name: at}).json()) == 1


@pytest.mark.parametrize(
    "wrong", [{"state": "open"}, {"order_by": "colour"}, {"updated_after": "soon"}, {"sort": "up"}]
)
def test_a_filter_that_is_none_is_refused(place: Place, wrong: dict[str, str]) -> None:
    answer = place.ask("GET", path(place), params=wrong)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(next(iter(wrong)))


def test_everywhere_means_ones_own_issues(place: Place, several: dict[str, int]) -> None:
    assert [i["title"] for i in place.ask("GET", "/issues", by="engagement.manager").json()] == ["Foreign"]
    assert len(place.ask("GET", "/issues", by="engagement.manager", params={"scope": "all"}).json()) == 6
