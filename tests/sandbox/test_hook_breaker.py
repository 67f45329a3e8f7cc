"""GitLab's ladder of pauses for a hook that keeps failing, and the counting windows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.sandbox.hooks.breaker import alert_status, pause_after, record_failure, record_success
from app.sandbox.hooks.limits import PerMinute, Recursion
from app.sandbox.hooks.records import Hook

NOW = datetime(2026, 5, 28, tzinfo=UTC)
MINUTES = {4: 1, 5: 2, 6: 4, 7: 8, 8: 16, 9: 32, 10: 64, 11: 128, 12: 256, 13: 512, 14: 1024, 15: 1440, 39: 1440}


def failed(times: int) -> Hook:
    hook = Hook(1, "http://127.0.0.1/", NOW, project_id=20)
    for _ in range(times):
        record_failure(hook, NOW)
    return hook


@pytest.mark.parametrize(("failures", "minutes"), MINUTES.items())
def test_the_pause_doubles_from_the_fourth_failure_up_to_a_day(failures: int, minutes: int) -> None:
    assert pause_after(failures) == timedelta(minutes=minutes)
    assert failed(failures).disabled_until == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize("failures", [0, 1, 2, 3])
def test_three_failures_are_forgiven(failures: int) -> None:
    assert alert_status(failed(failures), NOW) == "executable"


def test_a_resting_hook_is_called_again_when_its_pause_is_over() -> None:
    hook = failed(4)
    assert alert_status(hook, NOW + timedelta(seconds=59)) == "temporarily_disabled"
    assert alert_status(hook, NOW + timedelta(seconds=60)) == "executable"


def test_the_fortieth_failure_is_final_until_a_success() -> None:
    hook = failed(40)
    assert alert_status(hook, NOW + timedelta(days=400)) == "disabled"
    assert hook.disabled_until is None
    record_success(hook)
    assert alert_status(hook, NOW) == "executable"


def test_a_window_lets_so_many_through_and_forgets_after_a_minute() -> None:
    window = PerMinute(2)
    assert [window.allow("a", NOW) for _ in range(3)] == [True, True, False]
    assert window.allow("b", NOW)
    assert window.allow("a", NOW + timedelta(minutes=1))
    assert all(PerMinute(None).allow("a", NOW) for _ in range(100))


def test_a_hook_is_not_called_twice_in_one_chain_for_half_an_hour() -> None:
    recursion = Recursion()
    recursion.register("chain", 1, NOW)
    assert recursion.blocks("chain", 1, NOW)
    assert not recursion.blocks("chain", 2, NOW)
    assert not recursion.blocks("other", 1, NOW)
    assert not recursion.blocks("chain", 1, NOW + timedelta(minutes=30))


def test_a_chain_ends_after_a_hundred_hooks() -> None:
    recursion = Recursion()
    for hook_id in range(100):
        recursion.register("chain", hook_id, NOW)
    assert recursion.blocks("chain", 1000, NOW)
