"""Quick actions that set an attribute: state, title, dates, weight, milestone, confidentiality, lock."""

from __future__ import annotations

from datetime import date, timedelta

from app.sandbox.quick_actions.turn import Turn
from app.sandbox.state import Milestone, Project


def close(turn: Turn, _argument: str) -> str | None:
    """``/close``"""
    if not turn.may_update() or turn.state() == "closed":
        return None
    turn.edit.state_event = "close"
    return "Closed this issue."


def reopen(turn: Turn, _argument: str) -> str | None:
    """``/reopen``"""
    if not turn.may_update() or turn.state() == "opened":
        return None
    turn.edit.state_event = "reopen"
    return "Reopened this issue."


def title(turn: Turn, argument: str) -> str | None:
    """``/title New title``"""
    if not turn.may_update() or not argument:
        return None
    turn.edit.fields["title"] = argument
    return f'Changed the title to "{argument}".'


def confidential(turn: Turn, _argument: str) -> str | None:
    """``/confidential``"""
    return _set(turn, "confidential", True, "Made this issue confidential.")


def lock(turn: Turn, _argument: str) -> str | None:
    """``/lock``"""
    return _set(turn, "discussion_locked", True, "Locked the discussion.")


def unlock(turn: Turn, _argument: str) -> str | None:
    """``/unlock``"""
    return _set(turn, "discussion_locked", False, "Unlocked the discussion.")


def due(turn: Turn, argument: str) -> str | None:
    """``/due 2026-05-01``, ``/due tomorrow``, ``/due in 3 days``"""
    day = _day(argument.lower(), today=turn.world.now().date())
    return None if day is None else _set(turn, "due_date", day, f"Set the due date to {day}.")


def remove_due_date(turn: Turn, _argument: str) -> str | None:
    """``/remove_due_date``"""
    return _set(turn, "due_date", None, "Removed the due date.")


def weight(turn: Turn, argument: str) -> str | None:
    """``/weight 3``"""
    return _set(turn, "weight", int(argument), f"Set weight to {argument}.") if argument.isdecimal() else None


def clear_weight(turn: Turn, _argument: str) -> str | None:
    """``/clear_weight``"""
    return _set(turn, "weight", None, "Removed weight.")


def milestone(turn: Turn, argument: str) -> str | None:
    """``/milestone %"Title"``"""
    found = _milestone(turn, argument.removeprefix("%").strip('"'))
    return None if found is None else _set(turn, "milestone_id", found.id, f"Set the milestone to %{found.title}.")


def remove_milestone(turn: Turn, _argument: str) -> str | None:
    """``/remove_milestone``"""
    return _set(turn, "milestone_id", None, "Removed the milestone.")


def _set(turn: Turn, name: str, value: object, told: str) -> str | None:
    if not turn.may_set_metadata():
        return None
    turn.edit.fields[name] = value
    return told


def _day(argument: str, *, today: date) -> str | None:
    words = argument.split()
    if argument in {"today", "tomorrow"}:
        return (today + timedelta(days=argument == "tomorrow")).isoformat()
    if len(words) == 3 and words[0] == "in" and words[1].isdecimal() and words[2].rstrip("s") in {"day", "week"}:
        return (today + timedelta(days=int(words[1]) * (7 if words[2].startswith("week") else 1))).isoformat()
    try:
        return date.fromisoformat(argument).isoformat()
    except ValueError:
        return None


def _milestone(turn: Turn, title: str) -> Milestone | None:
    project_id = turn.home.id if isinstance(turn.home, Project) else None
    held = turn.world.milestones.values()
    return next((each for each in held if each.title == title and each.project_id == project_id), None)
