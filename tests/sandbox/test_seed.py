"""The seeded world, and the end state that the sandbox shows of it."""

from __future__ import annotations

from app.sandbox.app import create_sandbox
from app.sandbox.end_state import state_of
from app.sandbox.seed import BOARD_NAME, EDUCATION, PS_GROUP, PS_PLAN, SUPPORT_OPS, seed
from app.sandbox.seed_labels import STAGES
from app.sandbox.state import World
from tests.sandbox.place import Place


def test_tokens_are_random_unless_given() -> None:
    one, other = (seed(World(), tokens={"root": "glpat-known"}).tokens for _ in range(2))
    assert one["root"] == other["root"] == "glpat-known"
    assert one["sowbot"] != other["sowbot"]
    assert one["sowbot"].startswith("glpat-")


def test_the_process_has_its_places_people_and_board() -> None:
    world = World()
    made = seed(world)
    assert set(made.projects) == {PS_PLAN, EDUCATION, SUPPORT_OPS}
    assert made.board is not None
    by_id = {label.id: label.title for label in world.labels.values()}
    assert [by_id[column.label_id] for column in made.board.lists] == list(STAGES)
    assert [by_id[label] for label in made.board.label_ids] == ["Services Calculator"]
    assert {"root", "sowbot", "services-calculator", "engagement.manager", "bystander"} <= set(made.users)
    assert made.users["sowbot"].bot
    assert made.users["root"].admin


def test_the_bot_is_in_no_team_that_approves() -> None:
    world = World()
    made = seed(world)
    teams = {group.id for path, group in made.groups.items() if path.startswith("gitlab-com/ps-")}
    assert not [m for m in world.members if m.user_id == made.users["sowbot"].id and m.group_id in teams]


def test_the_end_state_tells_all_but_tokens(place: Place) -> None:
    place.file("Acme", description="Text @csm", labels=["TA::Approved"]).notes.create({"body": "Hello"})
    answer = place.http.get("/-/sandbox/state")
    state = answer.json()
    assert not [value for value in place.seeded.tokens.values() if value in answer.text]
    (issue,) = state["issues"]
    assert (issue["reference"], issue["author"], issue["labels"]) == (f"{PS_PLAN}#1", "sowbot", ["TA::Approved"])
    assert [note["body"] for note in issue["notes"] if not note["system"]] == ["Hello"]
    group = next(group for group in state["groups"] if group["full_path"] == PS_GROUP)
    assert [board["name"] for board in group["boards"]] == [BOARD_NAME]
    assert [mention["username"] for mention in state["mentions"]] == ["csm"]
    assert state == place.http.get("/-/sandbox/state").json()


def test_an_empty_world_has_an_empty_state() -> None:
    assert create_sandbox(World()).state.world.users == {}
    assert set(map(len, state_of(World()).values())) == {0}
