"""What the inbox has not seen, told from history: nothing twice, nothing of the bot, nothing from before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.domain.change import Change, Comment, Kind
from app.domain.item import ItemKey, Note, Person, Snapshot
from app.engine.healing.missing import Seen, missing
from app.engine.healing.moves import moves_of, untold
from app.engine.healing.same import same_event
from app.gitlab.history import LabelEvent, Updated

T0 = datetime(2026, 5, 28, 5, 54, tzinfo=UTC)
EM, AE, BOT = Person("engagement.manager", 7), Person("account.executive", 8), Person("sowbot", 1)
KEY = ItemKey(1, 5)
A, B, C = "proposal::A", "proposal::B", "proposal::C"


def minute(number: float) -> datetime:
    return T0 + timedelta(minutes=number)


def item(*labels: str, at: float = 10, state: str = "opened", **more: object) -> Snapshot:
    made = Snapshot(
        key=KEY,
        id=99,
        project_path="ps/plan",
        title="Acme",
        description="Words",
        state=state,
        labels=labels,
        author=AE,
        assignees=(),
        web_url="",
        created_at=T0,
        updated_at=minute(at),
    )
    return replace(made, **more)  # type: ignore[arg-type]  # any field


def swap(first: int, at: float, add: str, remove: str, by: Person = EM) -> list[LabelEvent]:
    return [LabelEvent(first, minute(at), by, add, True), LabelEvent(first + 1, minute(at), by, remove, False)]


def told(name: str, at: float, *, kind: Kind = Kind.EDITED, **more: object) -> Change:
    change = Change(name, f"meaning of {name}", kind, "Issue Hook", KEY, "ps/plan", EM, minute(at))
    return replace(change, **more)  # type: ignore[arg-type]  # any field


OPENED = told("opened", 0, kind=Kind.OPENED, actor=AE, added=(A,), title="Acme", description="Words")


def found(seen: Seen, since: float = -1) -> list[Change]:
    return missing(seen, since=minute(since), until=minute(100))


def seen(
    snapshot: Snapshot, *changes: Change, events: list[LabelEvent] | None = None, notes: tuple[Note, ...] = ()
) -> Seen:
    return Seen(Updated(snapshot), events or [], notes, changes, BOT)


def test_a_move_that_was_not_told_is_found_with_who_when_and_the_labels_after_it() -> None:
    events = [LabelEvent(1, T0, AE, A, True), *swap(2, 5, B, A), *swap(4, 7, C, B)]
    change = told("second", 7, added=(C,), removed=(B,))
    (lost,) = found(seen(item(C), OPENED, change, events=events))
    assert (lost.delivery_id, lost.actor, lost.at, lost.kind) == ("sweep:2", EM, minute(5), Kind.EDITED)
    assert (lost.added, lost.removed, lost.labels) == ((B,), (A,), (B,))


def test_an_issue_of_which_nothing_was_told_is_found_from_its_opening_on() -> None:
    events = [LabelEvent(1, T0 + timedelta(seconds=1), AE, A, True), *swap(2, 5, B, A)]
    opened, moved = found(seen(item(B), events=events))
    assert (opened.kind, opened.added, opened.actor, opened.at) == (Kind.OPENED, (A,), AE, T0)
    assert (moved.added, moved.removed) == ((B,), (A,))


def test_what_happened_before_the_bot_watched_is_left_alone() -> None:
    events = [LabelEvent(1, T0, AE, A, True), *swap(2, 5, B, A)]
    assert found(seen(item(B), events=events), since=6) == []


def test_comments_of_people_are_found_and_the_bots_own_are_not() -> None:
    notes = (Note(1, "told", AE, minute(2)), Note(2, "lost", AE, minute(3)), Note(3, "mine", BOT, minute(4)))
    known = told("comment", 2, kind=Kind.COMMENTED, comment=Comment(1, "told"))
    (lost,) = found(seen(item(at=4), OPENED, known, notes=notes))
    assert lost.comment == Comment(2, "lost")
    assert lost.delivery_id == "sweep:note:2"


def test_a_closing_and_a_reopening_are_found_by_the_state() -> None:
    closed = item(state="closed", closed_at=minute(9))
    (lost,) = found(seen(closed, OPENED))
    assert (lost.kind, lost.at) == (Kind.CLOSED, minute(9))
    assert found(seen(closed, OPENED, told("closed", 9, kind=Kind.CLOSED))) == []
    (back,) = found(seen(item(), OPENED, told("closed", 9, kind=Kind.CLOSED)))
    assert back.kind is Kind.REOPENED


def test_an_edit_is_found_by_the_text_and_only_if_nothing_later_is_known() -> None:
    (lost,) = found(seen(item(A, description="Other words"), OPENED))
    assert (lost.kind, lost.edited) == (Kind.EDITED, frozenset({"description"}))
    assert found(seen(item(A), OPENED)) == []
    later = told("later", 10, edited=frozenset({"description"}), title="Acme", description="Other words")
    assert found(seen(item(A, description="Other words"), OPENED, later)) == []


def test_a_label_that_was_renamed_since_does_not_make_its_move_look_lost() -> None:
    events = [LabelEvent(1, T0, AE, A, True), *swap(2, 5, "proposal::New name", A)]
    change = told("move", 5, added=("proposal::Old name",), removed=(A,))
    assert found(seen(item("proposal::New name", at=5), OPENED, change, events=events)) == []


@given(st.lists(st.sampled_from([A, B, C]), min_size=1, max_size=12), st.data())
def test_of_any_walk_exactly_the_untold_moves_are_found(walk: list[str], data: st.DataObject) -> None:
    """A card goes to and fro, a step every four seconds; some deliveries are lost."""
    stages = [A, *walk]
    hops = [(origin, to) for origin, to in pairwise(stages) if origin != to]
    lost = data.draw(st.sets(st.integers(0, max(len(hops) - 1, 0))))
    events, changes = [LabelEvent(1, T0, AE, A, True)], [OPENED]
    for number, (origin, to) in enumerate(hops):
        at = 1 + number / 15
        events += swap(10 + 2 * number, at, to, origin)
        if number not in lost:
            changes.append(told(f"hop {number}", at + 0.01, added=(to,), removed=(origin,)))
    moves = moves_of(events, [hops[-1][1] if hops else A])
    assert [move.labels for move in moves] == [(A,), *((to,) for _, to in hops)]
    assert {move.event_id for move in untold(moves, changes)} == {10 + 2 * n for n in lost if n < len(hops)}


def test_a_late_delivery_is_known_by_what_it_tells() -> None:
    events = [LabelEvent(1, T0, AE, A, True), *swap(2, 5, B, A)]
    (lost,) = found(seen(item(B, at=5), OPENED, events=events))
    late = told("late", 5.01, added=(B,), removed=(A,))
    assert same_event(late, lost)
    assert same_event(lost, late)
    assert not same_event(replace(late, actor=AE), lost)
    assert not same_event(replace(late, at=minute(6)), lost)
    assert not same_event(replace(late, delivery_id="other"), late)
    assert same_event(replace(OPENED, delivery_id="GitLab's test button"), OPENED)
