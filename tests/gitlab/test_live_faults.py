"""GitLab takes a call and does less, or does it and does not say so: the port notices."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import respx

from app.domain.decision import Result
from app.domain.item import ItemKey
from app.errors import Forbidden, NotFound, RateLimited, Refused, TryLater
from app.gitlab.live import LiveGitLab
from app.gitlab.markers import as_marker
from app.gitlab.port import NewIssue
from app.gitlab.transport import open_gitlab

API = "https://gitlab.example.com/api/v4"
KEY = ItemKey(7, 3)
ISSUE = f"{API}/projects/7/issues/3"
ME = {"id": 1, "username": "sowbot", "name": "Bot"}
NOW = "2026-11-21T12:00:00.000Z"


def issue(**changes: Any) -> dict[str, Any]:
    base = {
        "id": 70,
        "iid": 3,
        "project_id": 7,
        "title": "T",
        "description": "",
        "state": "opened",
        "labels": [],
        "author": {"id": 2, "username": "em", "name": "EM"},
        "assignees": [],
        "web_url": "https://gitlab.example.com/a/b/-/issues/3",
        "created_at": NOW,
        "updated_at": NOW,
        "references": {"full": "a/b#3"},
    }
    return base | changes


def note(body: str, **changes: Any) -> dict[str, Any]:
    return {"id": 9, "body": body, "author": ME, "created_at": NOW, "system": False, "internal": False} | changes


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        router.get(f"{API}/user").respond(json=ME)
        router.get(f"{API}/projects/7/labels").respond(json=[{"id": 1, "name": "a::x"}, {"id": 2, "name": "a::y"}])
        yield router


@pytest.fixture
def gitlab() -> LiveGitLab:
    return LiveGitLab(open_gitlab(url="https://gitlab.example.com", token="t"))


def test_a_label_that_gitlab_did_not_set_is_no_success(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    wire.get(ISSUE).respond(json=issue(labels=["a::y"]))
    put = wire.put(ISSUE).respond(json=issue(labels=["a::y"]))
    outcome = gitlab.change_labels(KEY, add=["a::x"])
    assert outcome.result is Result.REFUSED
    assert outcome.sentence.startswith('GitLab took the call but did not set "a::x" and kept "a::y".')
    assert json.loads(put.calls.last.request.content) == {"add_labels": "a::x", "remove_labels": "a::y"}


def test_a_refusal_comes_out_in_gitlabs_words(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    wire.get(ISSUE).respond(json=issue())
    wire.put(ISSUE).respond(403, json={"message": "403 Forbidden"})
    with pytest.raises(Forbidden, match="403 Forbidden"):
        gitlab.change_labels(KEY, add=["a::x"])


def test_after_a_lost_answer_the_comment_is_found_and_not_posted_again(
    wire: respx.MockRouter, gitlab: LiveGitLab
) -> None:
    wire.get(ISSUE).respond(json=issue())
    listed: list[dict[str, Any]] = []
    wire.get(f"{ISSUE}/notes").mock(side_effect=lambda _request: httpx.Response(200, json=listed))

    def lost(request: httpx.Request) -> httpx.Response:
        listed.append(note(json.loads(request.content)["body"]))
        raise httpx.ReadTimeout("lost")

    post = wire.post(f"{ISSUE}/notes").mock(side_effect=lost)
    with pytest.raises(TryLater):
        gitlab.ensure_note(KEY, marker="m", body="Hello")
    assert gitlab.ensure_note(KEY, marker="m", body="Hello").result is Result.ALREADY_SO
    assert post.call_count == 1


def test_after_a_lost_answer_the_item_is_read_again(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    read = wire.get(ISSUE).respond(json=issue())
    wire.put(ISSUE).mock(side_effect=httpx.ReadTimeout("lost"))
    with pytest.raises(TryLater):
        gitlab.set_state(KEY, state="closed")
    read.respond(json=issue(state="closed"))
    assert gitlab.set_state(KEY, state="closed").result is Result.ALREADY_SO


def test_an_item_read_too_long_ago_is_read_again_before_it_is_written(wire: respx.MockRouter) -> None:
    gitlab = LiveGitLab(open_gitlab(url="https://gitlab.example.com", token="t"), item_max_age_s=0)
    read = wire.get(ISSUE).respond(json=issue())
    gitlab.read_item(KEY)
    read.respond(json=issue(labels=["a::x"]))
    assert gitlab.change_labels(KEY, add=["a::x"]).result is Result.ALREADY_SO


def test_an_internal_comment_that_gitlab_would_show_to_all_is_taken_back(
    wire: respx.MockRouter, gitlab: LiveGitLab
) -> None:
    wire.get(f"{ISSUE}/notes").respond(json=[])
    wire.post(f"{ISSUE}/notes").respond(201, json=note("hush"))
    deleted = wire.delete(f"{ISSUE}/notes/9").respond(204)
    assert gitlab.ensure_note(KEY, marker="m", body="hush", internal=True).result is Result.REFUSED
    assert deleted.call_count == 1


def test_a_comment_of_which_nothing_is_left_is_refused(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    wire.get(f"{ISSUE}/notes").respond(json=[])
    wire.post(f"{ISSUE}/notes").respond(202, json={"commands_changes": {"state_event": "close"}, "summary": ["Closed"]})
    with pytest.raises(Refused, match="quick actions"):
        gitlab.ensure_note(KEY, marker="m", body="/close")


def test_a_limit_without_headers_leaves_the_wait_to_the_engine(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    wire.get(f"{ISSUE}/notes").respond(json=[])
    words = "This endpoint has been requested too many times. Try again later."
    wire.post(f"{ISSUE}/notes").respond(429, json={"message": {"error": words}})
    with pytest.raises(RateLimited, match="requested too many times") as raised:
        gitlab.ensure_note(KEY, marker="m", body="x")
    assert raised.value.after_s is None


def test_all_pages_of_notes_are_read_oldest_first_without_system_notes(
    wire: respx.MockRouter, gitlab: LiveGitLab
) -> None:
    older = [note("old", id=1)]
    newer = [note("new", id=3), note("changed a label", id=2, system=True)]
    wire.get(f"{ISSUE}/notes", params={"page": "2"}).respond(json=older)
    link = f'<{ISSUE}/notes?page=2&per_page=100>; rel="next"'
    first = wire.get(f"{ISSUE}/notes").respond(json=newer, headers={"Link": link})
    assert [one.body for one in gitlab.read_notes(KEY)] == ["old", "new"]
    assert first.calls[0].request.url.params["activity_filter"] == "only_comments"


def test_one_assignee_on_the_free_tier_is_said(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    before = {"id": 2, "username": "em", "name": "EM"}
    wire.get(f"{API}/users").respond(json=[{"id": 5, "username": "ta", "name": "TA", "state": "active"}])
    wire.get(ISSUE).respond(json=issue(assignees=[before]))
    put = wire.put(ISSUE).respond(json=issue(assignees=[before]))
    outcome = gitlab.assign(KEY, usernames=["ta"])
    assert outcome.result is Result.REFUSED
    assert outcome.sentence.startswith("GitLab did not assign ta; assigned is em. The Free tier keeps one assignee")
    assert json.loads(put.calls.last.request.content) == {"assignee_ids": [2, 5]}


def test_somebody_who_is_blocked_is_not_assigned(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    wire.get(f"{API}/users").respond(json=[{"id": 5, "username": "ta", "name": "TA", "state": "blocked"}])
    assert gitlab.assign(KEY, usernames=["ta"]).sentence == "GitLab has no active user ta."


def test_what_gitlab_left_out_of_a_new_issue_is_said(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    wire.get(f"{API}/projects/7/issues").respond(json=[])
    wire.post(f"{API}/projects/7/issues").respond(201, json=issue())
    new = NewIssue("T", "d", labels=("a::x",), due_date="2026-12-01")
    _, outcome = gitlab.ensure_issue(7, marker="m", issue=new)
    assert outcome.sentence == 'Filed a/b#3. GitLab left out: label "a::x", due date.'
    _, outcome = gitlab.fresh().ensure_issue(7, marker="m", issue=NewIssue("T", "d", confidential=True))
    assert outcome.result is Result.REFUSED
    assert "not as confidential" in outcome.sentence


def test_a_link_type_that_the_tier_lacks_becomes_a_plain_link(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    wire.get(f"{ISSUE}/links").respond(json=[])

    def answer(request: httpx.Request) -> httpx.Response:
        if json.loads(request.content)["link_type"] == "blocks":
            return httpx.Response(403, json={"message": "Blocked issues not available for current license"})
        return httpx.Response(
            201, json={"source_issue": issue(), "target_issue": issue(iid=4), "link_type": "relates_to"}
        )

    wire.post(f"{ISSUE}/links").mock(side_effect=answer)
    outcome = gitlab.ensure_link(KEY, ItemKey(7, 4), link_type="blocks")
    assert outcome.result is Result.APPLIED
    assert "this GitLab refuses blocks" in outcome.sentence


def test_a_link_made_meanwhile_is_already_so(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    wire.get(f"{ISSUE}/links").respond(json=[])
    wire.post(f"{ISSUE}/links").respond(409, json={"message": "Issue(s) already assigned"})
    assert gitlab.ensure_link(KEY, ItemKey(7, 4)).result is Result.ALREADY_SO


PROJECT = {
    "id": 8,
    "name": "P",
    "path_with_namespace": "ps/p",
    "web_url": "https://gitlab.example.com/ps/p",
    "namespace": {"id": 4},
}
GROUP = {"id": 4, "name": "PS", "full_path": "ps", "web_url": "https://gitlab.example.com/groups/ps"}


def test_a_project_that_is_still_set_up_is_waited_for(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    read = wire.get(f"{API}/projects/ps%2Fp").respond(404, json={"message": "404 Project Not Found"})
    wire.get(f"{API}/groups/ps").respond(json=GROUP)
    wire.post(f"{API}/projects").respond(201, json=PROJECT | {"import_status": "scheduled"})
    with pytest.raises(TryLater) as raised:
        gitlab.ensure_project(group="ps", name="P", path="p")
    assert raised.value.after_s == 5
    read.respond(json=PROJECT | {"import_status": "started"})
    with pytest.raises(TryLater):
        gitlab.ensure_project(group="ps", name="P", path="p")
    read.respond(json=PROJECT | {"import_status": "finished"})
    assert gitlab.ensure_project(group="ps", name="P", path="p")[1].result is Result.ALREADY_SO
    read.respond(json=PROJECT | {"import_status": "failed", "import_error": "no space"})
    with pytest.raises(Refused, match="could not set up ps/p: no space"):
        gitlab.ensure_project(group="ps", name="P", path="p")


def test_a_path_that_a_deleted_project_holds_is_explained(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    read = wire.get(f"{API}/projects/ps%2Fp").respond(404, json={"message": "404 Project Not Found"})
    wire.get(f"{API}/groups/ps").respond(json=GROUP)
    wire.post(f"{API}/projects").respond(400, json={"message": {"path": ["has already been taken"]}})
    with pytest.raises(Refused, match="taken by something that the bot cannot see"):
        gitlab.ensure_project(group="ps", name="P", path="p")
    read.respond(json=PROJECT | {"marked_for_deletion_on": "2026-11-20"})
    with pytest.raises(Refused, match=r"marked for deletion \(2026-11-20\)"):
        gitlab.ensure_project(group="ps", name="P", path="p")


def test_the_old_path_of_a_renamed_group_is_free(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    wire.get(f"{API}/groups/old").respond(json=GROUP)
    assert gitlab.group("old") is None
    wire.get(f"{API}/groups/PS").respond(json=GROUP)
    found = gitlab.group("PS")
    assert found is not None
    assert found.path == "ps"


def test_a_group_below_one_that_is_not_there_is_not_found(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    wire.route(method="GET", url__startswith=f"{API}/groups/").respond(404, json={"message": "404 Group Not Found"})
    with pytest.raises(NotFound, match="There is no group ps that the bot may see"):
        gitlab.ensure_group(parent="ps", name="A", path="a")


def test_blocked_people_are_no_members(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    members = [{"id": 1, "username": "a", "state": "active"}, {"id": 2, "username": "b", "state": "blocked"}]
    wire.get(f"{API}/groups/ps%2Fta/members/all").respond(json=members)
    assert gitlab.group_members("ps/ta") == {"a"}


def test_a_mutation_that_did_nothing_falls_back_to_an_issue(wire: respx.MockRouter, gitlab: LiveGitLab) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        query = json.loads(request.content)["query"]
        if "epicType" in query:
            nodes = [{"id": "gid://gitlab/WorkItems::Type/8", "name": "Epic"}]
            return httpx.Response(200, json={"data": {"namespace": {"workItemTypes": {"nodes": nodes}}}})
        if "markedEpics" in query:
            return httpx.Response(200, json={"data": {"group": {"workItems": {"nodes": []}}}})
        return httpx.Response(200, json={"data": {"workItemCreate": {"workItem": None, "errors": ["not licensed"]}}})

    wire.post("https://gitlab.example.com/api/graphql").mock(side_effect=answer)
    wire.get(f"{API}/projects/a%2Fb/issues").respond(json=[])
    filed = wire.post(f"{API}/projects/a%2Fb/issues").respond(201, json=issue())
    number, outcome = gitlab.ensure_epic("a", marker="m", title="T", description="d", fallback_project="a/b")
    assert number is None
    assert "In place of an epic: GitLab refused workItemCreate: not licensed." in outcome.sentence
    assert as_marker("m") in json.loads(filed.calls.last.request.content)["description"]
