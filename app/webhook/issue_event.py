"""Issue and work item events: opened, edited, closed, reopened, and which labels came and went."""

from __future__ import annotations

from app.domain.change import Change, Kind
from app.webhook import labels
from app.webhook.dates import read_time
from app.webhook.envelope import Envelope, item_key, meaning_of, person
from app.webhook.fields import LONG, TITLE, Json, block, clean, flag, number, text

_ACTIONS = {"open": Kind.OPENED, "close": Kind.CLOSED, "reopen": Kind.REOPENED, "update": Kind.EDITED, "": Kind.EDITED}
"""Old versions leave the action out of some updates."""

_NOT_AN_EDIT = frozenset(
    {
        *("labels", "state", "state_id", "closed_at"),  # told by added / removed and by the kind
        *("updated_at", "updated_by_id", "last_edited_at", "last_edited_by_id"),  # GitLab's own book-keeping
        *("relative_position", "id", "iid", "project_id", "author_id", "created_at"),
    }
)


def read_issue(envelope: Envelope, payload: Json) -> Change:
    """An ``issue`` or ``work_item`` payload. The two differ by how GitLab loaded the object, not by its type."""
    attributes, project = block(payload, "object_attributes"), block(payload, "project")
    item_type = text(attributes, "type")
    item = item_key(attributes, payload, project)
    if item is None:
        return envelope.other(f"{item_type or 'the item'} belongs to a group, not to a project: it has no board here")
    action, changes = text(attributes, "action"), block(payload, "changes")
    if action not in _ACTIONS:
        return envelope.other(f"an issue event with the unknown action '{action}'", item=item)
    kind = _state_move(changes) if _ACTIONS[action] is Kind.EDITED else _ACTIONS[action]
    present = labels.read_labels(payload)
    if present is None:
        present = labels.read_labels(attributes)
    # GitLab never tells the labels of a new issue as a change: all that it has count as added.
    added, removed = (labels.titles(present) or (), ()) if kind is Kind.OPENED else labels.moved(changes)
    actor = person(block(payload, "user"))
    filed_by = number(attributes, "author_id") if kind is Kind.OPENED else None
    by_another = filed_by is not None and actor is not None and actor.id not in (None, filed_by)
    return Change(
        delivery_id=envelope.delivery_id,
        meaning=_meaning(kind, attributes, item, changes, added, removed, *(["by another"] if by_another else [])),
        kind=kind,
        hook=envelope.hook,
        item=item,
        project_path=text(project, "path_with_namespace", TITLE),
        actor=actor,
        filed_by=filed_by,
        at=read_time(attributes.get("updated_at")),
        labels=labels.titles(present),
        added=added,
        removed=removed,
        edited=frozenset() if kind is Kind.OPENED else _edited(changes),
        confidential=_confidential(envelope, payload, attributes),
        item_type=item_type or ("Issue" if payload.get("object_kind") == "issue" else ""),
        title=text(attributes, "title", TITLE),
        description=text(attributes, "description", LONG) if "description" in attributes else None,
        echo_of=envelope.echo_of,
    )


def _state_move(changes: Json) -> Kind:
    """Whether an update closed or reopened: closing through a work item's own page comes without the action."""
    for name, opened, closed in (("state_id", 1, 2), ("state", "opened", "closed")):
        diff = block(changes, name)
        before, after = diff.get("previous"), diff.get("current")
        if before == opened and after == closed:
            return Kind.CLOSED
        if before == closed and after == opened:
            return Kind.REOPENED
    return Kind.EDITED


def _edited(changes: Json) -> frozenset[str]:
    """Names of attributes that really changed; GitLab lists some that did not."""
    return frozenset(
        clean(name)
        for name, diff in changes.items()
        if name not in _NOT_AN_EDIT and not (isinstance(diff, dict) and diff.get("previous") == diff.get("current"))
    )


def _confidential(envelope: Envelope, payload: Json, attributes: Json) -> bool | None:
    """Any sign suffices; no sign at all is *unknown*, unless the header is the one of open issues."""
    said = flag(attributes, "confidential")
    if said or envelope.confidential_hook or text(payload, "event_type").startswith("confidential_"):
        return True
    return False if said is False or envelope.hook == "Issue Hook" else None


def _meaning(
    kind: Kind,
    attributes: Json,
    item: object,
    changes: Json,
    added: tuple[str, ...],
    removed: tuple[str, ...],
    *more: str,
) -> str:
    rest = {name: diff for name, diff in changes.items() if name != "labels"}
    which = [attributes.get("id"), str(item)]
    return meaning_of(
        "issue",
        which,
        kind,
        attributes.get("action"),
        attributes.get("updated_at"),
        rest,
        sorted(added),
        sorted(removed),
        *more,
    )
