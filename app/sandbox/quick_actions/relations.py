"""Quick actions about labels, people and other issues."""

from __future__ import annotations

from functools import partial

from app.sandbox.acts.awarding import award
from app.sandbox.acts.labelling import known_labels
from app.sandbox.acts.linking import link_issues
from app.sandbox.acts.references import issues_named, label_titles_named, users_named
from app.sandbox.quick_actions.turn import Turn
from app.sandbox.state import Issue


def label(turn: Turn, argument: str) -> str | None:
    """``/label ~x ~"y z"``: known labels only."""
    found = known_labels(turn.world, turn.home, label_titles_named(argument))
    if not found or not turn.may_set_metadata():
        return None
    turn.edit.add_labels += [each.title for each in found]
    return f"Added {' '.join(f'~{each.id}' for each in found)} label{'s' if len(found) > 1 else ''}."


def unlabel(turn: Turn, argument: str) -> str | None:
    """``/unlabel ~x``; all of them without an argument."""
    if not turn.may_set_metadata():
        return None
    if not argument:
        turn.edit.labels = []
        return "Removed all labels."
    found = known_labels(turn.world, turn.home, label_titles_named(argument))
    turn.edit.remove_labels += [each.title for each in found]
    return f"Removed {' '.join(f'~{each.id}' for each in found)} label." if found else None


def relabel(turn: Turn, argument: str) -> str | None:
    """``/relabel ~x``: instead of all others."""
    found = known_labels(turn.world, turn.home, label_titles_named(argument))
    if not found or not turn.may_set_metadata():
        return None
    turn.edit.labels = [each.title for each in found]
    return "Replaced all labels."


def assign(turn: Turn, argument: str) -> str | None:
    """``/assign @a @b``, ``/assign me``: beside those who are assigned already."""
    users = users_named(turn.world, turn.actor, argument)
    if not users or not turn.may_set_metadata():
        return None
    turn.edit.assignee_ids = list(dict.fromkeys([*_assignees(turn), *(user.id for user in users)]))
    return f"Assigned {' '.join('@' + user.username for user in users)}."


def reassign(turn: Turn, argument: str) -> str | None:
    """``/reassign @a``: instead of those who are assigned."""
    users = users_named(turn.world, turn.actor, argument)
    if not users or not turn.may_set_metadata():
        return None
    turn.edit.assignee_ids = [user.id for user in users]
    return f"Reassigned to {' '.join('@' + user.username for user in users)}."


def unassign(turn: Turn, argument: str) -> str | None:
    """``/unassign @a``; everybody without an argument."""
    if not turn.may_set_metadata():
        return None
    gone = {user.id for user in users_named(turn.world, turn.actor, argument)} if argument else set(_assignees(turn))
    turn.edit.assignee_ids = [held for held in _assignees(turn) if held not in gone]
    return "Removed assignees."


def relate(turn: Turn, argument: str, *, link_type: str = "relates_to") -> str | None:
    """``/relate #7``, ``/blocks #7``, ``/blocked_by #7``"""
    others = issues_named(turn.world, turn.actor, turn.home, argument)
    if not others or not turn.may_set_metadata():
        return None

    def do(issue: Issue) -> None:
        for other in others:
            link_issues(turn.world, turn.actor, issue, other, link_type=link_type)

    turn.edit.after.append(do)
    return "Added linked items."


def set_parent(turn: Turn, argument: str) -> str | None:
    """``/epic &3``, ``/set_parent &3``"""
    epics = [each for each in issues_named(turn.world, turn.actor, turn.home, argument) if each.item_type == "Epic"]
    if not epics or not turn.may_set_metadata() or not turn.world.epics:
        return None
    turn.edit.parent_id, turn.edit.parent_sent = epics[0].id, True
    return "Added an issue to an epic."


def remove_parent(turn: Turn, _argument: str) -> str | None:
    """``/remove_epic``, ``/remove_parent``"""
    if not turn.may_set_metadata():
        return None
    turn.edit.parent_id, turn.edit.parent_sent = None, True
    return "Removed the parent."


def react(turn: Turn, argument: str) -> str | None:
    """``/react :tada:``"""
    name = argument.strip(":")
    if not name:
        return None
    turn.edit.after.append(lambda issue: award(turn.world, turn.actor, issue, name=name))
    return f"Toggled :{name}: emoji reaction."


def accept(_turn: Turn, _argument: str) -> str | None:
    """Commands that concern the writer alone (``/subscribe``, ``/todo``): taken, without a trace here."""
    return "Done."


blocks = partial(relate, link_type="blocks")
blocked_by = partial(relate, link_type="is_blocked_by")


def _assignees(turn: Turn) -> list[int]:
    if turn.edit.assignee_ids is not None:
        return turn.edit.assignee_ids
    return list(turn.issue.assignee_ids) if turn.issue is not None else []
