"""Emoji events: a reaction on an issue, a work item or one of its comments was given or taken back."""

from __future__ import annotations

from app.domain.change import Change, Kind
from app.webhook import labels
from app.webhook.dates import read_time
from app.webhook.envelope import Envelope, item_key, meaning_of, person
from app.webhook.fields import TITLE, Json, block, flag, text
from app.webhook.note_event import read_comment, target_of

_ACTIONS = {"award": Kind.EMOJI, "revoke": Kind.EMOJI_TAKEN_BACK}


def read_emoji(envelope: Envelope, payload: Json) -> Change:
    """An ``emoji`` payload. Its action was only told by ``event_type`` at first."""
    award, target, project = block(payload, "object_attributes"), target_of(payload), block(payload, "project")
    item = item_key(target, payload, project)
    if item is None:
        return envelope.other(f"an emoji on {text(award, 'awardable_type') or 'something'}, not on an issue")
    action = text(award, "action") or text(payload, "event_type")
    meaning = meaning_of("emoji", award.get("id"), action, award.get("updated_at"), str(item))
    if action not in _ACTIONS:
        return envelope.other(f"an emoji event with the action '{action}'", item=item, meaning=meaning)
    return Change(
        delivery_id=envelope.delivery_id,
        meaning=meaning,
        kind=_ACTIONS[action],
        hook=envelope.hook,
        item=item,
        project_path=text(project, "path_with_namespace", TITLE),
        actor=person(block(payload, "user")),
        at=read_time(award.get("updated_at")),
        labels=labels.titles(labels.read_labels(target)),
        confidential=flag(target, "confidential"),
        item_type=text(target, "type"),
        title=text(target, "title", TITLE),
        comment=read_comment(block(payload, "note"), whispered=False),
        emoji=text(award, "name"),
        echo_of=envelope.echo_of,
    )
