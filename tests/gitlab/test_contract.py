"""The live port against the sandbox over real HTTP: done once it is done, done twice it is still done once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey
from app.errors import NotFound, Refused
from app.gitlab.markers import marker, marks
from app.gitlab.port import NewIssue
from app.gitlab.survey import SurveyGitLab
from app.gitlab.views import BoardView, CadenceView, EpicView, IterationView, LabelView, MilestoneView
from app.sandbox.state import Group
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


def test_a_comment_is_taken_back_once_and_stays_readable(stage: Stage) -> None:
    stage.gitlab.ensure_note(stage.scene.item, marker="welcome/1", body="Welcome, engagement manager.")
    (note,) = stage.scene.notes()

    def take_back() -> Outcome:
        return stage.gitlab.withdraw_note(stage.scene.item, note_id=note.id, banner="**Taken back.**")

    once_and_twice(stage, take_back)
    (note,) = stage.scene.notes()
    assert note.body.startswith("**Taken back.**\n\n<details>")
    assert "Welcome, engagement manager." in note.body
    assert "welcome/1" in [mark.key for mark in marks(note.body)]  # it is still found, and not posted again


def test_only_the_bots_own_comment_is_taken_back(stage: Stage) -> None:
    stage.gitlab.ensure_note(stage.scene.item, marker="m", body="mine")
    (note,) = stage.scene.notes()
    note.author_id = stage.scene.manager.id
    outcome = stage.gitlab.fresh().withdraw_note(stage.scene.item, note_id=note.id, banner="Taken back.")
    assert (outcome.result, note.body.startswith("mine")) == (Result.NOT_APPLICABLE, True)


def test_what_a_write_changed_is_in_its_outcome(stage: Stage) -> None:
    stage.scene.put_labels("Services Calculator")
    labelled = stage.gitlab.change_labels(stage.scene.item, add=["TA::Approved"], remove=["Services Calculator"])
    assert labelled.data == {"added": ["TA::Approved"], "removed": ["Services Calculator"]}
    assert stage.gitlab.set_state(stage.scene.item, state="closed").data == {"state_before": "opened"}


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
    outcome = once_and_twice(stage, lambda: board(turned))
    assert outcome.sentence == f'Added the columns {STAGES[2]} to the board "Approval".'
    assert columns() == list(STAGES), "the order that is there is somebody's"
    assert "another order" in str(board(turned).data["differs"])
    (view,) = stage.gitlab.boards("ps/ps-plan")
    assert view == BoardView("Approval", STAGES)


def test_a_board_can_show_some_issues_only(stage: Stage) -> None:
    def board() -> Outcome:
        return stage.gitlab.ensure_board("ps/ps-plan", name="Reviews", lists=STAGES[:1], only=["TA::Approved"])

    once_and_twice(stage, board)
    (view,) = stage.gitlab.boards("ps/ps-plan")
    assert view.only == ("TA::Approved",)


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


def test_without_epics_and_a_place_instead_nothing_is_made(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(epics=False)
    number, outcome = stage.gitlab.ensure_epic(
        "ps", marker="epic/1", title="Acme", description="The deal", fallback_project=None
    )
    assert (number, outcome.result) == (None, Result.NOT_APPLICABLE)
    assert "has no epics" in outcome.sentence
    assert stage.gitlab.find_epic("ps", titles=["Acme"]) is None


def test_an_epic_is_found_by_its_title_whoever_made_it_and_takes_issues_and_a_block(stage: Stage) -> None:
    gitlab, item = stage.gitlab, stage.scene.item
    gitlab.ensure_epic("ps", marker="epic/1", title="Acme Corp", description="The deal", fallback_project=None)
    (made,) = (issue for issue in stage.scene.world.issues.values() if issue.item_type == "Epic")
    made.author_id = stage.scene.manager.id
    assert gitlab.find_epic("ps", marker="epic/1") is None, "a marker counts in the bot's own text alone"
    assert gitlab.find_epic("ps", titles=["Acme"]) is None
    epic = gitlab.find_epic("ps", titles=["Other", "ACME corp"])
    assert epic is not None
    assert (epic.title, epic.iid) == ("Acme Corp", made.iid)
    once_and_twice(stage, lambda: stage.gitlab.ensure_parent(item, epic))
    assert stage.scene.issue.parent_id == made.id
    other = EpicView("gid://gitlab/WorkItem/1", 99, "Other", "")
    outcome = stage.gitlab.ensure_parent(item, other)
    assert outcome.result is Result.NOT_APPLICABLE
    assert "left there" in outcome.sentence
    once_and_twice(stage, lambda: stage.gitlab.describe_epic(epic.id, marker="links", text="Project: x"))
    once_and_twice(stage, lambda: stage.gitlab.describe_epic(epic.id, marker="links", text="Project: y"))
    assert (made.description or "").startswith("The deal")
    assert (made.description or "").count("Project:") == 1


def test_an_epic_whose_text_would_run_a_quick_action_is_left_alone(stage: Stage) -> None:
    stage.gitlab.ensure_epic("ps", marker="epic/1", title="Acme", description="d", fallback_project=None)
    (made,) = (issue for issue in stage.scene.world.issues.values() if issue.item_type == "Epic")
    made.description = "Imported.\n/close\n"
    outcome = stage.gitlab.describe_epic(f"gid://gitlab/WorkItem/{made.id}", marker="m", text="x")
    assert outcome.result is Result.REFUSED
    with pytest.raises(NotFound):
        stage.gitlab.describe_epic("gid://gitlab/WorkItem/999999", marker="m", text="x")


def cadence_with_iterations(stage: Stage, *, ahead: int = 3) -> tuple[IterationView, ...]:
    """The iterations of a cadence of the group that begins in ten days."""
    stage.scene.world.clock = lambda: datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    stage.gitlab.ensure_cadence("ps", title="SOW-42", weeks=2, start_date="2026-12-01", ahead=ahead)
    return stage.gitlab.iterations("ps", cadence="SOW-42")


def test_a_cadence_is_made_once_and_gitlab_makes_its_iterations(stage: Stage) -> None:
    stage.scene.world.clock = lambda: datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def cadence(weeks: int) -> Outcome:
        return stage.gitlab.ensure_cadence("ps", title="SOW-42", weeks=weeks, start_date="2026-12-01", ahead=3)

    once_and_twice(stage, lambda: cadence(2))
    assert stage.gitlab.cadences("ps") == (CadenceView("SOW-42", 2, "2026-12-01"),)
    made = stage.scene.world.iterations_made.values()
    assert [one.start_date.isoformat() for one in made] == ["2026-12-01", "2026-12-15", "2026-12-29"]
    assert "2 weeks long, not 3" in str(cadence(3).data["differs"])


def test_where_there_are_no_iterations_no_cadence_is_made(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(iterations=False)
    assert stage.gitlab.cadences("ps") is None
    outcome = stage.gitlab.ensure_cadence("ps", title="SOW-42", weeks=2, start_date="2026-12-01", ahead=3)
    assert outcome.result is Result.NOT_APPLICABLE


def test_the_iterations_of_one_cadence_are_read_by_their_dates(stage: Stage) -> None:
    found = cadence_with_iterations(stage)
    stage.gitlab.ensure_cadence("ps", title="SOW-43", weeks=1, start_date="2026-12-07", ahead=2)
    assert [one.dates for one in found] == [
        "2026-12-01 to 2026-12-14",
        "2026-12-15 to 2026-12-28",
        "2026-12-29 to 2027-01-11",
    ]
    assert stage.gitlab.iterations("ps", cadence="SOW-42") == found
    assert stage.gitlab.iterations("ps", cadence="SOW-44") == ()
    assert stage.gitlab.iterations("ps/nowhere", cadence="SOW-42") == ()


def test_more_iterations_than_a_page_holds_are_all_read(stage: Stage) -> None:
    cadence_with_iterations(stage, ahead=10)
    stage.scene.world.clock = lambda: datetime(2031, 1, 1, tzinfo=UTC)
    found = stage.gitlab.iterations("ps", cadence="SOW-42")
    assert len(found) > 100
    assert len({one.id for one in found}) == len(found)


def test_an_issue_is_put_into_its_iteration_once(stage: Stage) -> None:
    first, second, _ = cadence_with_iterations(stage)
    item, issue = stage.scene.item, stage.scene.issue
    assert stage.gitlab.iteration_of(item) is None
    outcome = once_and_twice(stage, lambda: stage.gitlab.ensure_iteration(item, first))
    assert "into the iteration 2026-12-01 to 2026-12-14" in outcome.sentence
    assert stage.gitlab.fresh().iteration_of(item) == first
    assert f"gid://gitlab/Iteration/{issue.iteration_id}" == first.id
    left = stage.gitlab.fresh().ensure_iteration(item, second)
    assert left.result is Result.NOT_APPLICABLE
    assert left.data["differs"] == "it is in another iteration (2026-12-01 to 2026-12-14)"
    assert f"gid://gitlab/Iteration/{issue.iteration_id}" == first.id


def test_an_iteration_that_a_person_chose_a_moment_ago_is_kept(stage: Stage) -> None:
    first, second, _ = cadence_with_iterations(stage)
    stage.gitlab.read_item(stage.scene.item)  # and believed for two seconds
    stage.scene.issue.iteration_id = int(second.id.rpartition("/")[2])
    assert stage.gitlab.ensure_iteration(stage.scene.item, first).result is Result.NOT_APPLICABLE


def test_what_gitlab_does_not_put_into_an_iteration_is_said(stage: Stage) -> None:
    first, *_ = cadence_with_iterations(stage)
    world = stage.scene.world
    other = Group(world.next_id(), "Other", "other", None, "other", visibility="public")
    world.groups[other.id] = other
    next(iter(world.cadences.values())).group_id = other.id  # no longer one of the project's groups
    silent = stage.gitlab.ensure_iteration(stage.scene.item, first)
    assert silent.result is Result.REFUSED
    assert "did not put ps/ps-plan#1 into its iteration" in silent.sentence
    gone = stage.gitlab.ensure_iteration(stage.scene.item, IterationView("gid://gitlab/Iteration/999999", "", ""))
    assert gone.result is Result.REFUSED
    assert "does not exist" in gone.sentence


def test_a_block_in_somebody_elses_issue_is_found(stage: Stage) -> None:
    stage.gitlab.append_to_description(stage.scene.item, marker="project/SOW-42", text="Project: x")
    (found,) = stage.gitlab.fresh().described_issues("ps/ps-plan", marker="project/SOW-42")
    assert found.key == stage.scene.item
    assert stage.gitlab.described_issues("ps/ps-plan", marker="project/SOW-43") == ()


def test_open_issues_with_all_the_labels_are_listed_oldest_first(stage: Stage) -> None:
    for number, labels in enumerate((("TA::Approved",), ("TA::Approved", "Services Calculator"), ())):
        new = NewIssue(f"Risk {number}", "text", labels=labels)
        stage.gitlab.ensure_issue("ps/ps-plan", marker=f"risk/{number}", issue=new)
    (last,) = stage.gitlab.find_issues("ps/ps-plan", marker="risk/0")
    assert [one.title for one in stage.gitlab.open_issues("ps/ps-plan", labels=["TA::Approved"])] == [
        "Risk 0",
        "Risk 1",
    ]
    stage.gitlab.set_state(last.key, state="closed")
    (left,) = stage.gitlab.open_issues("ps/ps-plan", labels=["TA::Approved"])
    assert left.title == "Risk 1"
    assert left.created_at is not None


def test_what_was_filed_since_a_time_is_listed_whoever_filed_it(stage: Stage) -> None:
    before = stage.gitlab.read_item(stage.scene.item).created_at
    known = stage.gitlab.recent_issues("ps/ps-plan", since=before - timedelta(seconds=1))
    assert stage.scene.item in {one.key for one in known}
    view, _ = stage.gitlab.ensure_issue("ps/ps-plan", marker="m", issue=NewIssue("Acme - Intake", "text"))
    assert view.created_at is not None
    newest = stage.gitlab.recent_issues("ps/ps-plan", since=view.created_at)
    assert newest[-1].key == view.key
    stage.gitlab.set_state(view.key, state="closed")
    assert view.key not in {one.key for one in stage.gitlab.recent_issues("ps/ps-plan", since=view.created_at)}


def test_what_is_there_and_differs_is_named_and_left(stage: Stage) -> None:
    gitlab, path = stage.gitlab, "ps/ps-plan"
    gitlab.ensure_group(parent="ps", name="Acme", path="acme")
    gitlab.ensure_label(group="ps/acme", title="Own", color="#111111", description="mine")
    gitlab.ensure_milestone(path, title="Plan", start_date="2026-12-01", due_date="2026-12-24")
    gitlab.ensure_file(path, path="README.md", content="# Acme\n", message="m")
    look = gitlab.fresh()
    differing = [
        look.ensure_label(group="ps/acme", title="Own", color="#222222", description="mine"),
        look.ensure_milestone(path, title="Plan", start_date="2026-12-02", due_date="2026-12-24"),
        look.ensure_file(path, path="README.md", content="# Other\n", message="m"),
    ]
    assert [one.result for one in differing] == [Result.ALREADY_SO] * 3
    assert [one.data["differs"] for one in differing] == [
        "its colour is #111111, not #222222",
        "it starts 2026-12-01, not 2026-12-02",
        "its text is another",
    ]
    same = [
        look.ensure_label(group="ps/acme", title="Own", color="#111111"),
        look.ensure_label(group="ps/acme", title="TA::Approved", color="#000000"),  # the group's above: not ours to say
        look.ensure_milestone(path, title="Plan", due_date="2026-12-24"),
        look.ensure_file(path, path="README.md", content="# Acme", message="m"),
    ]
    assert all(one.result is Result.ALREADY_SO and "differs" not in one.data for one in same)
    assert gitlab.milestones(path) == (MilestoneView("Plan", "2026-12-01", "2026-12-24"),)
    assert gitlab.file_text(path, path="README.md") == "# Acme\n"
    assert gitlab.file_text(path, path="nothing.md") is None
    labels = {one.title: one for one in gitlab.fresh().group_labels("ps/acme")}
    assert labels["Own"] == LabelView("Own", "#111111", "mine")
    assert labels["TA::Approved"].inherited


def test_an_issue_goes_under_a_milestone_that_is_there(stage: Stage) -> None:
    path = "ps/ps-plan"
    stage.gitlab.ensure_milestone(path, title="Iteration 1")
    stage.gitlab.ensure_issue(path, marker="a", issue=NewIssue("Plan", "text", milestone="Iteration 1"))
    stage.gitlab.ensure_issue(path, marker="b", issue=NewIssue("Plan", "text", milestone="Iteration 9"))
    (one,), (other,) = (stage.gitlab.find_issues(path, marker=marker) for marker in "ab")
    (milestone,) = stage.scene.world.milestones.values()
    assert stage.scene.find(one.key).milestone_id == milestone.id
    assert stage.scene.find(other.key).milestone_id is None


def test_a_survey_tells_what_is_missing_and_what_differs_and_writes_nothing(stage: Stage) -> None:
    gitlab, path = stage.gitlab, "ps/ps-plan"
    gitlab.ensure_board(path, name="Approval", lists=STAGES[:1])
    gitlab.ensure_milestone(path, title="Plan")
    gitlab.ensure_file(path, path="README.md", content="# Acme\n", message="m")
    gitlab.ensure_issue(path, marker="a", issue=NewIssue("Plan", "text"))
    gitlab.ensure_epic("ps", marker="e", title="Acme", description="d", fallback_project=path)
    stage.scene.world.clock = lambda: datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    gitlab.ensure_cadence("ps", title="C", weeks=2, start_date="2026-12-01", ahead=2)
    first, second = gitlab.iterations("ps", cadence="C")
    (planned,) = gitlab.find_issues(path, marker="a")
    gitlab.ensure_iteration(planned.key, first)
    survey = SurveyGitLab(gitlab.fresh().as_reader())
    before = len(stage.calls)
    there = [
        survey.ensure_group(parent="ps", name="Acme", path="new")[1],
        survey.ensure_project(group="ps", name="PS Plan", path="ps-plan")[1],
        survey.ensure_label(group="ps", title="TA::Approved", color="#6699cc"),
        survey.ensure_label(project=path, title="TA::Approved", color="#6699cc"),
        survey.ensure_label(group="ps", title="Other", color="#6699cc"),
        survey.ensure_label(group="ps/new", title="Other", color="#6699cc"),
        survey.ensure_board(path, name="Approval", lists=STAGES[:2]),
        survey.ensure_board(path, name="Approval", lists=STAGES[:1]),
        survey.ensure_milestone(path, title="Plan"),
        survey.ensure_milestone(path, title="Launch"),
        survey.ensure_file(path, path="README.md", content="# Other", message="m"),
        survey.ensure_issue(path, marker="a", issue=NewIssue("Plan", "text"))[1],
        survey.ensure_issue("ps/new/sow", marker="a", issue=NewIssue("Plan", "text"))[1],
        survey.ensure_epic("ps", marker="e", title="Acme", description="d", fallback_project=path)[1],
        survey.ensure_epic("ps", marker="f", title="Acme", description="d", fallback_project=path)[1],
        survey.ensure_cadence("ps", title="C", weeks=2, start_date="2026-12-01", ahead=2),
        survey.ensure_cadence("ps", title="D", weeks=2, start_date="2026-12-01", ahead=2),
        survey.ensure_iteration(planned.key, first),
        survey.ensure_iteration(planned.key, second),
        survey.ensure_iteration(stage.scene.item, first),
    ]
    would, is_so = Result.SHADOWED, Result.ALREADY_SO
    expected = [would, is_so, is_so, is_so, would, would, would, is_so, is_so, would, is_so, is_so, would]
    assert [one.result for one in there] == [*expected, is_so, would, is_so, would, is_so, Result.NOT_APPLICABLE, would]
    assert there[10].data["differs"] == "its text is another"
    assert there[6].sentence == f'Would add to the board "Approval" the columns {STAGES[1]}.'
    assert {call.split()[0] for call in stage.calls[before:]} <= {"GET", "POST"}
    assert {call for call in stage.calls[before:] if call.startswith("POST")} <= {"POST /api/graphql"}


def test_a_reader_has_no_way_to_write(stage: Stage) -> None:
    reader = stage.gitlab.as_reader()
    assert reader.read_item(stage.scene.item).title == stage.scene.issue.title
    assert not hasattr(reader, "change_labels")
