"""When GitLab stops calling a failing hook, and for how long. Pure arithmetic on the hook's counter.

Constants of GitLab's ``auto_disabling.rb``: the first three failures in a row are forgiven, the 40th is final.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from app.sandbox.hooks.records import Hook

FORGIVEN = 3
LAST_TEMPORARY = 39
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)

AlertStatus = Literal["executable", "temporarily_disabled", "disabled"]


def pause_after(failures: int) -> timedelta | None:
    """How long a hook rests after so many failures in a row; None: it does not rest, or (above 39) rests for good."""
    if not FORGIVEN < failures <= LAST_TEMPORARY:
        return None
    doublings = min(failures - FORGIVEN - 1, 20)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def record_success(hook: Hook) -> None:
    """Any good answer forgives everything."""
    hook.recent_failures = 0
    hook.disabled_until = None


def record_failure(hook: Hook, now: datetime) -> None:
    """Count a bad answer, and rest the hook if it had too many."""
    hook.recent_failures = min(hook.recent_failures + 1, LAST_TEMPORARY + 1)
    pause = pause_after(hook.recent_failures)
    hook.disabled_until = now + pause if pause else None


def alert_status(hook: Hook, now: datetime) -> AlertStatus:
    """What the hooks API says of the hook's health."""
    if hook.recent_failures > LAST_TEMPORARY:
        return "disabled"
    if hook.disabled_until is not None and now < hook.disabled_until:
        return "temporarily_disabled"
    return "executable"
