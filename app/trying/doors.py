"""The doors of an imagined world besides GitLab: channels and timers in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey
from app.domain.message import NOTHING, About
from app.engine.timers import in_turn, next_of
from app.handler import SNOOZE, Pending, stands_still
from app.rules.calendar import BusinessCalendar


@dataclass(frozen=True, slots=True)
class Post:
    """A message that a channel would have got."""

    channel: str
    text: str
    about: About = NOTHING


@dataclass
class ImaginedChannels:
    """Keeps what would have been posted."""

    posts: list[Post] = field(default_factory=list)
    _keys: set[str] = field(default_factory=set)

    def post(self, channel: str, text: str, *, key: str, about: About = NOTHING) -> Outcome:
        """See the protocol."""
        if key in self._keys:
            return Outcome(Result.ALREADY_SO, f"{channel} heard of it already.")
        self._keys.add(key)
        self.posts.append(Post(channel, text, about))
        return Outcome(Result.APPLIED, f"Told {channel}.")


@dataclass(frozen=True, slots=True)
class ImaginedTimer:
    """A timer that is set."""

    name: str
    due: datetime
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass
class ImaginedTimers:
    """Timers of the one item there is."""

    by_name: dict[str, ImaginedTimer] = field(default_factory=dict)
    resting: dict[str, tuple[ImaginedTimer, timedelta]] = field(default_factory=dict)
    """Timers that stand still, with the working time that they have left."""
    changes: list[str] = field(default_factory=list)
    """What was set and forgotten, as sentences."""

    def set(
        self, item: ItemKey, name: str, due: datetime, *, rule: str, data: Mapping[str, object] | None = None
    ) -> Outcome:
        """See the protocol."""
        del item, rule
        self.resting.pop(name, None)
        if name in self.by_name and self.by_name[name].due == due:
            return Outcome(Result.ALREADY_SO, f"The timer {name} is set to that time already.")
        said = {key: str(value) for key, value in (data or {}).items()}
        self.by_name[name] = ImaginedTimer(name, due, said)
        self.changes.append(f"set {name} to {due:%Y-%m-%d %H:%M} UTC")
        return Outcome(Result.APPLIED, f"Set the timer {name} to {due:%Y-%m-%d %H:%M} UTC.")

    def cancel(self, item: ItemKey, name: str) -> Outcome:
        """See the protocol."""
        del item
        gone = [one for one in (*self.by_name, *self.resting) if _means(name, one)]
        for one in gone:
            self.by_name.pop(one, None)
            self.resting.pop(one, None)
            self.changes.append(f"forgot {one}")
        if gone:
            return Outcome(Result.APPLIED, f"Cancelled {len(gone)} timer{'' if len(gone) == 1 else 's'}.")
        return Outcome(Result.ALREADY_SO, "There was no timer to cancel.")

    def snooze(self, item: ItemKey, until: datetime) -> Outcome:
        """See the protocol."""
        return self.set(item, SNOOZE, until, rule="snooze")

    def pause(self, item: ItemKey, name: str, *, calendar: BusinessCalendar, now: datetime) -> Outcome:
        """See the protocol."""
        del item
        found = [timer for timer in self.by_name.values() if _means(name, timer.name)]
        found = [timer for timer in found if stands_still(timer.name, timer.data)]
        for timer in found:
            del self.by_name[timer.name]
            self.resting[timer.name] = (timer, calendar.between(now, timer.due))
            self.changes.append(f"paused {timer.name}")
        return Outcome(Result.APPLIED if found else Result.ALREADY_SO, f"Paused {len(found)}.")

    def resume(self, item: ItemKey, name: str, *, calendar: BusinessCalendar, now: datetime) -> Outcome:
        """See the protocol."""
        del item
        found = [one for one in self.resting if _means(name, one)]
        for one in found:
            timer, left = self.resting.pop(one)
            self.by_name[one] = ImaginedTimer(one, calendar.after(now, left), timer.data)
            self.changes.append(f"let {one} go on until {self.by_name[one].due:%Y-%m-%d %H:%M} UTC")
        return Outcome(Result.APPLIED if found else Result.ALREADY_SO, f"Let {len(found)} go on.")

    def next_due(self, item: ItemKey) -> tuple[str, datetime] | None:
        """See the protocol."""
        del item
        return next_of({timer.name: timer.due for timer in self.by_name.values()})

    def pending(self, item: ItemKey) -> tuple[Pending, ...]:
        """See the protocol."""
        del item
        running = [Pending(timer.name, timer.due, timer.data) for timer in self.by_name.values()]
        resting = [Pending(timer.name, None, timer.data) for timer, _ in self.resting.values()]
        return in_turn([*running, *resting])

    def take(self, name: str) -> ImaginedTimer | None:
        """The timer goes off: it is set no more."""
        return self.by_name.pop(name, None)


def _means(pattern: str, name: str) -> bool:
    return name == pattern or (pattern.endswith("*") and fnmatchcase(name, pattern))
