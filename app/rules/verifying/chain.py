"""Chain: what follows from one change until the bot rests, or that it never does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.domain.change import Change, Kind
from app.domain.decision import Decision
from app.rules.book import RuleBook
from app.rules.deciding.decide import decide
from app.rules.deciding.occurrences import STAGE_TIMER, Occurrence, hears
from app.rules.verifying.acting import Did, Theatre
from app.rules.verifying.scene import NOW, Setting, World

MOST_ROUNDS = 60
"""A chain that is neither at rest nor back where it was by then is left undecided."""


@dataclass(frozen=True, slots=True)
class Round:
    """The bot's answer to what GitLab told at once."""

    told: tuple[Change, ...]
    decisions: tuple[Decision, ...]
    did: tuple[Did, ...]
    world: World


@dataclass(frozen=True, slots=True)
class Chain:
    """All rounds. ``back_to`` is the round whose beginning the last one leads back to; None: the bot rests."""

    rounds: tuple[Round, ...]
    world: World
    back_to: int | None = None
    rests: bool = True
    """False also where it was not followed to the end."""


@dataclass
class Follower:
    """Follows chains under one rule book."""

    book: RuleBook
    theatre: Theatre
    timers_too: bool = False
    """Let timers that rules hear come due once the bot rests."""
    one_by_one: bool = False
    """Deliveries arrive so slowly that each is answered before the next is looked at. Else they come as one burst."""

    def decide(self, world: World, setting: Setting, change: Change) -> Decision:
        """The real decision."""
        return decide(self.book, world.snapshot(setting), change, setting.values, NOW)

    def follow(self, world: World, setting: Setting, change: Change) -> Chain:
        """Everything that comes of a change."""
        queue: tuple[Change, ...] = (change,)
        rounds: list[Round] = []
        seen: dict[tuple[World, tuple[object, ...]], int] = {}
        while queue and len(rounds) < MOST_ROUNDS:
            place = (world, tuple(map(_meaning, queue)))
            if place in seen:
                return Chain(tuple(rounds), world, back_to=seen[place], rests=False)
            seen[place] = len(rounds)
            now, waiting = (queue[:1], queue[1:]) if self.one_by_one else (queue, ())
            one, news = self.answer(world, setting, now)
            rounds.append(one)
            world, queue = one.world, (*waiting, *news)
            if not queue and self.timers_too:
                world, queue = self._due(world, setting)
        return Chain(tuple(rounds), world, rests=not queue)

    def answer(self, world: World, setting: Setting, queue: tuple[Change, ...]) -> tuple[Round, tuple[Change, ...]]:
        """One look at the item, as the engine takes it: all changes are decided on it, then the plans carried out."""
        decisions: list[Decision] = []
        seen = world
        for change in queue:
            decision = self.decide(seen, setting, change)
            seen = remembering(seen, setting, decision)
            decisions.append(decision)
        did: list[Did] = []
        told: list[Change] = []
        now = seen
        for decision in decisions:
            for step in decision.plan:
                now, news, done = self.theatre.act(now, setting, step)
                did.append(done)
                told += news
        return Round(queue, tuple(decisions), tuple(did), now), tuple(told)

    def _due(self, world: World, setting: Setting) -> tuple[World, tuple[Change, ...]]:
        """The next timer that a rule hears."""
        name = next(iter(sorted(filter(self.heard, world.timers))), None)
        if name is None:
            return world, ()
        told = Change("story", "story", Kind.TIMER, "timer", item=setting.key, timer=name)
        return replace(world, timers=world.timers - {name}), (told,)

    def heard(self, timer: str) -> bool:
        """Whether a rule listens for the timer."""
        if timer.startswith(STAGE_TIMER):
            return False
        occurrence = Occurrence("timer", timer=timer)
        return any(hears(self.book, rule.when, occurrence) for rule in self.book.listening.get("timer", ()))


def remembering(world: World, setting: Setting, decision: Decision) -> World:
    """The item with what the bot remembers after a decision."""
    memory = decision.memory
    return replace(
        world,
        accepted=memory.stage,
        since=memory.stage_entered_at,
        refused=memory.refused,
        stale=frozenset() if memory.facts == setting.values else world.stale,
        fired=tuple(sorted(memory.fired.items())),
    )


def _meaning(change: Change) -> tuple[object, ...]:
    return change.kind, change.added, change.removed, change.timer, change.actor is None


def changes_something(rounds: Iterable[Round]) -> bool:
    """Whether labels or the state are changed in these rounds, not only things said."""
    return any(
        done.added or done.removed or "close" in done.words or "reopen" in done.words
        for one in rounds
        for done in one.did
    )
