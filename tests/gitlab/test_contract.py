"""The live port against the sandbox over real HTTP: done once it is done, done twice it is still done once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey
from app.errors import NotFound, Refused
from app.gitlab.markers import marker, marks
from app.gitlab.port import NewIssue
from tests.gitlab.conftest import Stage
from tests.gitlab.sandbox_world import LABELS, STAGES, make_issue


def once_and_twice(stage: Stage, write: Callable[[], Outcome]) -> Outcome:
    """The first call does it; a second, and one by a door that remembers nothing, find it done. The first outcome."""
    first = write()
    assert first.result is Result.APPLIED, first
    second = write()
    assert second.result is Result.ALREADY_SO, second
    stage.gitlab = stage.gitlab.fresh()
    third = write()
    assert third.result is Result.ALREADY_SO, third
    return first


def test_it_knows_who_it_is_and_asks_once(stage: Stage) -> None:
    assert stage.gitlab.whoami().username == "sowbot"
    assert stage.count(lambda: stage.gitlab.fresh().whoami()) == []
    stage.gitlab.forget_me()
    assert stage.count(stage.gitlab.whoami) == ["GET /user"]


def test_an_item_is_read_in_one_call(stage: Stage) -> None:
    stage.gitlab.whoami()
    stage.scene.put_labels("Services Calculator", STAGES[0])
    calls = stage.count(lambda: stage.gitlab.read_item(stage.scene.item))
    assert calls == ["GET /projects/:id/issues/:id"]
    snapshot = stage.gitlab.read_item(stage.scene.item)
    assert snapshot.key == stage.scene.item
    assert snapshot.id == stage.scene.issue.id
    assert snapshot.project_path == "ps/ps-plan"
    assert snapshot.state == "opened"
    assert set(snapshot.labels) == {"Services Calculator", STAGES[0]}
    assert snapshot.author.username == "engagement.manager"
    assert snapshot.item_type == "Issue"
    assert snapshot.bot == stage.gitlab.whoami()
    assert snapshot.notes is None


def test_what_is_not_there_is_not_found(stage: Stage) -> None:
    with pytest.raises(NotFound):
        stage.gitlab.read_item(ItemKey(stage.scene.project.id, 999))
    with pytest.raises(NotFound):
        stage.gitlab.project("ps/nothing")
    with pytest.raises(NotFound):
        stage.gitlab.group_members("nothing")
    assert stage.gitlab.group("nothing") is None


def test_places_people_and_labels_are_read(stage: Stage) -> None:
    project = stage.gitlab.project("ps/ps-plan")
    assert (project.id, project.path) == (stage.scene.project.id, "ps/ps-plan")
    assert stage.gitlab.project(project.id) == project
    group = stage.gitlab.group("ps")
    assert group is not None
    assert group.path == "ps"
    assert stage.gitlab.group_members("ps") == {"sowbot", "engagement.manager"}
    assert stage.gitlab.label_titles("ps/ps-plan") >= set(LABELS)
    assert stage.count(lambda: stage.gitlab.fresh().group_members("PS")) == []


@pytest.mark.parametrize("scoped_labels", [True, False])
def test_a_stage_move_takes_every_other_stage_away(make_stage: Callable[..., Stage], scoped_labels: bool) -> None:
    stage = make_stage(scoped_labels=scoped_labels)
    stage.scene.put_labels("Services Calculator", STAGES[0], STAGES[2])
    outcome = once_and_twice(stage, lambda: stage.gitlab.change_labels(stage.scene.item, add=[STAGES[1]]))
    assert outcome.sentence.startswith(f'Added "{STAGES[1]}" and removed ')
    assert stage.scene.labels() == {"Services Calculator", STAGES[1]}


def test_a_stage_move_costs_one_read_and_one_write(stage: Stage) -> None:
    stage.gitlab.whoami()
    stage.gitlab.label_titles(stage.scene.item.project_id)
    stage.scene.put_labels(STAGES[0])
    look = stage.gitlab.fresh()

    def attend() -> None:
        look.read_item(stage.scene.item)
        look.change_labels(stage.scene.item, add=[STAGES[1]])
        assert look.read_item(stage.scene.item).labels == (STAGES[1],)
        look.change_labels(stage.scene.item, add=["Services Calculator"])

    put = "PUT /projects/:id/issues/:id"
    assert stage.count(attend) == ["GET /projects/:id/issues/:id", put, put]


def test_removing_a_label_leaves_the_others(stage: Stage) -> None:
    stage.scene.put_labels("Services Calculator", "TA::Approved")
    once_and_twice(stage, lambda: stage.gitlab.change_labels(stage.scene.item, remove=["TA::Approved", "no such"]))
    assert stage.scene.labels() == {"Services Calculator"}


def test_a_label_that_the_project_lacks_is_refused_and_not_created(stage: Stage) -> None:
    outcome = stage.gitlab.change_labels(stage.scene.item, add=["proposal::SOW_WPI"])
    assert outcome.result is Result.REFUSED
    assert outcome.sentence.endswith('Did you mean "proposal::SOW_WIP"?')
    assert {label.title for label in stage.scene.world.labels.values()} == set(LABELS)


def test_a_comment_is_posted_once(stage: Stage) -> None:
    body = "Welcome, engagement manager."
    first = once_and_twice(stage, lambda: stage.gitlab.ensure_note(stage.scene.item, marker="welcome/1", body=body))
    (note,) = stage.scene.notes()
    assert note.body.startswith(body)
    assert [mark.key for mark in marks(note.body)] == ["welcome/1"]
    assert first.data == {"note_id": note.id}
    assert first.url.endswith(f"#note_{note.id}")
    assert [read.body for read in stage.gitlab.fresh().read_notes(stage.scene.item)] == [note.body]


def test_somebody_elses_copy_of_a_marker_does_not_count(stage: Stage) -> None:
    stage.gitlab.ensure_note(stage.scene.item, marker="m", body="mine")
    (note,) = stage.scene.notes()
    note.author_id = stage.scene.manager.id
    assert stage.gitlab.fresh().ensure_note(stage.scene.item, marker="m", body="mine").result is Result.APPLIED
    assert len(stage.scene.notes()) == 2


def test_an_internal_comment_is_internal(stage: Stage) -> None:
    stage.gitlab.ensure_note(stage.scene.item, marker="m", body="hush", internal=True)
    assert [note.internal for note in stage.scene.notes()] == [True]
    assert [note.internal for note in stage.gitlab.fresh().read_notes(stage.scene.item)] == [True]


def test_the_status_comment_is_edited_in_place(stage: Stage) -> None:
    def write(body: str) -> Outcome:
        return stage.gitlab.ensure_sticky(stage.scene.item, marker="status", body=body)

    once_and_twice(stage, lambda: write("Stage: Open"))
    once_and_twice(stage, lambda: write("Stage: SOW WIP"))
    (note,) = stage.scene.notes()
    assert note.body.startswith("Stage: SOW WIP")


def test_a_status_comment_that_becomes_internal_is_replaced(stage: Stage) -> None:
    stage.gitlab.ensure_sticky(stage.scene.item, marker="status", body="open")
    once_and_twice(
        stage, lambda: stage.gitlab.ensure_sticky(stage.scene.item, marker="status", body="hush", internal=True)
    )
    assert [(note.body.split("\n")[0], note.internal) for note in stage.scene.notes()] == [("hush", True)]


def test_an_issue_is_filed_once_with_all_that_was_asked(stage: Stage) -> None:
    new = NewIssue(
        "Intake: Acme",
        "Please staff.",
        labels=("Services Calculator",),
        assignees=("engagement.manager",),
        confidential=True,
        due_date="2026-12-01",
    )

    def file() -> Outcome:
        return stage.gitlab.ensure_issue("ps/ps-plan", marker="intake/1", issue=new)[1]

    outcome = once_and_twice(stage, file)
    (filed,) = stage.gitlab.find_issues("ps/ps-plan", marker="intake/1")
    made = stage.scene.find(filed.key)
    assert (made.title, made.confidential, made.due_date) == ("Intake: Acme", True, "2026-12-01")
    assert made.assignee_ids == [stage.scene.manager.id]
    assert stage.scene.labels(filed.key) == {"Services Calculator"}
    assert outcome.data["reference"] == filed.reference == f"ps/ps-plan#{made.iid}"
    assert stage.gitlab.find_issues("ps/ps-plan", marker="intake/2") == ()


def test_an_issue_is_found_behind_a_hundred_newer_ones(stage: Stage) -> None:
    stage.gitlab.ensure_issue("ps/ps-plan", marker="intake/old", issue=NewIssue("Old", "text"))
    world, project, bot = stage.scene.world, stage.scene.project, stage.scene.bot
    for number in range(120):
        make_issue(world, project, bot, f"Newer {number}", "text")
    assert [found.title for found in stage.gitlab.find_issues("ps/ps-plan", marker="intake/old")] == ["Old"]
    assert stage.gitlab.find_issues("ps/ps-plan", marker="intake/none") == ()


def test_an_issue_with_an_unknown_label_is_not_filed(stage: Stage) -> None:
    before = len(stage.scene.world.issues)
    with pytest.raises(Refused, match=r'no label "Service Calculator".*Did you mean "Services Calculator"'):
        stage.gitlab.ensure_issue("ps/ps-plan", marker="x", issue=NewIssue("T", "d", labels=("Service Calculator",)))
    assert len(stage.scene.world.issues) == before


def test_issues_are_linked_once(stage: Stage) -> None:
    other = make_issue(stage.scene.world, stage.scene.project, stage.scene.manager, "Intake", "")
    key = ItemKey(stage.scene.project.id, other.iid)
    once_and_twice(stage, lambda: stage.gitlab.ensure_link(stage.scene.item, key))
    assert [linked.key for linked in stage.gitlab.linked_issues(stage.scene.item)] == [key]
    assert [linked.key for linked in stage.gitlab.linked_issues(key)] == [stage.scene.item]
    assert len(stage.scene.world.links) == 1


def test_a_link_to_nowhere_is_not_found(stage: Stage) -> None:
    with pytest.raises(NotFound):
        stage.gitlab.ensure_link(stage.scene.item, ItemKey(stage.scene.project.id, 999))


def test_a_block_is_added_to_the_description_and_replaced_there(stage: Stage) -> None:
    def write(text: str) -> Outcome:
        return stage.gitlab.append_to_description(stage.scene.item, marker=marker("x", "links"), text=text)

    once_and_twice(stage, lambda: write("Intake: ps/ps-plan#2"))
    once_and_twice(stage, lambda: write("Intake: ps/ps-plan#3"))
    text = stage.scene.issue.description or ""
    assert text.startswith("Estimate total: 82,000 USD\n\n<!-- sowbot:v1 x links ")
    assert text.count("Intake:") == 1
    assert "ps-plan#3" in text


def test_a_description_that_would_run_a_quick_action_when_saved_is_left_alone(stage: Stage) -> None:
    stage.scene.issue.description = "Imported.\r\n\r/close\n"
    outcome = stage.gitlab.append_to_description(stage.scene.item, marker="m", text="x")
    assert outcome.result is Result.REFUSED
    assert "begins with /close" in outcome.sentence
    stage.scene.issue.description = "See:\n```\n/close\n```\n/usr/bin/env\n"
    outcome = stage.gitlab.fresh().append_to_description(stage.scene.item, marker="m", text="x")
    assert outcome.result is Result.APPLIED
    assert stage.scene.issue.state == "opened"


def test_an_issue_is_closed_and_reopened_once(stage: Stage) -> None:
    def set_state(state: str) -> str:
        once_and_twice(stage, lambda: stage.gitlab.set_state(stage.scene.item, state=state))
        return stage.scene.issue.state

    assert set_state("closed") == "closed"
    assert set_state("opened") == "opened"


def test_people_are_assigned_beside_others_or_instead(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    bot, manager = stage.scene.bot.id, stage.scene.manager.id
    stage.scene.issue.assignee_ids[:] = [bot]
    once_and_twice(stage, lambda: stage.gitlab.assign(stage.scene.item, usernames=["engagement.manager"]))
    assert set(stage.scene.issue.assignee_ids) == {bot, manager}
    once_and_twice(stage, lambda: stage.gitlab.assign(stage.scene.item, usernames=["Engagement.Manager"], keep=False))
    assert stage.scene.issue.assignee_ids == [manager]
    once_and_twice(stage, lambda: stage.gitlab.assign(stage.scene.item, usernames=[], keep=False))
    assert stage.scene.issue.assignee_ids == []


def test_people_that_gitlab_does_not_know_are_named(stage: Stage) -> None:
    outcome = stage.gitlab.assign(stage.scene.item, usernames=["nobody.here"])
    assert outcome.result is Result.REFUSED
    assert outcome.sentence == "GitLab has no active user nobody.here."
    outcome = stage.gitlab.assign(stage.scene.item, usernames=["nobody.here", "@engagement.manager"])
    assert outcome.result is Result.APPLIED
    assert outcome.sentence == "Assigned engagement.manager. GitLab has no active user nobody.here."


def test_an_emoji_is_awarded_once(stage: Stage) -> None:
    stage.gitlab.ensure_note(stage.scene.item, marker="m", body="text")
    (note,) = stage.scene.notes()
    once_and_twice(stage, lambda: stage.gitlab.react(stage.scene.item, note_id=note.id, emoji="eyes"))
    assert [award.name for award in stage.scene.world.awards.values()] == ["eyes"]
    with pytest.raises(NotFound):
        stage.gitlab.react(stage.scene.item, note_id=999_999, emoji="eyes")


def test_a_customers_place_is_built_once(stage: Stage) -> None:
    def group() -> Outcome:
        return stage.gitlab.ensure_group(parent="ps", name="Acme", path="acme")[1]

    def project() -> Outcome:
        return stage.gitlab.ensure_project(group="ps/acme", name="SOW 42", path="sow-42", description="d")[1]

    once_and_twice(stage, group)
    once_and_twice(stage, project)
    made = stage.gitlab.project("ps/acme/sow-42")
    assert made.namespace_id == stage.scene.world.projects[made.id].group_id
    assert stage.scene.world.projects[made.id].visibility == "private"
    found, outcome = stage.gitlab.fresh().ensure_group(parent="PS", name="Acme", path="ACME")
    assert (found.path, outcome.result) == ("ps/acme", Result.ALREADY_SO)


def test_what_is_put_into_a_project_is_put_once(stage: Stage) -> None:
    gitlab, path, world = stage.gitlab, "ps/ps-plan", stage.scene.world
    once_and_twice(stage, lambda: stage.gitlab.ensure_label(project=path, title="Epic::Plan", color="#123456"))
    once_and_twice(stage, lambda: stage.gitlab.ensure_label(group="ps", title="Everywhere", color="#123456"))
    once_and_twice(
        stage, lambda: stage.gitlab.ensure_milestone(path, title="Kick-off", description="d", due_date="2026-12-24")
    )
    once_and_twice(
        stage, lambda: stage.gitlab.ensure_file(path, path=".gitlab/issue_templates/a b.md", content="x", message="m")
    )
    assert gitlab.fresh().ensure_label(project=path, title="Everywhere", color="#000000").result is Result.ALREADY_SO
    assert {"Epic::Plan", "Everywhere"} <= {label.title for label in world.labels.values()}
    assert [(one.title, one.due_date) for one in world.milestones.values()] == [("Kick-off", "2026-12-24")]
    assert world.projects[stage.scene.project.id].files == {".gitlab/issue_templates/a b.md": "x"}


def test_many_labels_cost_one_call_each(stage: Stage) -> None:
    def labels() -> None:
        for title in ("one", "two", "three"):
            stage.gitlab.ensure_label(project="ps/ps-plan", title=title, color="#123456")

    assert stage.count(labels) == ["GET /projects/:id/labels", *["POST /projects/:id/labels"] * 3]


def test_a_board_has_its_columns_in_order(stage: Stage) -> None:
    def board(lists: tuple[str, ...]) -> Outcome:
        return stage.gitlab.ensure_board("ps/ps-plan", name="Approval", lists=lists)

    def columns() -> list[str]:
        (made,) = (one for one in stage.scene.world.boards.values() if one.name == "Approval")
        ordered = sorted(made.lists, key=lambda one: one.position)
        return [stage.scene.world.labels[one.label_id].title for one in ordered]

    once_and_twice(stage, lambda: board(STAGES[:2]))
    assert columns() == list(STAGES[:2])
    turned = (STAGES[2], STAGES[1], STAGES[0])
    once_and_twice(stage, lambda: board(turned))
    assert columns() == list(turned)


def test_an_epic_is_made_once_and_issues_go_into_it(stage: Stage) -> None:
    made: list[str | None] = []

    def epic() -> Outcome:
        number, outcome = stage.gitlab.ensure_epic(
            "ps",
            marker="epic/1",
            title="Acme",
            description="The deal",
            labels=["TA::Approved"],
            fallback_project="ps/ps-plan",
        )
        made.append(number)
        return outcome

    once_and_twice(stage, epic)
    assert len(set(made)) == 1
    (found,) = (issue for issue in stage.scene.world.issues.values() if issue.item_type == "Epic")
    assert found.title == "Acme"
    child = NewIssue("Child", "text", epic_id=made[0])
    once_and_twice(stage, lambda: stage.gitlab.ensure_issue("ps/ps-plan", marker="child", issue=child)[1])
    (view,) = stage.gitlab.find_issues("ps/ps-plan", marker="child")
    assert stage.scene.find(view.key).parent_id == found.id


def test_without_epics_a_parent_issue_takes_its_place(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(epics=False)

    def epic() -> Outcome:
        number, outcome = stage.gitlab.ensure_epic(
            "ps", marker="epic/1", title="Acme", description="The deal", fallback_project="ps/ps-plan"
        )
        assert number is None
        return outcome

    outcome = once_and_twice(stage, epic)
    assert "In place of an epic" in outcome.sentence
    assert [view.title for view in stage.gitlab.find_issues("ps/ps-plan", marker="epic/1")] == ["Acme"]


def test_a_reader_has_no_way_to_write(stage: Stage) -> None:
    reader = stage.gitlab.as_reader()
    assert reader.read_item(stage.scene.item).title == stage.scene.issue.title
    assert not hasattr(reader, "change_labels")
