"""Issues that are filed, found, linked and written to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.decision import Result
from app.domain.item import ItemKey
from app.errors import NotYet
from handlers.blanks import blank_fields
from handlers.create_issue import CreateIssueParams
from tests.handlers.fake_gitlab import BOT
from tests.handlers.scene import NOW, PS_PLAN, Scene

INTAKE = {"template": "project_scheduling_intake", "unless_linked": True}


def filed(scene: Scene) -> ItemKey:
    """The one issue beside the scoping issue."""
    (key,) = set(scene.gitlab.items) - {scene.key}
    return key


def test_an_issue_is_filed_and_linked_once() -> None:
    scene = Scene()
    outcome = scene.run("create_issue", INTAKE)
    assert outcome.result is Result.APPLIED
    assert outcome.data["reference"] == f"{PS_PLAN}#13"
    intake = scene.gitlab.items[filed(scene)]
    assert intake.title == "Example Bank - Project Scheduling Intake"
    assert f"{PS_PLAN}#12" in intake.description
    assert scene.gitlab.links == {(scene.key, filed(scene))}
    assert scene.run("create_issue", INTAKE, key="rule.0.m2").result is Result.ALREADY_SO
    assert len(scene.gitlab.items) == 2


def test_a_crash_between_filing_and_linking_is_mended() -> None:
    scene = Scene()
    scene.run("create_issue", INTAKE)
    scene.gitlab.links.clear()
    assert scene.run("create_issue", INTAKE).result is Result.APPLIED
    assert scene.gitlab.links == {(scene.key, filed(scene))}


def test_an_issue_that_somebody_else_filed_and_linked_is_enough() -> None:
    scene = Scene()
    other = ItemKey(scene.key.project_id, 40)
    scene.gitlab.items[other] = replace(scene.item, key=other, title="Example Bank: scheduling intake questions")
    scene.gitlab.links.add((other, scene.key))
    outcome = scene.run("create_issue", INTAKE)
    assert outcome.result is Result.ALREADY_SO
    assert outcome.data["iid"] == 40
    assert len(scene.gitlab.items) == 2


def late(scene: Scene, seconds: int) -> None:
    """The scoping issue was filed so long ago."""
    born = scene.item.created_at - timedelta(seconds=seconds)
    scene.gitlab.items[scene.key] = replace(scene.item, created_at=born)


def beside(scene: Scene, title: str, **more: Any) -> ItemKey:
    """An issue that somebody else filed in the same project."""
    key = ItemKey(scene.key.project_id, 40)
    scene.gitlab.items[key] = replace(scene.item, key=key, title=title, **more)
    return key


def test_somebody_else_gets_a_moment_to_file_it() -> None:
    scene = Scene()
    late(scene, 3)
    with pytest.raises(NotYet) as raised:
        scene.run("create_issue", INTAKE | {"wait_seconds": 10})
    assert raised.value.after_s == 7
    assert set(scene.gitlab.items) == {scene.key}
    late(scene, 7)
    assert scene.run("create_issue", INTAKE | {"wait_seconds": 10}).result is Result.APPLIED


def test_a_clock_behind_gitlabs_does_not_make_the_moment_longer() -> None:
    scene = Scene()
    late(scene, -500)
    with pytest.raises(NotYet) as raised:
        scene.run("create_issue", INTAKE | {"wait_seconds": 10})
    assert raised.value.after_s == 10


def test_nobody_else_files_it_where_the_bot_filed_the_request() -> None:
    scene = Scene()
    scene.gitlab.items[scene.key] = replace(scene.item, author=BOT)
    assert scene.run("create_issue", INTAKE | {"wait_seconds": 10}).result is Result.APPLIED


def test_what_the_calculator_filed_beside_it_is_linked_and_no_second_one_is_filed() -> None:
    scene = Scene()
    late(scene, 30)
    theirs = beside(scene, "EXAMPLE BANK - Project Scheduling Intake")
    outcome = scene.run("create_issue", INTAKE | {"wait_seconds": 10})
    assert outcome.result is Result.APPLIED
    assert outcome.data["iid"] == 40
    assert "no second one" in outcome.sentence
    assert scene.gitlab.links == {(scene.key, theirs)}
    assert set(scene.gitlab.items) == {scene.key, theirs}
    assert scene.run("create_issue", INTAKE | {"wait_seconds": 10}).result is Result.ALREADY_SO


@pytest.mark.parametrize(
    ("title", "more"),
    [
        ("Other Bank - Project Scheduling Intake", {}),
        ("Example Banking Group - Project Scheduling Intake", {}),
        ("The Other Example Bank - Project Scheduling Intake", {}),
        ("Example Bank - Order form", {}),
        ("Example Bank - Project Scheduling Intake", {"state": "closed"}),
        ("Example Bank - Project Scheduling Intake", {"created_at": NOW - timedelta(days=90)}),
    ],
)
def test_what_belongs_to_another_customer_or_another_time_is_left_alone(title: str, more: dict[str, Any]) -> None:
    scene = Scene()
    late(scene, 30)
    other = beside(scene, title, **more)
    assert scene.run("create_issue", INTAKE | {"wait_seconds": 10}).result is Result.APPLIED
    assert len(set(scene.gitlab.items) - {scene.key, other}) == 1


def test_what_belongs_to_another_request_is_left_to_it() -> None:
    scene = Scene()
    late(scene, 30)
    theirs = beside(scene, "Example Bank - Project Scheduling Intake")
    scene.gitlab.links.add((theirs, ItemKey(scene.key.project_id, 39)))
    scene.gitlab.items[ItemKey(scene.key.project_id, 39)] = replace(scene.item, key=ItemKey(scene.key.project_id, 39))
    assert scene.run("create_issue", INTAKE | {"wait_seconds": 10}).result is Result.APPLIED
    assert len(scene.gitlab.items) == 4


def test_a_routing_table_says_whom_it_is_assigned_to() -> None:
    scene = Scene()
    scene.run("create_issue", {"template": "pc_consulting_checklist", "assign_route": "project-coordinators"})
    (person,) = scene.gitlab.items[filed(scene)].assignees
    assert person.username == "project.coordinator"


def test_waiting_for_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="unless_linked: true, too"):
        CreateIssueParams.model_validate({"template": "project_scheduling_intake", "wait_seconds": 5})


def test_the_issue_of_a_private_item_is_as_private() -> None:
    scene = Scene(labels=("Services Calculator", "public sector us"), confidential=True)
    scene.run("create_issue", INTAKE)
    intake = scene.gitlab.items[filed(scene)]
    assert intake.labels == ("Public Sector US",)
    assert intake.confidential


def test_no_sentence_names_the_customer() -> None:
    scene = Scene()
    assert "Example Bank" not in scene.run("create_issue", INTAKE).sentence
    assert "Example Bank" not in scene.run("update_issue", {"of": INTAKE["template"], "comment": "intake_won"}).sentence


def test_the_linked_issue_is_commented_once_for_each_event() -> None:
    scene = Scene(description="SOW number: 3697\nStart date: 2027-01-11")
    scene.run("create_issue", INTAKE)
    update = {"of": "project_scheduling_intake", "comment": "intake_won"}
    assert scene.run("update_issue", update).result is Result.APPLIED
    assert scene.run("update_issue", update).result is Result.ALREADY_SO
    (body,) = scene.gitlab.bodies(filed(scene))
    assert "(SOW 3697)" in body
    assert "2027-01-11" in body
    assert "Kantata" in body


def test_a_block_of_the_linked_issue_is_kept() -> None:
    scene = Scene()
    scene.run("create_issue", INTAKE)
    update = {"of": "project_scheduling_intake", "append": "intake_won"}
    scene.run("update_issue", update, key="rule.0.m1")
    assert scene.run("update_issue", update, key="rule.0.m2").result is Result.ALREADY_SO
    assert len(scene.gitlab.blocks) == 1


def test_without_such_an_issue_nothing_is_written() -> None:
    scene = Scene()
    outcome = scene.run("update_issue", {"of": "project_scheduling_intake", "comment": "intake_won"})
    assert outcome.result is Result.NOT_APPLICABLE
    assert scene.gitlab.notes == {}


FOLLOW_UPS = """What we learned

- [ ] Follow-up: Write down how the *runners* are sized @delivery.lead
- [ ] Follow-up: write down how the *Runners*  are sized
- [x] Follow-up: this is done
> Follow-up: somebody else's words
Follow up: another word
- Follow-up: to-do
* follow-up: ask @support.lead for the list, with /close and @all
"""


def test_each_marked_line_becomes_one_issue_whoever_runs_it_again() -> None:
    scene = Scene(description=FOLLOW_UPS, title="Example Bank - internal retrospective")
    each = {"template": "follow_up", "for_each_line": "Follow-up"}
    outcome = scene.run("create_issue", each)
    assert outcome.result is Result.APPLIED
    assert outcome.data == {"references": [f"{PS_PLAN}#13", f"{PS_PLAN}#14"], "left_out": 0}
    first, second = (scene.gitlab.items[ItemKey(scene.key.project_id, iid)] for iid in (13, 14))
    assert "runners" in first.title
    assert [person.username for person in first.assignees] == ["delivery.lead"]
    assert "@support.lead" not in second.title
    assert "\n/close" not in second.description
    assert scene.run("create_issue", each, key="rule.0.m2").result is Result.ALREADY_SO
    assert len(scene.gitlab.items) == 3


def test_without_marked_lines_nothing_is_filed() -> None:
    scene = Scene(description="- [x] Follow-up: done")
    each = {"template": "follow_up", "for_each_line": "Follow-up"}
    assert scene.run("create_issue", each).result is Result.NOT_APPLICABLE
    assert len(scene.gitlab.items) == 1


def test_a_long_list_is_cut_and_says_so() -> None:
    scene = Scene(description="\n".join(f"- Follow-up: number {number}" for number in range(23)))
    outcome = scene.run("create_issue", {"template": "follow_up", "for_each_line": "Follow-up"})
    assert outcome.data["left_out"] == 3
    assert len(scene.gitlab.items) == 21


def test_what_is_blank_in_the_linked_issue_is_named() -> None:
    scene = Scene()
    scene.run("create_issue", INTAKE)
    update = {"of": "project_scheduling_intake", "comment": "intake_blanks", "blanks": "only"}
    assert scene.run("update_issue", update).result is Result.APPLIED
    (body,) = scene.gitlab.bodies(filed(scene))
    assert "- Links: Customer Epic" in body
    assert "- Customer: Main contact" in body
    assert "- Timing: Desired start" in body
    assert "Transition" not in body, "tasks are no blanks"


def test_an_issue_without_blanks_is_left_alone() -> None:
    scene = Scene()
    scene.run("create_issue", INTAKE)
    key = filed(scene)
    whole = scene.gitlab.items[key]
    scene.gitlab.items[key] = replace(whole, description=whole.description.replace("to-do", "known"))
    only = {"of": "project_scheduling_intake", "comment": "intake_blanks", "blanks": "only"}
    assert scene.run("update_issue", only).result is Result.NOT_APPLICABLE
    assert scene.gitlab.bodies(key) == []
    named = {"of": "project_scheduling_intake", "comment": "stage_five", "blanks": "name"}
    assert scene.run("update_issue", named).result is Result.APPLIED
    assert "✅ This issue is filled in" in scene.gitlab.bodies(key)[0]


def test_the_linked_issue_can_be_closed() -> None:
    scene = Scene()
    scene.run("create_issue", INTAKE)
    update = {"of": "project_scheduling_intake", "comment": "intake_lost", "close": True}
    assert scene.run("update_issue", update).result is Result.APPLIED
    assert scene.gitlab.items[filed(scene)].state == "closed"
    assert scene.run("update_issue", update).result is Result.ALREADY_SO


@pytest.mark.parametrize(
    ("table", "blanks"),
    [
        ("| Q | A |\n|---|---|\n| Name | to-do |\n| Role | seller |", ["Name"]),
        ("## Team\n\n| Q | A |\n|---|---|\n| **Name** | `TO-DO` |", ["Team: Name"]),
        ("| Who | Name | Mail |\n|---|---|---|\n| Lead | Ann | to-do |", ["Lead (mail)"]),
        ("| Who | Name | Mail |\n|---|---|---|\n| Lead | to-do | to-do |", ["Lead"]),
        ("- [ ] to-do\nDate: to-do", []),
        ("```\n| Q | A |\n|---|---|\n| Name | to-do |\n```", []),
        ("", []),
    ],
)
def test_blanks_are_cells_of_tables(table: str, blanks: list[str]) -> None:
    assert blank_fields(table) == blanks
