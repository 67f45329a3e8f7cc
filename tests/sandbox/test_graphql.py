"""Epics as work items through GraphQL."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.sandbox.graphql.language import Field, Fragment, GraphQLError, read
from app.sandbox.seed import PS_GROUP
from tests.sandbox.place import Place

TYPES = "query types($path: ID!) { namespace(fullPath: $path) { workItemTypes(name: EPIC) { nodes { id name } } } }"
CREATE = """
mutation create($input: WorkItemCreateInput!) {
  workItemCreate(input: $input) {
    errors
    workItem { ...shown widgets { type ... on WorkItemWidgetLabels { labels { nodes { title } } } } }
  }
}
fragment shown on WorkItem { id iid title description author { username } webUrl }
"""
UPDATE = (
    "mutation($input: WorkItemUpdateInput!) { workItemUpdate(input: $input) { errors workItem { id state title } } }"
)
EPICS = """
query($path: ID!, $search: String) {
  group(fullPath: $path) {
    workItems(types: [EPIC], search: $search, first: 50) {
      nodes { id title
        widgets { ... on WorkItemWidgetHierarchy { parent { id } children { nodes { id title } } } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


def make(place: Place, title: str, **more: Any) -> dict[str, Any]:
    type_id = place.graphql(TYPES, path=PS_GROUP)["data"]["namespace"]["workItemTypes"]["nodes"][0]["id"]
    given = {"title": title, "namespacePath": PS_GROUP, "workItemTypeId": type_id, **more}
    result = place.graphql(CREATE, input=given)["data"]["workItemCreate"]
    assert result["errors"] == []
    made: dict[str, Any] = result["workItem"]
    return made


def epics(place: Place, search: str | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = place.graphql(EPICS, path=PS_GROUP, search=search)["data"]["group"]["workItems"][
        "nodes"
    ]
    return found


def test_an_epic_is_made_and_found(place: Place) -> None:
    made = make(place, "Acme", description="<!-- marker -->")
    assert (made["author"]["username"], made["iid"]) == ("sowbot", "1")
    assert made["webUrl"].endswith(f"/groups/{PS_GROUP}/-/epics/1")
    assert [epic["id"] for epic in epics(place, "marker")] == [made["id"]]
    assert epics(place, "absent") == []
    (told,) = place.happenings
    assert (told.action, told.issue.project_id, told.issue.item_type) == ("open", None, "Epic")


def test_labels_of_the_group_go_on_it(place: Place) -> None:
    label = next(each for each in place.world.labels.values() if each.title == "ProjectWin")
    made = make(place, "Acme", labelsWidget={"labelIds": [f"gid://gitlab/GroupLabel/{label.id}"]})
    widget = next(each for each in made["widgets"] if each["type"] == "LABELS")
    assert [each["title"] for each in widget["labels"]["nodes"]] == ["ProjectWin"]


def test_an_issue_becomes_its_child(place: Place) -> None:
    epic = make(place, "Acme")
    issue = place.file("Intake")
    result = place.graphql(
        UPDATE, input={"id": f"gid://gitlab/WorkItem/{issue.id}", "hierarchyWidget": {"parentId": epic["id"]}}
    )
    assert result["data"]["workItemUpdate"]["errors"] == []
    (found,) = epics(place)
    children = next(widget for widget in found["widgets"] if "children" in widget)["children"]["nodes"]
    assert [child["title"] for child in children] == ["Intake"]
    held = place.plan().issues.get(issue.iid)
    assert (held.epic["title"], held.epic_iid) == ("Acme", 1)
    assert f"gid://gitlab/WorkItem/{held.epic['id']}" != epic["id"]


def test_an_epic_is_changed_and_closed(place: Place) -> None:
    epic = make(place, "Acme")
    place.happenings.clear()
    result = place.graphql(UPDATE, input={"id": epic["id"], "title": "Acme - SOW-7", "stateEvent": "CLOSE"})
    assert result["data"]["workItemUpdate"]["workItem"] == {
        "id": epic["id"],
        "state": "CLOSED",
        "title": "Acme - SOW-7",
    }
    assert place.told() == ["issue close", "issue update"]


def test_the_free_tier_has_no_epics(place: Place) -> None:
    place.world.epics = False
    assert place.graphql(TYPES, path=PS_GROUP)["data"]["namespace"]["workItemTypes"]["nodes"] == []
    given = {"title": "x", "namespacePath": PS_GROUP, "workItemTypeId": "gid://gitlab/WorkItems::Type/8"}
    result = place.graphql(CREATE, input=given)["data"]["workItemCreate"]
    assert (result["workItem"], len(result["errors"])) == (None, 1)


def test_refusals_come_with_status_200(place: Place) -> None:
    absent = place.graphql(UPDATE, input={"id": "gid://gitlab/WorkItem/999999"})
    assert "does not exist" in absent["errors"][0]["message"]
    blank = make(place, "Acme")["id"]
    result = place.graphql(UPDATE, input={"id": blank, "title": " "})
    assert result["data"]["workItemUpdate"]["errors"] == ["Title can't be blank"]
    assert place.graphql('query { namespace(fullPath: "no/such") { id } }')["data"] == {"namespace": None}


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("query { currentUser { shoeSize } }", "Field 'shoeSize' doesn't exist on type 'UserCore'"),
        ("query { currentUser }", "must have selections"),
        ("query { currentUser { ...absent } }", "Fragment absent was used"),
        ("query { currentUser {", "end of the document"),
        ("subscription { x }", "Unexpected 'subscription'"),
        ("", "No operation"),
        ("query { a ? }", "Parse error"),
    ],
)
def test_what_is_not_understood_is_said(place: Place, query: str, complaint: str) -> None:
    answer = place.graphql(query)
    assert complaint in answer["errors"][0]["message"]


def test_documents_are_read_with_aliases_values_and_defaults() -> None:
    operation = read(
        'query q($n: Int = 3, $s: [String!]!) { me: a(x: {k: [1, -2.5, true, null, RED, "t\\n"]}, n: $n, s: $s) '
        "{ ... on T { b } ... { c } } } # end",
        {"s": ["v"]},
    )
    assert operation.selection == (
        Field(
            name="a",
            key="me",
            arguments={"x": {"k": [1, -2.5, True, None, "RED", "t\n"]}, "n": 3, "s": ["v"]},
            selection=(Fragment("T", (Field("b", "b", {}),)), Fragment(None, (Field("c", "c", {}),))),
        ),
    )


def test_an_open_bracket_is_an_error_not_a_crash() -> None:
    for document in ("{", "{ a(", "{ a(x: [", "{ a(x: {", "query(", "query($a:", json.dumps("x")):
        with pytest.raises(GraphQLError):
            read(document, {})
