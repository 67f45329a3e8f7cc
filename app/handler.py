"""What a handler is: one action of the rule file, carried out through the port.

A handler is one small file in ``handlers/``: a docstring that says what it does, reads, writes and when it is silent; a
``Params`` model; a pure ``effects``; a ``run``. It never sleeps, retries, catches everything or sees an HTTP client.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from app.domain.change import Change
from app.domain.decision import Decision, Outcome, Step
from app.domain.item import Approval, ItemKey, Snapshot, TakenBack
from app.domain.message import NOTHING, About
from app.gitlab.port import GitLab
from app.rules.actions import ActionSpec, Params
from app.rules.book import RuleBook
from app.rules.calendar import BusinessCalendar
from app.rules.model import RuleFile


class Templates(Protocol):
    """Renders the texts below ``templates/``; see ``app/templating/folder.py``."""

    def render(self, name: str, context: Mapping[str, object]) -> Rendered:
        """``name`` is ``folder/name`` without ``.md``. Values from people come out escaped."""
        ...

    def blueprint(self, name: str) -> str:
        """The text of ``<name>.yaml`` as it is written, for example of ``collaboration/customer_project``."""
        ...


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered template: its front matter (already rendered too) and its body."""

    body: str
    meta: Mapping[str, Any] = field(default_factory=dict)


class Channels(Protocol):
    """The doors out besides GitLab (Slack and others); see ``app/outbound/``."""

    def post(self, channel: str, text: str, *, key: str, about: About = NOTHING) -> Outcome:
        """Post ``text`` once: ``key`` names the message, and a second call with it posts nothing. ``about`` is shown
        beside the text where the channel can; all of it must be fit for the channel, as the text must.

        Raises TryLater when the channel can't take it now."""
        ...


SNOOZE = "quiet/snooze"
"""Name of the timer that holds an item's others back until it is due."""
ASKED = "asked/"
"""Timers begin so that a person asked for: neither a snooze nor a hold keeps them back."""
ON_DAY = "on_day"
"""Key in the data of a timer that belongs to a date: it comes due on its day, also while its item is on hold."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A timer of an item that has not come due."""

    name: str
    due: datetime | None
    """None: it stands still, and goes on when the item leaves the stage that pauses it."""
    data: Mapping[str, str] = field(default_factory=dict)
    """``who`` and ``says`` of a reminder."""


def stands_still(name: str, data: Mapping[str, object]) -> bool:
    """Whether a hold lets this timer stand still: none of a date does, nor what a person asked for."""
    return name != SNOOZE and not name.startswith(ASKED) and ON_DAY not in data


class Timers(Protocol):
    """Durable timers of an item, kept by the engine."""

    def set(
        self, item: ItemKey, name: str, due: datetime, *, rule: str, data: Mapping[str, object] | None = None
    ) -> Outcome:
        """Set the timer, or leave it when it is set to this time already."""
        ...

    def cancel(self, item: ItemKey, name: str) -> Outcome:
        """Forget it, if it was set. A name ending in ``*`` cancels all that begin so."""
        ...

    def snooze(self, item: ItemKey, until: datetime) -> Outcome:
        """Keep the item's timers, also those set later, from coming due before ``until``. A later snooze replaces an
        earlier one, ``cancel(item, SNOOZE)`` ends it; timers that a person asked for (``ASKED``) go on."""
        ...

    def pause(self, item: ItemKey, name: str, *, calendar: BusinessCalendar, now: datetime) -> Outcome:
        """Let it stand still and keep the working time that it has left. A name ending in ``*`` means all that begin
        so. Timers that belong to a date (``ON_DAY``) or that a person asked for go on."""
        ...

    def resume(self, item: ItemKey, name: str, *, calendar: BusinessCalendar, now: datetime) -> Outcome:
        """Let what stands still go on: it comes due when the working time that was left has passed from now."""
        ...

    def next_due(self, item: ItemKey) -> tuple[str, datetime] | None:
        """Name and time of the item's next timer; none that stands still."""
        ...

    def pending(self, item: ItemKey) -> tuple[Pending, ...]:
        """All of the item's timers, the next first, those that stand still last. A snooze is among them (``SNOOZE``),
        and what it holds back is told for when it ends."""
        ...


@dataclass(frozen=True, slots=True)
class Earlier:
    """A decision of before: what had happened, what was decided, how each step ended."""

    change: Change
    decision: Decision
    ends: tuple[tuple[Step, Outcome | None], ...]
    """None: it has not ended yet."""
    url: str = ""
    """Where a person can read it."""


class Records(Protocol):
    """What the engine keeps of an item: earlier decisions, approvals, what people took back."""

    def earlier(self, item: ItemKey, *, most: int) -> Sequence[Earlier]:
        """Its last decisions, the newest first."""
        ...

    def try_again(self, item: ItemKey) -> Outcome:
        """Have what failed of it tried again."""
        ...

    def note_of(self, item: ItemKey, rules: Collection[str]) -> int | None:
        """The last comment that one of these rules wrote there."""
        ...

    def take_back(self, item: ItemKey, taken: Sequence[TakenBack]) -> None:
        """Remember that a person took writes back, all or none."""
        ...

    def approvals(self, item: ItemKey) -> tuple[Approval, ...]:
        """What people said of approvals, oldest first."""
        ...

    def record_approval(self, item: ItemKey, approval: Approval) -> Outcome:
        """Write down what somebody said. The same person's earlier word on the same approval counts no more."""
        ...

    def void_approvals(self, item: ItemKey, label: str, because: str, *, by: str = "") -> Outcome:
        """Those given for this label count no more; of one person only, if one is named."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """All that a handler may use while carrying out one step."""

    gitlab: GitLab
    templates: Templates
    channels: Channels
    timers: Timers
    records: Records
    book: RuleBook
    """The rule file in use, with who is in its people lists."""
    snapshot: Snapshot
    """The item as the decision saw it, or as the last write of this plan left it."""
    change: Change
    step: Step
    facts: Mapping[str, object]
    stage: str | None
    now: datetime
    decision_url: str
    """Where a person can read the decision; empty when no public URL is set."""
    made: Mapping[str, object] = field(default_factory=dict)
    """Outcome data of the plan's earlier steps, by action name: ``{"create_issue": {"iid": 7, …}}``."""

    @property
    def item(self) -> ItemKey:
        """The item concerned."""
        return self.snapshot.key

    @property
    def rules(self) -> RuleFile:
        """What the rule file says."""
        return self.book.file

    @property
    def members(self) -> Mapping[str, frozenset[str]]:
        """Usernames (lower case) by people list; a list that could not be read is missing."""
        return self.book.members


Run = Callable[[Context, Any], Outcome]


@dataclass(frozen=True, slots=True)
class Handler:
    """An entry of the registry in ``handlers/__init__.py``."""

    spec: ActionSpec
    run: Run

    @property
    def name(self) -> str:
        """The action's name in the rule file."""
        return self.spec.name

    def parse(self, data: Mapping[str, object]) -> Params:
        """The step's recorded parameters as the handler's model."""
        return self.spec.params.model_validate(data)
