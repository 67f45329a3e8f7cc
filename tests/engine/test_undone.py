"""Law 14: what somebody undid is not done again, and a rule that is often undone turns itself to shadow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.change import Change, Kind
from app.domain.decision import Mode, Outcome, Result, Source, Step
from app.domain.item import ItemKey, Person, TakenBack
from app.engine import remembered, standing_aside
from app.engine.records import dump, step_json
from app.engine.standing_aside import StandingAside
from app.engine.tables import inbox, steps
from app.engine.undone import Done, given_back, taken_back
from tests.engine.desk import CALCULATOR, ITEM, START, Desk
from tests.handlers.fake_gitlab import BOT
from tests.handlers.scene import BOOK, PS_PLAN, Scene

ANN = Person("ann", 40)
NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


def wrote(rule: str, action: str = "label", **data: object) -> Done:
    step = Step(f"{rule}.0.m", action, {"of": rule}, rule, Source("label_rules.yaml", 1), Mode.LIVE)
    return Done(step, Outcome(Result.APPLIED, "Done.", data=data), NOW - timedelta(minutes=5))


def changed(
    *,
    added: tuple[str, ...] = (),
    removed: tuple[str, ...] = (),
    kind: Kind = Kind.EDITED,
    edited: frozenset[str] = frozenset(),
) -> Change:
    return Change("d", "m", kind, "Issue Hook", actor=ANN, at=NOW, added=added, removed=removed, edited=edited)


def found(change: Change, *done: Done, assigned: bool = False) -> list[str]:
    people = (Person("em"),) if assigned else ()
    return [one.what for one in taken_back(BOOK, replace(Scene().item, assignees=people), change, done)]


def test_a_label_that_is_taken_off_again_is_taken_back_and_one_that_makes_room_is_not() -> None:
    put_on = wrote("ta-gate", added=["TA::Needs-Review"], removed=[])
    assert found(changed(removed=("TA::Needs-Review",)), put_on) == ["the label 'TA::Needs-Review'"]
    assert found(changed(removed=("TA::Needs-Review",), added=("TA::Approved",)), put_on) == []
    assert found(changed(removed=("Segment::SMB",)), put_on) == []
    assert found(changed(removed=("TA::Needs-Review",)), replace(put_on, at=NOW + timedelta(minutes=1))) == []


def test_a_label_that_is_put_on_again_is_taken_back_but_never_an_approval() -> None:
    off = wrote("won", added=[], removed=["EM_Status::ToDo"])
    assert found(changed(added=("EM_Status::ToDo",)), off) == ["the removal of 'EM_Status::ToDo'"]
    swapped = wrote("ta-approval-by-a-ta", added=["TA::Needs-Review"], removed=["TA::Approved"])
    assert found(changed(added=("TA::Approved",), removed=("TA::Needs-Review",)), swapped) == []


def test_a_rule_whose_label_is_answered_by_taking_it_off_is_not_undone_by_that() -> None:
    assert found(changed(removed=("RDM::needs-review",)), wrote("rdm-review", added=["RDM::needs-review"])) == []


def test_a_card_that_goes_back_where_a_rule_took_it_from_is_taken_back() -> None:
    moved = wrote("deal-won", "move", added=["proposal::closed_won"], removed=["proposal::Approved"])
    back = changed(added=("proposal::Approved",), removed=("proposal::closed_won",))
    assert found(back, moved) == ["the move to proposal::closed_won"]
    assert found(changed(added=("proposal::closed_lost",), removed=("proposal::closed_won",)), moved) == []


def test_assignment_and_state_are_taken_back_too() -> None:
    assigned = wrote("route-request", "assign", assigned=["em"])
    nobody = changed(edited=frozenset({"assignees"}))
    assert found(nobody, assigned) == ["the assignment"]
    assert found(nobody, assigned, assigned=True) == []
    closed = wrote("won", "close", state_before="opened")
    assert found(changed(kind=Kind.REOPENED), closed) == ["the closing of the issue"]


def test_whoever_does_it_again_by_hand_wants_it_after_all() -> None:
    done = wrote("ta-gate", added=["TA::Needs-Review"])
    (taken,) = taken_back(BOOK, Scene().item, changed(removed=("TA::Needs-Review",)), [done])
    assert given_back(changed(added=("TA::Needs-Review",)), [done], [taken]) == [taken]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def edited(desk: Desk, description: str) -> Change:
    """The engagement manager writes another total."""
    desk.clock += 1
    at = datetime.now(UTC)
    item = replace(desk.gitlab.items[ITEM], description=description, updated_at=at)
    desk.gitlab.items[ITEM] = item
    edit = frozenset({"description"})
    return Change(
        f"e{desk.clock}",
        f"{desk.clock:032}",
        Kind.EDITED,
        "Issue Hook",
        ITEM,
        PS_PLAN,
        ANN,
        at,
        item.labels,
        edited=edit,
    )


def test_a_label_that_a_person_took_off_is_not_put_on_again(desk: Desk) -> None:
    desk.deliver(edited(desk, "Estimate total: 82,000 USD"))
    desk.settle()
    assert "TA::Needs-Review" in desk.gitlab.items[ITEM].labels
    item = desk.gitlab.items[ITEM]
    desk.gitlab.items[ITEM] = replace(item, labels=(CALCULATOR,))
    off = edited(desk, item.description)
    desk.deliver(replace(off, labels=(CALCULATOR,), removed=("TA::Needs-Review",)))
    desk.settle()
    (taken,) = remembered.taken_back_of(desk.database, str(ITEM))
    assert (taken.rule, taken.by, taken.what) == ("ta-gate", "ann", "the label 'TA::Needs-Review'")
    notes = desk.notes.count("please review this estimate")
    # Ten minutes later, since the rule acts once in ten minutes.
    with desk.database.begin() as connection:
        connection.exec_driver_sql("UPDATE memory SET memory = replace(memory, '\"ta-gate\"', '\"another\"')")
    desk.deliver(edited(desk, "Estimate total: 99,000 USD"))
    desk.settle()
    assert "TA::Needs-Review" not in desk.gitlab.items[ITEM].labels
    assert desk.notes.count("please review this estimate") == notes


def acted(desk: Desk, iid: int, rule: str) -> str:
    """The rule wrote to that item."""
    item = ItemKey(1, iid)
    step = Step(f"{rule}.0.m", "label", {}, rule, Source("label_rules.yaml", 1), Mode.LIVE)
    with desk.database.begin() as connection:
        row = {"delivery_id": f"x{iid}", "meaning": "m", "kind": "edited", "state": "done", "change": "{}"}
        done = connection.execute(inbox.insert().values(**row, item=str(item), received_at=START.timestamp()))
        key = done.inserted_primary_key
        assert key is not None
        told = {"result": "applied", "finished_at": datetime.now(UTC).timestamp()}
        connection.execute(steps.insert().values(seq=key[0], n=0, step=dump(step_json, step), **told))
    return str(item)


def test_a_rule_that_is_undone_on_three_of_ten_issues_stands_aside_until_it_is_changed_or_reset(desk: Desk) -> None:
    told: list[tuple[str, str]] = []
    numbers: list[int] = []
    aside = StandingAside(desk.database, tell=lambda rule, reason: told.append((rule, reason)), count=numbers.append)
    items = [acted(desk, iid, "ta-gate") for iid in range(2, 13)]
    for number, item in enumerate(items[-3:], start=1):
        assert aside.of(BOOK) == {}
        taken = TakenBack("ta-gate", "label {}", "the label", f"p{number}", datetime.now(UTC))
        remembered.take_back(desk.database, item, [taken])
        aside.look(BOOK, ["ta-gate"])
    assert told == [("ta-gate", "what it did was taken back on 3 of its last 10 issues, by @p3, @p2, @p1")]
    assert numbers[-1] == 0
    book = replace(BOOK, stood_aside=aside.of(BOOK))
    (rule,) = [one for one in BOOK.file.rules if one.name == "ta-gate"]
    assert (book.mode(rule), BOOK.mode(rule), numbers[-1]) == (Mode.SHADOW, Mode.LIVE, 1)
    aside.look(BOOK, ["ta-gate"])
    assert len(told) == 1
    changed_rule = rule.model_copy(update={"why": "Another reason."})
    rules = [changed_rule if one is rule else one for one in BOOK.file.rules]
    assert aside.of(replace(BOOK, file=BOOK.file.model_copy(update={"rules": rules}))) == {}
    assert [one.rule for one in standing_aside.listed(desk.database)] == ["ta-gate"]
    assert standing_aside.reset(desk.database, "ta-gate")
    assert not standing_aside.reset(desk.database, "ta-gate")
    aside.look(BOOK, ["ta-gate"])
    assert (aside.of(BOOK), standing_aside.listed(desk.database)) == ({}, [])


def test_the_bots_own_changes_take_nothing_back(desk: Desk) -> None:
    desk.deliver(edited(desk, "Estimate total: 82,000 USD"))
    desk.settle()
    item = desk.gitlab.items[ITEM]
    own = replace(edited(desk, item.description), actor=BOT, removed=("TA::Needs-Review",))
    desk.deliver(own)
    desk.settle()
    assert remembered.taken_back_of(desk.database, str(ITEM)) == ()
