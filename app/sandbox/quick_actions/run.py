"""Takes the quick actions out of a text and turns them into an edit. The list of known commands is here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.sandbox.acts.issue_edit import Edit
from app.sandbox.acts.labelling import Home, known_labels
from app.sandbox.quick_actions import attributes as set_
from app.sandbox.quick_actions import relations as rel
from app.sandbox.quick_actions.extract import extract
from app.sandbox.quick_actions.turn import Action, Turn
from app.sandbox.state import Issue, User, World

ACTIONS: dict[str, Action] = {
    "close": set_.close,
    "reopen": set_.reopen,
    "title": set_.title,
    "confidential": set_.confidential,
    "lock": set_.lock,
    "unlock": set_.unlock,
    "due": set_.due,
    "due_date": set_.due,
    "remove_due_date": set_.remove_due_date,
    "weight": set_.weight,
    "clear_weight": set_.clear_weight,
    "milestone": set_.milestone,
    "remove_milestone": set_.remove_milestone,
    "label": rel.label,
    "labels": rel.label,
    "unlabel": rel.unlabel,
    "remove_label": rel.unlabel,
    "relabel": rel.relabel,
    "assign": rel.assign,
    "reassign": rel.reassign,
    "unassign": rel.unassign,
    "remove_assignee": rel.unassign,
    "relate": rel.relate,
    "link": rel.relate,
    "blocks": rel.blocks,
    "blocked_by": rel.blocked_by,
    "epic": rel.set_parent,
    "set_parent": rel.set_parent,
    "remove_epic": rel.remove_parent,
    "remove_parent": rel.remove_parent,
    "react": rel.react,
    "award": rel.react,
    "subscribe": rel.accept,
    "unsubscribe": rel.accept,
    "todo": rel.accept,
    "done": rel.accept,
    "cc": rel.accept,
}

UNSUPPORTED = frozenset(
    {
        "clone", "copy_metadata", "create_merge_request", "duplicate", "estimate", "remove_estimate", "spend", "spent",
        "remove_time_spent", "move", "promote", "promote_to", "type", "status", "health_status", "iteration",
        "remove_iteration", "add_contacts", "zoom", "page", "severity",
    }
)  # fmt: skip
"""Commands that GitLab takes out of a text as well, but that the sandbox does not do."""


@dataclass
class Outcome:
    """What the quick actions of one text came to."""

    text: str
    """The text without them."""
    edit: Edit
    found: bool = False
    summary: list[str] = field(default_factory=list)
    """GitLab's sentence for each one that could be applied."""
    changes: dict[str, Any] = field(default_factory=dict)
    """``commands_changes`` as the API shows them."""


def run_quick_actions(
    world: World, actor: User, home: Home, text: str, *, issue: Issue | None = None, edit: Edit | None = None
) -> Outcome:
    """Put the commands of ``text`` into ``edit`` (by default a new one), with the actor's rights. Changes nothing."""
    rest, commands = extract(text, [*ACTIONS, *UNSUPPORTED])
    turn = Turn(world=world, actor=actor, home=home, issue=issue, edit=edit or Edit())
    outcome = Outcome(text=rest, edit=turn.edit, found=bool(commands))
    for command in commands:
        action = ACTIONS.get(command.name)
        told = action(turn, command.argument) if action else None
        if told is not None:
            outcome.summary.append(told)
    outcome.changes = _changes(turn)
    return outcome


def _changes(turn: Turn) -> dict[str, Any]:
    edit = turn.edit
    changes: dict[str, Any] = dict(edit.fields)
    if edit.state_event:
        changes["state_event"] = edit.state_event
    if edit.assignee_ids is not None:
        changes["assignee_ids"] = edit.assignee_ids
    for key, titles in (("add_label_ids", edit.add_labels), ("remove_label_ids", edit.remove_labels)):
        if titles:
            changes[key] = [label.id for label in known_labels(turn.world, turn.home, titles)]
    return changes
