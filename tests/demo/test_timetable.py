"""Scenes side by side: none sees time leap while it has something to do, and each sees time in order."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.demo.clock import Clock
from app.demo.timetable import MARGIN, Timetable
from app.rules.calendar import BusinessCalendar


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path / "ahead")


def timetable(clock: Clock, *, at_once: int) -> Timetable:
    return Timetable(clock, BusinessCalendar(), at_once=at_once, rest=lambda now: None)


def hours(clock: Clock) -> int:
    return round(clock.ahead() / timedelta(hours=1))


def test_a_clock_runs_ahead_and_never_back(clock: Clock) -> None:
    assert clock.ahead() == timedelta()
    clock.go_to(datetime.now(UTC) + timedelta(hours=30))
    assert hours(clock) == 30
    clock.go_to(datetime.now(UTC) + timedelta(hours=3))
    assert hours(clock) == 30
    assert abs(clock.now() - datetime.now(UTC) - timedelta(hours=30)) < timedelta(seconds=5)


def test_what_waits_longest_comes_last_and_what_acts_sees_no_leap(clock: Clock) -> None:
    table, seen = timetable(clock, at_once=2), list[tuple[str, int]]()

    def waits(name: str, *times: str) -> None:
        for time in times:
            table.pass_by(time)
            seen.append((name, hours(clock)))

    def busy() -> None:
        threading.Event().wait(0.3)
        seen.append(("busy", hours(clock)))

    table.run([lambda: waits("long", "50 hours"), lambda: waits("twice", "10 hours", "20 hours"), busy])
    assert seen == [("busy", 0), ("twice", 10), ("twice", 30), ("long", 50)]


def test_times_that_are_close_are_gone_to_in_one_leap(clock: Clock) -> None:
    table, seen = timetable(clock, at_once=1), list[timedelta]()

    def waits(time: str) -> None:
        table.pass_by(time)
        seen.append(clock.ahead())

    table.run([lambda: waits("10 minutes"), lambda: waits("15 minutes")])
    assert len(set(seen)) == 1
    assert seen[0] >= timedelta(minutes=15)


def test_no_more_scenes_are_at_work_at_once_than_allowed(clock: Clock) -> None:
    table, at_work, most, lock = timetable(clock, at_once=2), 0, 0, threading.Lock()

    def works() -> None:
        nonlocal at_work, most
        for _ in range(2):
            with lock:
                at_work += 1
                most = max(most, at_work)
            threading.Event().wait(0.02)
            with lock:
                at_work -= 1
            table.pass_by("1 hour")

    table.run([works] * 6)
    assert most == 2


def test_a_scene_that_ends_in_an_error_keeps_nobody_waiting(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _args: None)
    table, seen = timetable(clock, at_once=1), list[int]()

    def fails() -> None:
        raise RuntimeError("a scene that is written wrongly")

    def waits() -> None:
        table.pass_by("5 hours")
        seen.append(hours(clock))

    table.run([waits, fails, waits])
    assert seen == [5, 5]


def test_the_bot_is_let_finish_before_and_after_a_leap(clock: Clock) -> None:
    rests: list[int] = []

    def rest(now: datetime) -> None:
        rests.append(round((now - datetime.now(UTC)) / timedelta(hours=1)))

    table = Timetable(clock, BusinessCalendar(), at_once=1, rest=rest)
    table.run([lambda: table.pass_by("7 hours")])
    assert rests == [0, 7]


def test_time_is_counted_in_the_calendar_with_a_margin(clock: Clock) -> None:
    table = timetable(clock, at_once=1)
    monday = table.until("Mon 08:00")
    assert (monday - MARGIN).strftime("%a %H:%M") == "Mon 08:00"
    clock.go_to(monday)
    assert (table.until("5 business days") - MARGIN).strftime("%a") == "Mon"
