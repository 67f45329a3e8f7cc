"""Quick actions are done, in descriptions and comments, with the writer's rights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.sandbox.seed import PS_GROUP
from tests.sandbox.place import Place


def comment(place: Place, iid: int, body: str, *, by: str = "sowbot") -> tuple[int, dict[str, Any]]:
    answer = place.ask("POST", f"/projects/{place.seeded.ps_plan.id}/issues/{iid}/notes", by=by, json={"body": body})
    return answer.status_code, answer.json()


def test_a_description_is_run_when_an_issue_is_filed(place: Place) -> None:
    issue = place.file(
        description='Text\n/label ~"Services Calculator" ~TA::Approved\n/assign @csm\n/confidential\n/close'
    )
    held = place.plan().issues.get(issue.iid)
    assert held.description == "Text"
    assert held.labels == ["Services Calculator", "TA::Approved"]
    assert (held.assignees[0]["username"], held.confidential, held.state) == ("csm", True, "closed")
    assert place.told() == ["issue open", "issue close"]


def test_a_description_is_run_when_it_is_changed(place: Place) -> None:
    issue = place.file()
    place.plan().issues.update(issue.iid, {"description": "Text\n<!--\n/close\n-->"})
    assert place.plan().issues.get(issue.iid).state == "closed"


def test_commands_alone_leave_no_note(place: Place) -> None:
    issue = place.file()
    status, answer = comment(place, issue.iid, "/close\n/title Done")
    assert status == 202
    assert answer["commands_changes"] == {"title": "Done", "state_event": "close"}
    assert answer["summary"] == ["Closed this issue.", 'Changed the title to "Done".']
    assert issue.notes.list(activity_filter="only_comments", get_all=True) == []
    assert place.plan().issues.get(issue.iid).state == "closed"


def test_commands_beside_text_leave_the_text(place: Place) -> None:
    issue = place.file()
    status, answer = comment(place, issue.iid, "All agreed.\n/label ~TA::Approved\nBye")
    assert (status, answer["body"]) == (201, "All agreed.\nBye")
    assert place.plan().issues.get(issue.iid).labels == ["TA::Approved"]


def test_commands_that_can_not_be_done_are_refused(place: Place) -> None:
    issue = place.file()
    status, answer = comment(place, issue.iid, "/label ~TA::Approved", by="bystander")
    assert (status, answer["message"]) == (400, "400 Bad request - Failed to apply commands.")
    assert place.plan().issues.get(issue.iid).labels == []


def test_an_unknown_label_is_not_made(place: Place) -> None:
    issue = place.file()
    assert comment(place, issue.iid, "/label ~Typo")[0] == 400
    assert "Typo" not in {label.title for label in place.world.labels.values()}


def test_people_are_assigned_and_unassigned(place: Place) -> None:
    issue = place.file(assignee_ids=[place.user("csm").id])

    def assigned() -> set[str]:
        return {user["username"] for user in place.plan().issues.get(issue.iid).assignees}

    comment(place, issue.iid, "/assign @engagement.manager me")
    assert assigned() == {"csm", "engagement.manager", "sowbot"}
    comment(place, issue.iid, "/unassign @csm")
    assert assigned() == {"engagement.manager", "sowbot"}
    comment(place, issue.iid, "/reassign @csm")
    assert assigned() == {"csm"}
    comment(place, issue.iid, "/unassign")
    assert assigned() == set()


@pytest.mark.parametrize("form", ["#{iid}", "ps-plan#{iid}", "{path}#{iid}", "{url}"])
def test_issues_are_related_however_they_are_named(place: Place, form: str) -> None:
    issue, other = place.file(), place.file("Other")
    named = form.format(iid=other.iid, path=place.seeded.ps_plan.full_path, url=other.web_url)
    assert comment(place, issue.iid, f"/relate {named}")[0] == 202
    assert [link.iid for link in issue.links.list(get_all=True)] == [other.iid]


def test_a_new_issue_relates_itself_to_another(place: Place) -> None:
    other = place.file("Other")
    issue = place.file(description=f"/relate #{other.iid}")
    assert [link.iid for link in issue.links.list(get_all=True)] == [other.iid]


def test_labels_are_replaced_and_removed(place: Place) -> None:
    issue = place.file(labels=["TA::Approved", "RDM::approved"])
    comment(place, issue.iid, "/unlabel ~TA::Approved")
    assert place.plan().issues.get(issue.iid).labels == ["RDM::approved"]
    comment(place, issue.iid, "/relabel ~WE-ps")
    assert place.plan().issues.get(issue.iid).labels == ["WE-ps"]
    comment(place, issue.iid, "/unlabel")
    assert place.plan().issues.get(issue.iid).labels == []


def test_dates_weight_and_milestone_are_set_and_taken(place: Place) -> None:
    issue = place.file()
    place.plan().milestones.create({"title": "Sprint 1"})
    comment(place, issue.iid, '/due in 2 weeks\n/weight 3\n/milestone %"Sprint 1"\n/lock\n/react :tada:')
    held = place.plan().issues.get(issue.iid)
    assert held.due_date == (place.world.now().date() + timedelta(days=14)).isoformat()
    assert (held.weight, held.milestone["title"], held.discussion_locked) == (3, "Sprint 1", True)
    assert [award.name for award in held.awardemojis.list(get_all=True)] == ["tada"]
    comment(place, issue.iid, "/remove_due_date\n/clear_weight\n/remove_milestone\n/unlock")
    held = place.plan().issues.get(issue.iid)
    assert (held.due_date, held.weight, held.milestone, held.discussion_locked) == (None, None, None, False)


def test_an_issue_is_put_into_an_epic(place: Place) -> None:
    created = place.graphql(
        'mutation($path: ID!, $type: WorkItemsTypeID!) { workItemCreate(input: {title: "Acme", namespacePath: $path, '
        "workItemTypeId: $type}) { workItem { iid } errors } }",
        path=PS_GROUP,
        type="gid://gitlab/WorkItems::Type/8",
    )
    iid = created["data"]["workItemCreate"]["workItem"]["iid"]
    issue = place.file(description=f"/epic &{iid}")
    assert place.plan().issues.get(issue.iid).epic["title"] == "Acme"
    comment(place, issue.iid, "/remove_epic")
    assert place.plan().issues.get(issue.iid).epic is None


def test_an_author_may_close_but_not_label(place: Place) -> None:
    issue = place.file("Mine", by="bystander")
    assert comment(place, issue.iid, "/close\n/label ~TA::Approved", by="bystander")[0] == 202
    held = place.plan().issues.get(issue.iid)
    assert (held.state, held.labels) == ("closed", [])
