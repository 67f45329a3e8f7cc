"""The doors of an imagined world besides GitLab: channels and timers in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal

from app.domain.decision import Outcome, Result
from app.domain.item import Approval, ItemKey, Snapshot, TakenBack
from app.domain.message import NOTHING, About
from app.engine.remembered import OVERTAKEN
from app.engine.timers import in_turn, next_of
from app.handler import SNOOZE, Earlier, Pending, stands_still
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
class OneItemBoard:
    """A board with one issue on it."""

    item: Snapshot

    def labelled_issues(
        self, project: str | int, *, labels: Sequence[str], state: Literal["opened", "all"]
    ) -> tuple[Snapshot, ...]:
        """See the protocol."""
        del project
        fits = set(labels) <= set(self.item.labels) and state in ("all", self.item.state)
        return (self.item,) if fits else ()


@dataclass
class ImaginedRecords:
    """What the engine would keep of the one item there is."""

    past: list[Earlier] = field(default_factory=list)
    """Oldest first."""
    said: list[Approval] = field(default_factory=list)
    taken: list[TakenBack] = field(default_factory=list)
    retried: int = 0

    def earlier(self, item: ItemKey, *, most: int) -> Sequence[Earlier]:
        """See the protocol."""
        del item
        return self.past[::-1][:most]

    def try_again(self, item: ItemKey) -> Outcome:
        """See the protocol. In an imagined world nothing is parked."""
        del item
        self.retried += 1
        return Outcome(Result.ALREADY_SO, "Nothing of this issue has failed.")

    def note_of(self, item: ItemKey, rules: Collection[str]) -> int | None:
        """See the protocol."""
        ends = [end for one in self.earlier(item, most=len(self.past)) for end in reversed(one.ends)]
        found = (end for step, end in ends if step.rule in rules and end is not None and "note_id" in end.data)
        return next((int(str(end.data["note_id"])) for end in found), None)

    def take_back(self, item: ItemKey, taken: Sequence[TakenBack]) -> None:
        """See the protocol."""
        del item
        self.taken += taken

    def approvals(self, item: ItemKey) -> tuple[Approval, ...]:
        """See the protocol."""
        del item
        return tuple(self.said)

    def record_approval(self, item: ItemKey, approval: Approval) -> Outcome:
        """See the protocol."""
        del item
        counting = [one for one in self.said if (one.label, one.by, one.void) == (approval.label, approval.by, "")]
        if any((one.verdict, one.of) == (approval.verdict, approval.of) for one in counting):
            return Outcome(Result.ALREADY_SO, "It is written down already.")
        self.said = [replace(one, void=OVERTAKEN) if one in counting else one for one in self.said]
        self.said.append(approval)
        return Outcome(Result.APPLIED, f"Wrote down: @{approval.by}, {approval.verdict}, {approval.label}.")

    def void_approvals(self, item: ItemKey, label: str, because: str, *, by: str = "") -> Outcome:
        """See the protocol."""
        del item
        counting = [one for one in self.said if one.label == label and not one.void and by in ("", one.by)]
        self.said = [replace(one, void=because) if one in counting else one for one in self.said]
        if not counting:
            return Outcome(Result.ALREADY_SO, "No approval of it counts.")
        return Outcome(Result.APPLIED, f"{len(counting)} of {label} count no more: {because}.")


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
