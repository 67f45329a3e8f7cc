"""Several processes, one budget: lots of notes that never add up to more than the limit, and news that reach all."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.common_budget import divide
from app.engine.shared_budget import GONE_FOR_S, TRUST_S
from app.errors import RateLimited
from app.gitlab.budget import NOTES
from tests.engine.crowd import NOTE, Crowd, DatabaseAwayError, Fate, One

READ = ("GET", "/projects/:id/issues/:id")
MOST = 54


def call(one: One, what: tuple[str, str] = READ, status: int = 200, **headers: object) -> None:
    one.budget.ask(*what)
    one.budget.tell(*what, status, {name.replace("_", "-"): str(value) for name, value in headers.items()})


def wait_for(one: One, what: tuple[str, str] = READ) -> float:
    with pytest.raises(RateLimited) as raised:
        one.budget.ask(*what)
    assert raised.value.after_s is not None
    return raised.value.after_s


def test_a_process_that_is_alone_has_all_and_writes_once() -> None:
    crowd = Crowd()
    (alone,) = crowd.start("a")
    assert alone.notes(60) == MOST
    crowd.go_on(90)
    call(alone, status=429, retry_after=60)
    crowd.go_on(30)
    assert crowd.record.writes == 1


def test_a_busy_one_uses_what_idle_ones_leave() -> None:
    crowd = Crowd()
    busy, *_idle = crowd.start("a", "b", "c")
    crowd.go_on(9)
    made = 0
    for _ in range(20):
        made += busy.notes(10)
        crowd.go_on(3)
    assert made > MOST * 2 / 3, "more than twice of an equal share"
    assert crowd.busiest_minute() <= MOST


def test_an_idle_one_keeps_a_few_at_hand_for_what_comes_at_once() -> None:
    crowd = Crowd()
    busy, idle, _ = crowd.start("a", "b", "c")
    crowd.go_on(6)
    for _ in range(10):
        busy.notes(60)
        crowd.go_on(3)
    assert idle.notes(60) == 5


def test_all_that_are_busy_come_to_equal_parts() -> None:
    crowd = Crowd()
    crowd.start("a")[0].notes(60)
    crowd.start("b", "c")
    for _ in range(60):
        for one in crowd.running:
            one.notes(20)
        crowd.go_on(3)
    assert [one.lot() for one in crowd.running] == [18, 18, 18]
    assert crowd.busiest_minute() <= MOST


def test_a_limit_as_small_as_the_number_of_processes_starves_none() -> None:
    crowd = Crowd(limit=4)
    crowd.start("a", "b", "c")
    made = dict.fromkeys("abc", 0)
    for _ in range(400):
        for one in crowd.running:
            made[one.name] += one.notes()
        crowd.go_on(3)
    assert all(made.values()), made
    assert crowd.busiest_minute() <= 3


def test_what_people_wait_for_is_made_while_schedules_of_another_process_wait() -> None:
    crowd = Crowd()
    clockwork, people = crowd.start("a", "b")
    for _ in range(30):
        clockwork.notes(20, by_the_clock=True)
        crowd.go_on(3)
    made = people.notes(20)
    for _ in range(2):
        crowd.go_on(3)
        made += people.notes(20 - made)
    assert made == 20
    assert crowd.busiest_minute() <= MOST


def test_a_process_that_is_gone_is_inherited_from_after_its_minute() -> None:
    crowd = Crowd()
    alive, gone = crowd.start("a", "b")
    for _ in range(10):
        gone.notes(60)
        crowd.go_on(3)
    lot = gone.lot()
    crowd.running.remove(gone)
    crowd.go_on(GONE_FOR_S - 3)
    assert alive.lot() == MOST - lot
    crowd.go_on(9)
    assert alive.lot() == MOST
    assert len(crowd.record.common.members) == 1


def test_a_process_that_is_stopped_leaves_all_but_what_it_made_in_its_last_minute() -> None:
    crowd = Crowd()
    alive, stopped, idle = crowd.start("a", "b", "c")
    crowd.go_on(6)
    stopped.notes(60)
    crowd.go_on(3)
    made = len(crowd.made)
    assert stopped.lot() > made > 0
    for one in (stopped, idle):
        one.shared.leave()
        crowd.running.remove(one)
    assert stopped.notes() == 0
    assert len(crowd.record.common.members) == 2, "nothing is left of one that made nothing"
    crowd.go_on(3)
    assert alive.lot() == MOST - made
    crowd.go_on(GONE_FOR_S)
    assert alive.lot() == MOST


def test_a_process_that_is_started_again_does_not_count_its_former_self_as_alive() -> None:
    crowd = Crowd()
    _other, former = crowd.start("a", "b")
    crowd.go_on(6)
    crowd.running.remove(former)
    (again,) = crowd.start("b")
    crowd.go_on(6)
    assert again.lot() > 0
    crowd.go_on(GONE_FOR_S)
    assert {member.name for member in crowd.record.common.members.values()} == {"a", "b"}
    assert len(crowd.record.common.members) == 2


def test_a_bot_that_is_started_while_none_runs_begins_with_the_whole_limit() -> None:
    crowd = Crowd()
    crowd.start("a")
    crowd.running.clear()
    (again,) = crowd.start("a")
    assert again.lot() == MOST


def test_a_process_that_cannot_reach_the_database_makes_none_after_a_while() -> None:
    crowd = Crowd()
    _, cut = crowd.start("a", "b")
    crowd.go_on(6)
    crowd.now += TRUST_S - 1
    assert cut.notes() == 1
    crowd.now += 1
    assert cut.notes() == 0
    call(cut)
    cut.look()
    assert cut.notes() == 1


@pytest.mark.parametrize("cut_off_after_s", [0.0, 2.9])
def test_what_a_process_without_database_made_at_the_last_is_not_made_again_by_its_heirs(
    cut_off_after_s: float,
) -> None:
    crowd = Crowd()
    crowd.start("a", "b")
    heir, cut = crowd.running
    crowd.go_on(6)
    cut.notes(60)
    cut.look()  # asks for more, and has it
    crowd.now += cut_off_after_s
    cut.present = False
    for second in range(200):
        heir.look()
        crowd.now += 1
        heir.notes(60)
        if second >= TRUST_S - 5:
            cut.notes(60)
    assert cut.notes() == 0
    assert heir.lot() == MOST
    assert crowd.busiest_minute() <= MOST


def test_a_process_of_a_version_without_lots_is_left_its_equal_share() -> None:
    crowd = Crowd()
    ours, _also_ours, old = crowd.start("a", "b", "c")
    crowd.record.common.members.pop(old.shared._life)
    for _ in range(30):
        crowd.now += 3
        for one in crowd.running[:2]:
            one.notes(60)
            one.look()
    assert sum(lot.may for _, lot in crowd.record.common.lots(NOTES)) == MOST - 18
    assert ours.lot() == 18


def test_a_429_reaches_the_others_with_its_time_and_kind() -> None:
    crowd = Crowd()
    one, other = crowd.start("a", "b")
    call(one, NOTE, 429)
    crowd.now += 5
    one.look()
    other.look()
    assert wait_for(other, NOTE) == pytest.approx(15, abs=0.2)
    call(other)
    call(one, status=429, retry_after=40)
    crowd.go_on(3)
    assert wait_for(other) == pytest.approx(37, abs=0.2)
    (late,) = crowd.start("c")
    assert wait_for(late) == pytest.approx(37, abs=0.2), "also one that starts meanwhile"
    crowd.go_on(60)
    assert crowd.record.common.closed == {}, "what is over is removed"


def test_a_window_that_gets_short_reaches_the_others_and_another_is_not_told() -> None:
    crowd = Crowd()
    one, other = crowd.start("a", "b")
    crowd.go_on(6)
    writes = crowd.record.writes
    call(one, ratelimit_limit=2000, ratelimit_remaining=1500, ratelimit_reset=int(crowd.now) + 40)
    crowd.go_on(3)
    assert crowd.record.writes == writes
    call(one, ratelimit_limit=2000, ratelimit_remaining=0, ratelimit_reset=int(crowd.now) + 37)
    crowd.go_on(3)
    assert wait_for(other) == pytest.approx(34, abs=0.2)
    crowd.go_on(40)
    assert crowd.record.common.window is None


def test_processes_with_nothing_to_tell_write_nothing() -> None:
    crowd = Crowd()
    crowd.start("a", "b", "c")
    crowd.go_on(12)
    writes = crowd.record.writes
    crowd.go_on(600)
    assert crowd.record.writes == writes


@pytest.mark.parametrize("jump", [-100_000.0, -1_000.0, 1_000.0, 100_000.0])
def test_a_database_whose_clock_jumps_makes_nobody_wait_longer_who_heard_before(jump: float) -> None:
    crowd = Crowd()
    one, other = crowd.start("a", "b")
    call(one, status=429, retry_after=40)
    crowd.go_on(3)
    crowd.record.clock = lambda: crowd.now + jump
    crowd.go_on(30)
    assert wait_for(other) == pytest.approx(7, abs=0.2)
    crowd.go_on(8)
    call(one)
    call(other)


@given(st.integers(-3, 100), st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 60), min_size=1))
def test_a_limit_is_divided_without_rest_and_as_equally_as_can_be(amount: int, wants: dict[str, int]) -> None:
    given = divide(amount, wants)
    assert sum(given.values()) == min(max(amount, 0), sum(wants.values()))
    assert all(given[who] <= want for who, want in wants.items())
    short = [given[who] for who, want in wants.items() if given[who] < want]
    assert not short or max(given.values()) - min(short) <= 1


FATES: tuple[Fate, ...] = ("ends well", "ends well", "ends well", "is lost", "is made and its answer lost")
WHICH = st.integers(0, 3)
EVENT = st.one_of(
    st.tuples(st.just("notes"), WHICH, st.sampled_from([1, 3, 70]), st.booleans()),
    st.tuples(st.just("look"), WHICH, st.sampled_from(FATES), st.integers(0, 4)),
    st.tuples(st.just("look"), WHICH, st.just("ends well"), st.integers(0, 4)),
    st.tuples(st.just("pass"), st.floats(0, 20)),
    st.tuples(st.just("pass"), st.sampled_from([1.0, 60.0, GONE_FOR_S])),
    st.tuples(st.just("start"), st.sampled_from("abcd")),
    st.tuples(st.just("end"), WHICH),
    st.tuples(st.just("stop"), WHICH),
    st.tuples(st.just("cut off"), WHICH),
)


class Chance:
    """Plays events, some of them in the middle of a look of somebody else."""

    def __init__(self, limit: int, events: list[tuple[object, ...]]) -> None:
        self.crowd = Crowd(limit)
        self.crowd.start("first")  # runs on, or nothing would be known of the minute before
        self.events = deque(events)
        self.looking: list[One] = []
        self.away: set[str] = set()

    def run(self) -> None:
        while self.events:
            self.play(self.events.popleft(), locked=False)

    def play(self, event: tuple[object, ...], *, locked: bool) -> None:
        match event:
            case ("pass", float(seconds)):
                self.crowd.now += seconds
            case ("notes", int(which), int(count), bool(by_the_clock)):
                for one in self.named(which):
                    one.notes(count, by_the_clock=by_the_clock)
            case ("look", int(which), str(fate), int(meanwhile)) if not locked:
                for one in self.named(which):
                    self.look(one, cast(Fate, fate), meanwhile)
            case ("start", str(name)) if not locked and name not in {one.name for one in self.crowd.running}:
                self.crowd.record.fate = "ends well"
                self.crowd.start(name)
            case ("end", int(which)):
                for one in self.named(which):
                    if one.name != "first" and one not in self.looking:
                        self.crowd.running.remove(one)
            case ("stop", int(which)) if not locked:
                for one in self.named(which):
                    if one.name != "first" and one not in self.looking:
                        self.crowd.record.fate = "ends well"
                        self.looking.append(one)
                        one.shared.leave()
                        self.looking.remove(one)
                        self.crowd.running.remove(one)
            case ("cut off", int(which)):
                for one in self.named(which):
                    if one.name != "first" and one not in self.looking:
                        one.present = False

    def named(self, which: int) -> Iterator[One]:
        yield from self.crowd.running[which : which + 1]

    def look(self, one: One, fate: Fate, meanwhile: int) -> None:
        if one in self.looking:
            return
        left = meanwhile

        def happens(moment: str) -> None:
            nonlocal left
            while left and self.events:
                left -= 1
                self.play(self.events.popleft(), locked=moment == "locked")
            record.fate, record.meanwhile = fate, happens  # another's look may have been among them

        record = self.crowd.record
        outer = record.fate, record.meanwhile
        record.fate, record.meanwhile = fate, happens
        self.looking.append(one)
        try:
            one.look()
        except DatabaseAwayError:
            pass
        finally:
            self.looking.remove(one)
            record.fate, record.meanwhile = outer


@given(st.sampled_from([1, 4, 10, 60]), st.lists(EVENT, max_size=120))
def test_no_minute_sees_more_notes_of_all_than_the_limit_however_looks_and_calls_interleave(
    limit: int, events: list[tuple[object, ...]]
) -> None:
    chance = Chance(limit, list(events))
    chance.run()
    assert chance.crowd.busiest_minute() <= max(1, int(limit * 0.9))
