"""What the shipped rules decide about an issue of the board, for tests to ask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from app.domain.change import Change, Kind
from app.domain.decision import Decision
from app.domain.item import ItemKey, Memory, Person, Snapshot
from app.rules.book import OPEN
from app.rules.deciding.decide import decide
from app.rules.reading.facts import read_facts
from tests.handlers.fake_gitlab import BOT
from tests.handlers.scene import BOOK, NOW, PS_PLAN

MEMBERS = {
    "ps_leadership": frozenset({"ps.leader"}),
    "technical_architects": frozenset({"technical.architect"}),
    "delivery_managers": frozenset({"delivery.manager"}),
    "engagement_managers": frozenset({"engagement.manager"}),
    "project_coordinators": frozenset({"project.coordinator"}),
    "project_managers": frozenset({"project.manager"}),
}
TEAM = replace(BOOK, members=MEMBERS)
BOARD = "Services Calculator"


@dataclass(frozen=True)
class Told:
    """A decision, and what its plan says."""

    decision: Decision

    def actions(self, name: str) -> list[dict[str, Any]]:
        """Parameters of the plan's steps of this action."""
        return [step.params for step in self.decision.plan if step.action == name]

    @property
    def comments(self) -> list[str]:
        """Templates of the comments."""
        return [str(params["template"]) for params in self.actions("comment")]

    @property
    def rules(self) -> set[str]:
        """Names of the rules with steps."""
        return {step.rule for step in self.decision.plan}

    def labels_after(self, labels: tuple[str, ...]) -> set[str]:
        """The labels once the plan's label steps are carried out."""
        after = set(labels)
        for step in self.decision.plan:
            if step.action == "label":
                add, remove = (_names(step.params.get(key)) for key in ("add", "remove"))
                scopes = {one.rpartition("::")[0] for one in add}
                after = {one for one in after if one not in remove and one.rpartition("::")[0] not in scopes - {""}}
                after |= set(add)
        return after


def _names(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []


def item(stage: str, description: str = "", labels: tuple[str, ...] = (), **more: Any) -> Snapshot:
    """An issue of the board that the bot knows to be in ``stage``."""
    own = () if stage == OPEN else (stage,)
    return Snapshot(
        key=ItemKey(4, 12),
        id=9000,
        project_path=PS_PLAN,
        title="Example Bank - Scope Issue and Write SOW",
        description=description,
        state="opened",
        labels=(BOARD, *labels, *own),
        author=Person("services-calculator", 5),
        assignees=(Person("engagement.manager", 7),),
        web_url="https://gitlab.example/12",
        created_at=NOW - timedelta(days=3),
        updated_at=NOW,
        notes=(),
        bot=BOT,
        memory=Memory(stage=stage, stage_entered_at=NOW - timedelta(days=1)),
        **more,
    )


def decided(snapshot: Snapshot, change: Change, *, known_facts: bool = True) -> Told:
    """What the bot decides."""
    facts = read_facts(TEAM, snapshot)
    if known_facts:
        snapshot = replace(snapshot, memory=replace(snapshot.memory, facts=facts))
    return Told(decide(TEAM, snapshot, change, facts, NOW))


def labelled(snapshot: Snapshot, by: str, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> Told:
    """Somebody changes labels."""
    after = tuple(one for one in snapshot.labels if one not in remove) + add
    change = Change(
        "d",
        "m",
        Kind.EDITED,
        "Issue Hook",
        item=snapshot.key,
        actor=Person(by, 99),
        at=NOW,
        labels=after,
        added=add,
        removed=remove,
    )
    return decided(replace(snapshot, labels=after), change)


def moved(snapshot: Snapshot, to: str, by: str = "engagement.manager") -> Told:
    """Somebody drags the card."""
    stage = snapshot.memory.stage or OPEN
    return labelled(snapshot, by, add=() if to == OPEN else (to,), remove=() if stage == OPEN else (stage,))
