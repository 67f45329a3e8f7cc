"""Iterations of automatic cadences, and issues in them: by GraphQL, and as REST tells of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from app.sandbox.seed import PS_GROUP, PS_PLAN
from tests.sandbox.place import Place

TODAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CADENCE = """
mutation($input: IterationCadenceCreateInput!) {
  iterationCadenceCreate(input: $input) { iterationCadence { id title } errors }
}
"""
LIST = """
query($path: ID!, $cadences: [IterationsCadenceID!], $above: Boolean, $first: Int, $after: String) {
  group(fullPath: $path) {
    iterations(iterationCadenceIds: $cadences, includeAncestors: $above, first: $first, after: $after) {
      nodes { id iid sequence title state startDate dueDate webUrl iterationCadence { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
PUT = """
mutation($input: WorkItemUpdateInput!) {
  workItemUpdate(input: $input) {
    workItem { id widgets { type ... on WorkItemWidgetIteration { iteration { id startDate } } } }
    errors
  }
}
"""
TYPES = """
query($path: ID!, $name: IssueType) {
  namespace(fullPath: $path) { workItemTypes(name: $name) { nodes { id } } }
}
"""
CREATE = "mutation($input: WorkItemCreateInput!) { workItemCreate(input: $input) { errors workItem { iid } } }"
REST_KEYS = {
    "id", "iid", "sequence", "group_id", "title", "description", "state", "created_at", "updated_at", "start_date",
    "due_date", "web_url",
}  # fmt: skip
"""What GitLab's API shows of an iteration."""


def cadence(place: Place, title: str = "SOW-1", *, group: str = PS_GROUP, **more: Any) -> dict[str, Any]:
    given = {
        "groupPath": group,
        "title": title,
        "durationInWeeks": 2,
        "startDate": "2026-12-01",
        "iterationsInAdvance": 3,
        "automatic": True,
        **more,
    }
    answer: dict[str, Any] = place.graphql(CADENCE, input=given)["data"]["iterationCadenceCreate"]
    return answer


def made(place: Place, title: str = "SOW-1", **more: Any) -> str:
    place.world.clock = lambda: TODAY
    answer = cadence(place, title, **more)
    assert answer["errors"] == []
    return str(answer["iterationCadence"]["id"])


def listed(place: Place, **how: Any) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = place.graphql(LIST, **{"path": PS_GROUP, **how})["data"]["group"]["iterations"][
        "nodes"
    ]
    return nodes


def put(place: Place, issue_id: int, iteration: str | None, *, by: str = "sowbot") -> dict[str, Any]:
    given = {"id": f"gid://gitlab/WorkItem/{issue_id}", "iterationWidget": {"iterationId": iteration}}
    return place.graphql(PUT, by=by, input=given)


def create(place: Place, path: str, kind: str, iteration: str) -> dict[str, Any]:
    (found,) = place.graphql(TYPES, path=path, name=kind)["data"]["namespace"]["workItemTypes"]["nodes"]
    given = {"title": "Review", "namespacePath": path, "workItemTypeId": found["id"]}
    return place.graphql(CREATE, input={**given, "iterationWidget": {"iterationId": iteration}})


def held(answer: dict[str, Any]) -> dict[str, Any] | None:
    """The iteration of the answered work item."""
    item = answer["data"]["workItemUpdate"]["workItem"]
    (widget,) = (one for one in item["widgets"] if one["type"] == "ITERATION")
    found: dict[str, Any] | None = widget["iteration"]
    return found


def test_the_iterations_of_a_cadence_are_listed(place: Place) -> None:
    one, other = made(place), made(place, "SOW-2", startDate="2027-01-05", iterationsInAdvance=1)
    found = listed(place, cadences=[one])
    assert [(box["startDate"], box["dueDate"]) for box in found] == [
        ("2026-12-01", "2026-12-14"),
        ("2026-12-15", "2026-12-28"),
        ("2026-12-29", "2027-01-11"),
    ]
    assert [(box["title"], box["sequence"], box["state"]) for box in found] == [
        (None, 1, "upcoming"),
        (None, 2, "upcoming"),
        (None, 3, "upcoming"),
    ]
    assert {box["iterationCadence"]["id"] for box in found} == {one}
    assert [box["startDate"] for box in listed(place, cadences=[other])] == ["2027-01-05"]
    assert len(listed(place)) == 4
    assert listed(place, cadences=["gid://gitlab/Iterations::Cadence/999999"]) == []
    assert [box["startDate"] for box in listed(place, first=2, after="2")] == ["2026-12-29", "2027-01-05"]


def test_a_group_shows_those_of_the_groups_above_unless_it_shall_not(place: Place) -> None:
    made(place)
    below = next(one.full_path for one in place.world.groups.values() if one.full_path.startswith(f"{PS_GROUP}/"))
    assert len(listed(place, path=below)) == 3
    assert listed(place, path=below, above=False) == []


def test_gitlab_makes_iterations_in_the_background_and_more_as_time_goes_by(place: Place) -> None:
    place.world.iterations_at_once = False
    made(place)
    assert listed(place) == []
    place.world.iterations_at_once = True
    assert len(listed(place)) == 3
    place.world.clock = lambda: TODAY + timedelta(weeks=4)
    assert [box["state"] for box in listed(place)] == ["closed", "current", "upcoming", "upcoming", "upcoming"]


def test_a_cadence_does_not_begin_in_iterations_that_are_over(place: Place) -> None:
    made(place, startDate="2026-11-07")
    assert [box["state"] for box in listed(place)] == ["current", "upcoming", "upcoming", "upcoming"]
    assert cadence(place, "SOW-2", startDate="2026-11-06")["errors"] == [
        "The automation start date would retroactively create a past iteration."
        " 2026-11-07 is the earliest possible start date."
    ]


def test_an_issue_is_put_into_an_iteration_and_out_of_it(place: Place) -> None:
    made(place)
    box = listed(place)[1]
    issue = place.file("Iteration 1: planning")
    place.happenings.clear()
    before = place.world.issues[issue.id].updated_at
    place.world.clock = lambda: TODAY + timedelta(hours=1)
    assert held(put(place, issue.id, box["id"])) == {"id": box["id"], "startDate": "2026-12-15"}
    (told,) = place.happenings
    assert (told.action, set(told.changes)) == ("update", {"updated_at"}), "no event tells of iterations"
    assert place.world.issues[issue.id].updated_at > before
    shown = place.ask("GET", f"/projects/{issue.project_id}/issues/{issue.iid}").json()["iteration"]
    assert set(shown) == REST_KEYS
    assert f"gid://gitlab/Iteration/{shown['id']}" == box["id"]
    assert (shown["start_date"], shown["due_date"], shown["state"]) == ("2026-12-15", "2026-12-28", 1)
    assert shown["web_url"] == box["webUrl"]
    assert shown["web_url"].endswith(f"/groups/{PS_GROUP}/-/iterations/{box['iid']}")
    assert held(put(place, issue.id, None)) is None
    assert place.ask("GET", f"/projects/{issue.project_id}/issues/{issue.iid}").json()["iteration"] is None


def test_what_gitlab_refuses_it_says_and_what_it_leaves_out_it_does_not(place: Place) -> None:
    made(place)
    elsewhere = next(one for one in place.world.groups.values() if not PS_GROUP.startswith(one.full_path))
    made(place, "Other", group=elsewhere.full_path)
    box = listed(place)[0]
    (foreign,) = listed(place, path=elsewhere.full_path, above=False)[:1]
    issue = place.file("Planning")
    assert "does not exist" in put(place, issue.id, "gid://gitlab/Iteration/999999")["errors"][0]["message"]
    wrong = put(place, issue.id, "gid://gitlab/Milestone/1")["errors"][0]["message"]
    assert wrong == '"gid://gitlab/Milestone/1" does not represent an instance of Iteration'
    outside = put(place, issue.id, foreign["id"])
    assert (held(outside), outside["data"]["workItemUpdate"]["errors"]) == (None, [])
    assert held(put(place, issue.id, box["id"])) is not None


def test_an_epic_has_no_iteration(place: Place) -> None:
    made(place)
    refused = create(place, PS_GROUP, "EPIC", listed(place)[0]["id"])
    assert refused["errors"][0]["message"] == (
        "Following widget keys are not supported by Epic type: [:iteration_widget]"
    )


def test_an_issue_is_filed_into_its_iteration(place: Place) -> None:
    made(place)
    box = listed(place)[2]
    iid = create(place, PS_PLAN, "ISSUE", box["id"])["data"]["workItemCreate"]["workItem"]["iid"]
    assert place.plan().issues.get(iid).iteration["start_date"] == box["startDate"]


def test_the_free_tier_knows_nothing_of_it(place: Place) -> None:
    place.world.iterations = False
    issue = place.file("Planning")
    assert "doesn't exist on type 'Group'" in place.graphql(LIST, path=PS_GROUP)["errors"][0]["message"]
    assert "iteration_widget" in put(place, issue.id, None)["errors"][0]["message"]
    assert "iteration" not in place.ask("GET", f"/projects/{issue.project_id}/issues/{issue.iid}").json()
