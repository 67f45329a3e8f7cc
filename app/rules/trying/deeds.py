"""Deeds: what somebody does to an imagined issue, and the delivery that GitLab would send of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.change import Change, Comment, Kind
from app.domain.item import Memory, Note, Person, Snapshot
from app.rules.book import OPEN, RuleBook
from app.rules.trying.imagine import THE_BOT
from app.rules.trying.written import Deed

HOOK = "imagined"


@dataclass(frozen=True, slots=True)
class Happening:
    """The issue after a deed, and what is told of it."""

    snapshot: Snapshot
    change: Change


def happen(
    book: RuleBook,
    snapshot: Snapshot,
    deed: Deed,
    *,
    actor: Person,
    people: Iterable[Person],
    now: datetime,
    name: str,
    note: int | None = None,
) -> Happening:
    """Do it. ``people`` are those to assign; ``name`` becomes the delivery's id; ``note`` is what is reacted to.
    Time and timers are the world's."""
    if deed.opened:
        fresh = replace(snapshot, created_at=now, memory=Memory())
        return _told(fresh, Kind.OPENED, actor, now, name, added=snapshot.labels)
    if deed.closed or deed.reopened:
        state, kind = ("closed", Kind.CLOSED) if deed.closed else ("opened", Kind.REOPENED)
        after = replace(snapshot, state=state, closed_at=now if deed.closed else None)
        return _told(after, kind, actor, now, name)
    if deed.comment is not None:
        return commented(snapshot, deed.comment, actor, now, name, internal=deed.internal)
    if deed.command is not None:
        me = snapshot.bot.username if snapshot.bot else THE_BOT.username
        return commented(snapshot, f"@{me} {deed.command}", actor, now, name, internal=deed.internal)
    if emoji := deed.emoji or deed.emoji_taken_back:
        on = Comment(note, "") if note is not None else None
        kind = Kind.EMOJI if deed.emoji else Kind.EMOJI_TAKEN_BACK
        return _told(snapshot, kind, actor, now, name, emoji=emoji, comment=on)
    if deed.deal is not None:
        return _told(snapshot, Kind.DEAL, None, now, name, deal=deed.deal, extra=deed.deal_says)
    if deed.schedule is not None:
        return _told(snapshot, Kind.SCHEDULE, None, now, name, schedule=deed.schedule)
    if deed.edit is not None:
        values = deed.edit.model_dump(exclude_none=True)
        return _told(replace(snapshot, **values), Kind.EDITED, actor, now, name, edited=frozenset(values))
    if deed.assign is not None:
        after = replace(snapshot, assignees=tuple(people))
        return _told(after, Kind.EDITED, actor, now, name, edited=frozenset({"assignees"}))
    return relabelled(snapshot, _labels_after(book, snapshot, deed), actor, now, name)


def relabelled(snapshot: Snapshot, labels: tuple[str, ...], actor: Person, now: datetime, name: str) -> Happening:
    """The labels are these now."""
    added = tuple(one for one in labels if one not in snapshot.labels)
    removed = tuple(one for one in snapshot.labels if one not in labels)
    after = replace(snapshot, labels=labels)
    return _told(after, Kind.EDITED, actor, now, name, added=added, removed=removed)


def commented(
    snapshot: Snapshot, text: str, actor: Person, now: datetime, name: str, *, internal: bool = False
) -> Happening:
    """Somebody wrote a comment."""
    number = 1 + max((note.id for note in snapshot.notes or ()), default=0)
    after = replace(snapshot, notes=(*(snapshot.notes or ()), Note(number, text, actor, now, internal)))
    return _told(after, Kind.COMMENTED, actor, now, name, comment=Comment(number, text, internal))


def untouched(snapshot: Snapshot, actor: Person, now: datetime, name: str) -> Happening:
    """Somebody saved the description: the least that makes the bot look."""
    return _told(snapshot, Kind.EDITED, actor, now, name, edited=frozenset({"description"}))


def came_due(snapshot: Snapshot, timer: str, data: dict[str, str], now: datetime, name: str) -> Happening:
    """A timer of the item is up."""
    change = Change(name, name, Kind.TIMER, "timer", item=snapshot.key, at=now, timer=timer, extra=data)
    return Happening(snapshot, change)


def _told(snapshot: Snapshot, kind: Kind, actor: Person | None, now: datetime, name: str, **more: Any) -> Happening:
    after = replace(snapshot, updated_at=now if actor else snapshot.updated_at)
    change = Change(
        delivery_id=name,
        meaning=name,
        kind=kind,
        hook=HOOK,
        item=after.key,
        project_path=after.project_path,
        actor=actor,
        at=now,
        labels=after.labels,
        confidential=after.confidential,
        item_type=after.item_type,
        title=after.title,
        description=after.description,
        **more,
    )
    return Happening(after, change)


def _labels_after(book: RuleBook, snapshot: Snapshot, deed: Deed) -> tuple[str, ...]:
    """As GitLab keeps them: a scoped label takes the place of its scope's other one."""
    if deed.move_to:
        target = deed.move_to[0]
        rest = tuple(one for one in snapshot.labels if book.canonical(one) not in book.stages)
        return rest if target == OPEN else (*rest, target)
    return with_labels(
        snapshot.labels, add=(*(deed.add_label or ()), *(deed.add_unknown_label or ())), remove=deed.remove_label or ()
    )


def with_labels(labels: Iterable[str], *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> tuple[str, ...]:
    """The labels after a change of them, scopes and all."""
    wanted, gone = list(dict.fromkeys(add)), set(remove)
    scopes = {title.rpartition("::")[0] for title in wanted} - {""}
    kept = [one for one in labels if one not in gone and (one in wanted or one.rpartition("::")[0] not in scopes)]
    return tuple(dict.fromkeys([*kept, *wanted]))
