"""Happening: one thing that people or time can do to an item, and the change that GitLab then tells of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from app.domain.change import Change, Comment, Kind
from app.domain.item import Person
from app.rules.book import OPEN
from app.rules.verifying.scene import BOT, Setting, World, scope_of

What = Literal[
    "opened",
    "closed",
    "reopened",
    "edited",
    "label added",
    "label removed",
    "moved",
    "comment",
    "comment edited",
    "emoji",
    "emoji taken back",
    "timer",
    "schedule",
    "deal event",
]

BY_TIME: frozenset[What] = frozenset({"timer", "schedule", "deal event"})
"""What nobody does."""

KEEPS_QUIET: frozenset[What] = BY_TIME | {"emoji", "emoji taken back", "comment edited"}
"""What may leave an item's time of the last update as it was."""

SOME_LABEL = "some other label"
"""Stands for all labels that no rule names."""

_KINDS: dict[What, Kind] = {
    "opened": Kind.OPENED,
    "closed": Kind.CLOSED,
    "reopened": Kind.REOPENED,
    "comment": Kind.COMMENTED,
    "comment edited": Kind.COMMENT_EDITED,
    "emoji": Kind.EMOJI,
    "emoji taken back": Kind.EMOJI_TAKEN_BACK,
    "timer": Kind.TIMER,
    "schedule": Kind.SCHEDULE,
    "deal event": Kind.DEAL,
}


@dataclass(frozen=True, slots=True)
class Happening:
    """What happens, without the item that it happens to."""

    what: What
    subject: str = ""
    """The label, the stage that it is moved to or opened in, the timer, the words of a command …"""
    origin: str = ""
    """The stage that it is moved from."""
    again: bool = False
    """The same move was put back just before."""
    instead_of: str = ""
    """The label of the same scope that makes room for the added one."""
    fact: str = ""
    """The fact that the new text changes."""
    voids: str = ""
    """The approval that was recorded before, and is void by it."""
    text: str = ""
    """What a comment says."""
    deal_stage: str = ""
    """The opportunity's stage, as a deal event tells it."""

    def told(self, world: World, setting: Setting, actor: Person | None) -> tuple[World, Change]:
        """The item after it, and what GitLab tells. ``world`` has the labels, without a stage's where it is moved."""
        after = self._after(world, setting)
        kind = _KINDS.get(self.what, Kind.EDITED)
        by_time = self.what in BY_TIME
        change = Change(
            delivery_id="story",
            meaning="story",
            kind=kind,
            hook="timer" if by_time else "Issue Hook",
            item=setting.key,
            project_path=setting.project[1],
            actor=None if by_time else actor,
            labels=tuple(sorted(after.labels)),
            added=self._added(after),
            removed=self._removed(),
            edited=frozenset({"title", "description"}) if self.what == "edited" else frozenset(),
            confidential=setting.confidential,
            title=setting.title,
            comment=self._comment(),
            emoji=self.subject if self.what in ("emoji", "emoji taken back") else "",
            timer=self.subject if self.what == "timer" else "",
            schedule=self.subject if self.what == "schedule" else "",
            deal=self.subject if self.what == "deal event" else "",
            extra={"stage": self.deal_stage} if self.deal_stage else {},
        )
        return after, change

    def _after(self, world: World, setting: Setting) -> World:
        labels, after = world.labels, world
        if self.what == "label added":
            labels = frozenset({one for one in labels if one != self.instead_of} | {self.subject})
        elif self.what == "label removed":
            labels -= {self.subject}
        elif self.what in ("moved", "opened"):
            labels |= {self.subject} - {OPEN, ""}
        if self.what == "opened":
            after = replace(after, accepted=None, closed=False, stale=frozenset(setting.values))
        elif self.what == "moved":
            refused = (self.origin, self.subject) if self.again else None
            after = replace(after, accepted=self.origin, refused=refused)
        elif self.what in ("closed", "reopened"):
            after = replace(after, closed=self.what == "closed")
        if self.fact:
            after = replace(after, stale=after.stale | {self.fact})
        if self.voids:
            after = replace(after, approved=after.approved | {self.voids})
        return replace(after, labels=labels)

    def _added(self, after: World) -> tuple[str, ...]:
        if self.what == "opened":
            return tuple(sorted(after.labels))
        return (self.subject,) if self.what in ("label added", "moved") and self.subject != OPEN else ()

    def _removed(self) -> tuple[str, ...]:
        if self.what == "moved":
            return (self.origin,) if self.origin != OPEN else ()
        if self.what == "label removed":
            return (self.subject,)
        return (self.instead_of,) if self.instead_of else ()

    def _comment(self) -> Comment | None:
        if self.what not in ("comment", "comment edited"):
            return None
        return Comment(1, f"@{BOT.username} {self.subject}" if self.subject else self.text or "Some words")

    def _words(self) -> str:
        return f": {self.text}" if self.text else ""

    def words(self, actor: Person | None) -> str:
        """As a sentence of a story."""
        who = "Somebody" if actor is None else actor.username
        who = who[:1].upper() + who[1:] if who.startswith("somebody") else who
        said = {
            "opened": f"{who} opens it" + (f" in {self.subject}" if self.subject else ""),
            "closed": f"{who} closes it",
            "reopened": f"{who} reopens it",
            "edited": f"{who} edits it",
            "label added": f"{who} adds '{self.subject}'"
            + (f", which takes off '{self.instead_of}'" if self.instead_of else ""),
            "label removed": f"{who} removes '{self.subject}'",
            "moved": f"{who} moves the card from {self.origin} to {self.subject}"
            + (", after that move was put back once" if self.again else ""),
            "comment": f"{who} comments" + (f": @bot {self.subject}" if self.subject else "") + self._words(),
            "comment edited": f"{who} edits a comment" + self._words(),
            "emoji": f"{who} reacts with :{self.subject}:",
            "emoji taken back": f"{who} takes :{self.subject}: back",
            "timer": f"The timer '{self.subject}' comes due",
            "schedule": f"It is {self.subject}",
            "deal event": f"The deal's system tells: {self.subject}"
            + (f", stage {self.deal_stage}" if self.deal_stage else ""),
        }[self.what]
        said += f"; that changes {self.fact}" if self.fact else ""
        return said + (f", after '{self.voids}' was given" if self.voids else "")


def rivals(labels: frozenset[str], label: str) -> frozenset[str]:
    """The labels that make room when ``label`` is added: those of its scope."""
    scope = scope_of(label)
    return frozenset(one for one in labels if one != label and scope and scope_of(one) == scope)
