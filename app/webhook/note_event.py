"""Comment events: written or edited, on issues and work items."""

from __future__ import annotations

from app.domain.change import Change, Comment, Kind
from app.webhook import labels
from app.webhook.dates import read_time
from app.webhook.envelope import Envelope, item_key, meaning_of, person
from app.webhook.fields import LONG, SHORT, TITLE, Json, block, flag, number, text


def target_of(payload: Json) -> Json:
    """The issue or work item that a comment or an emoji is on; empty where it is on something else."""
    return block(payload, "issue") or block(payload, "work_item")


def read_note(envelope: Envelope, payload: Json) -> Change:
    """A ``note`` payload. Its user is the comment's author, also when somebody else edited it."""
    note, target, project = block(payload, "object_attributes"), target_of(payload), block(payload, "project")
    note_id, item = number(note, "id"), item_key(target, payload, project)
    if not target:
        return envelope.other(f"a comment on {text(note, 'noteable_type') or 'something'}, not on an issue")
    if item is None or note_id is None:
        return envelope.other("a comment without its own id, or without its issue's project and number")
    if flag(note, "system"):
        return envelope.other("a system note, not a comment of a person", item=item)
    action = text(note, "action")
    if action not in ("", "create", "update"):
        return envelope.other(f"a comment event with the unknown action '{action}'", item=item)
    whispered = envelope.confidential_hook or text(payload, "event_type").startswith("confidential_")
    return Change(
        delivery_id=envelope.delivery_id,
        meaning=meaning_of("note", note_id, note.get("updated_at")),
        kind=Kind.COMMENT_EDITED if action == "update" else Kind.COMMENTED,
        hook=envelope.hook,
        item=item,
        project_path=text(project, "path_with_namespace", TITLE),
        actor=person(block(payload, "user")),
        at=read_time(note.get("updated_at")),
        labels=labels.titles(labels.read_labels(target)),
        confidential=issue_confidential(target, whispered=whispered),
        item_type=text(target, "type"),
        title=text(target, "title", TITLE),
        description=text(target, "description", LONG) if "description" in target else None,
        comment=read_comment(note, whispered=whispered and not flag(target, "confidential")),
        echo_of=envelope.echo_of,
    )


def read_comment(note: Json, *, whispered: bool) -> Comment | None:
    """The comment itself. ``whispered``: the delivery is confidential, and not (known to be) for its issue's sake."""
    id_ = number(note, "id")
    if id_ is None:
        return None
    internal = flag(note, "internal")
    return Comment(
        id=id_,
        body=text(note, "note", LONG) or text(note, "description", LONG),
        # Versions without the key tell an internal comment by the confidential hook alone.
        internal=whispered if internal is None else internal,
        discussion_id=text(note, "discussion_id", SHORT),
    )


def issue_confidential(target: Json, *, whispered: bool) -> bool | None:
    """Whether the issue is: an internal comment on an open issue comes through the confidential hook as well."""
    said = flag(target, "confidential")
    return said if said is not None or whispered else False
