"""Acting: what the steps of a plan do to the item, by the effects that actions declare, and what GitLab then tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from pydantic import ValidationError

from app.domain.change import Change, Comment, Kind
from app.domain.decision import Mode, Step
from app.rules.actions import ActionSpec, Effects
from app.rules.book import OPEN, RuleBook
from app.rules.verifying.happening import rivals
from app.rules.verifying.scene import BOT, Setting, World

REMIND, COMMENT = "remind", "comment"
"""The two actions whose parameters the board's own steps have fixed: see ``decide``."""


@dataclass(frozen=True, slots=True)
class Did:
    """What one step did."""

    step: Step
    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    words: str = ""
    """In a story: ``adds 'A' and removes 'B'``; empty if it changed nothing."""


@dataclass
class Theatre:
    """Where steps are acted out: the actions, and the names that labels have."""

    book: RuleBook
    actions: Mapping[str, ActionSpec]
    known: dict[str, Effects] = field(default_factory=dict)
    """Effects that were asked for before."""

    def effects(self, action: str, params: Mapping[str, object]) -> Effects:
        """What an action declares. One that does not exist, or whose parameters do not fit, does nothing."""
        name = f"{action} {params!r}"
        if name not in self.known:
            self.known[name] = self._ask(action, params)
        return self.known[name]

    def writes(self, step: Step) -> bool:
        """Whether a step may change labels or the state."""
        effects = self.effects(step.action, step.params)
        return bool(effects.adds or effects.removes or effects.stages or effects.closes or effects.reopens)

    def act(self, world: World, setting: Setting, step: Step) -> tuple[World, list[Change], Did]:
        """Carry one step out: the item after it, what GitLab tells of it, and what it did."""
        spec = self.actions.get(step.action)
        if (
            spec is None
            or step.mode not in (Mode.LIVE, Mode.ANNOUNCE)
            or (step.mode is Mode.ANNOUNCE and not spec.announces)
        ):
            return world, [], Did(step)
        effects = self.effects(step.action, step.params)
        if step.action == REMIND:
            return self._remind(world, step)
        after = self._label(world, effects)
        tells, words = self._told_labels(world, after, setting)
        added, removed = after.labels - world.labels, world.labels - after.labels
        if effects.closes or effects.reopens:
            after, state, said = _set_state(after, setting, closed=effects.closes)
            tells, words = [*tells, *state], [*words, *said]
        if effects.speaks:
            after, note = self._speak(after, setting, step)
            tells, words = [*tells, *note], [*words, *(["comments"] if note else [])]
        return after, tells, Did(step, added, removed, " and ".join(words))

    def _ask(self, action: str, params: Mapping[str, object]) -> Effects:
        spec = self.actions.get(action)
        if spec is None:
            return Effects()
        try:
            return spec.effects(spec.params.model_validate(params))
        except ValidationError:
            return Effects()

    def _label(self, world: World, effects: Effects) -> World:
        """Labels known only at run time are left out: what is told must really be there."""
        book = self.book
        adds = {book.canonical(one) for one in effects.adds if one is not None} - {OPEN}
        stages = {book.canonical(one) for one in effects.stages}
        removes = {book.canonical(one) for one in effects.removes if one is not None}
        if stages and None in effects.removes:
            removes |= {one for one in world.labels if one in book.stages}
        labels = world.labels - removes
        for label in sorted(adds | (stages - {OPEN})):
            labels = (labels - rivals(labels, label)) | {label}
        return replace(world, labels=labels)

    def _told_labels(self, before: World, after: World, setting: Setting) -> tuple[list[Change], list[str]]:
        added, removed = sorted(after.labels - before.labels), sorted(before.labels - after.labels)
        if not added and not removed:
            return [], []
        words = [f"adds {_quoted(added)}"] if added else []
        words += [f"removes {_quoted(removed)}"] if removed else []
        told = _own(
            Kind.EDITED, setting, labels=tuple(sorted(after.labels)), added=tuple(added), removed=tuple(removed)
        )
        return [told], words

    def _remind(self, world: World, step: Step) -> tuple[World, list[Change], Did]:
        cancel, name = step.params.get("cancel"), step.params.get("name")
        if isinstance(cancel, str):
            names = (cancel,) if cancel.endswith("*") else (cancel, f"{cancel}/then")
            gone = frozenset(one for one in world.timers if any(fnmatchcase(one, pattern) for pattern in names))
            words = f"forgets the reminder {_quoted(sorted(gone))}" if gone else ""
            return replace(world, timers=world.timers - gone), [], Did(step, words=words)
        if not isinstance(name, str):
            return world, [], Did(step)
        second = {f"{name}/then"} if step.params.get("then") else set()
        return replace(world, timers=world.timers | {name} | second), [], Did(step, words=f"sets the reminder '{name}'")

    def _speak(self, world: World, setting: Setting, step: Step) -> tuple[World, list[Change]]:
        """A comment is written each time; a note that is kept up to date, or is about the item, is written once."""
        if step.action == COMMENT and step.params.get("about", "event") == "event":
            return world, [_own(Kind.COMMENTED, setting, labels=tuple(sorted(world.labels)), comment=_NOTE)]
        marker = f"{step.rule}/{step.action}/{step.params.get('template', '')}"
        if marker in world.said:
            return world, []
        told = _own(Kind.COMMENTED, setting, labels=tuple(sorted(world.labels)), comment=_NOTE)
        return replace(world, said=world.said | {marker}), [told]


_NOTE = Comment(1, "What the bot says")


def _set_state(world: World, setting: Setting, *, closed: bool) -> tuple[World, list[Change], list[str]]:
    if world.closed is closed:
        return world, [], []
    kind = Kind.CLOSED if closed else Kind.REOPENED
    told = _own(kind, setting, labels=tuple(sorted(world.labels)))
    return replace(world, closed=closed), [told], ["closes it" if closed else "reopens it"]


def _own(
    kind: Kind,
    setting: Setting,
    *,
    labels: tuple[str, ...],
    added: tuple[str, ...] = (),
    removed: tuple[str, ...] = (),
    comment: Comment | None = None,
) -> Change:
    return Change(
        delivery_id="story",
        meaning="story",
        kind=kind,
        hook="Issue Hook",
        item=setting.key,
        project_path=setting.project[1],
        actor=BOT,
        labels=labels,
        added=added,
        removed=removed,
        confidential=setting.confidential,
        title=setting.title,
        comment=comment,
    )


def _quoted(names: list[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
