"""The actions of the rule file, one file each: this is the table of contents.

``docs/actions.md`` lists them with their settings; it is made from this tuple. The proofs under kills want each to
write in a deal as it is played there, or a rule for it in ``app/bench/proof/rules.yaml``.
"""

from __future__ import annotations

from app.handler import Handler
from app.rules.actions import ActionSpec
from handlers import (
    acceptance_sent,
    assign,
    change_order,
    close,
    collaboration_issue,
    comment,
    create_collaboration_project,
    create_issue,
    customer_epic,
    describe_item,
    help,
    label,
    move,
    notify,
    offer_issue,
    react,
    record_approval,
    relate,
    remind,
    remind_me,
    reopen,
    restore_stage,
    retry,
    set_quarter,
    snooze,
    status_note,
    tell_scoping_issue,
    undo,
    update_issue,
    void_approvals,
    why,
)

HANDLERS: tuple[Handler, ...] = (
    # What is said on the item
    comment.HANDLER,
    status_note.HANDLER,
    react.HANDLER,
    help.HANDLER,
    why.HANDLER,
    record_approval.HANDLER,
    void_approvals.HANDLER,
    acceptance_sent.HANDLER,
    # What the item looks like
    label.HANDLER,
    move.HANDLER,
    restore_stage.HANDLER,
    assign.HANDLER,
    set_quarter.HANDLER,
    describe_item.HANDLER,
    close.HANDLER,
    reopen.HANDLER,
    undo.HANDLER,
    retry.HANDLER,
    # Time
    remind.HANDLER,
    remind_me.HANDLER,
    snooze.HANDLER,
    # Beyond the item
    create_issue.HANDLER,
    update_issue.HANDLER,
    relate.HANDLER,
    offer_issue.HANDLER,
    notify.HANDLER,
    customer_epic.HANDLER,
    # The customer's project
    create_collaboration_project.HANDLER,
    collaboration_issue.HANDLER,
    tell_scoping_issue.HANDLER,
    change_order.HANDLER,
)


def by_name() -> dict[str, Handler]:
    """The handlers by the action's name in the rule file."""
    return {handler.name: handler for handler in HANDLERS}


def specs() -> dict[str, ActionSpec]:
    """What the rules package needs to know of the actions."""
    return {handler.name: handler.spec for handler in HANDLERS}
