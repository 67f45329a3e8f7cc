"""Random issues and deliveries for property tests: any labels, any memory, and deliveries that agree with the issue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from app.domain.change import Change, Comment, Kind
from app.domain.item import Firing, Memory, Person, Snapshot
from tests.rules.deal import (
    APPROVED,
    BOT,
    DISCOVERY,
    DOCUMENT,
    EM,
    FEEDBACK,
    HOLD,
    LEADER,
    NOW,
    ON_BOARD,
    OPEN,
    READY,
    SHEET,
    SOW,
    STRAWMAN,
    WON,
    book,
    change,
    issue,
)

STAGES = [DISCOVERY, STRAWMAN, FEEDBACK, HOLD, SOW, READY, APPROVED, WON]
SPELLINGS = ["proposal::Writing", "proposal::ReadyForApproval", "TA:Approved", "services calculator"]
SIDE = ["TA::Needs-Review", "TA::Approved", "RDM::needs-review", "Scoping::Help", "Public Sector US", "bug"]
SAID = ["hello", "@sowbot approve", "@sowbot why", "@em.one approve", "> @sowbot approve"]
PEOPLE = [EM, LEADER, BOT, Person("stranger", 77), Person("sowbot"), Person("em.one")]
LINES = ["Estimate total: 82,000 USD", "Estimate total: 10k", "Estimate total: dear", "Terms: MSA", "SOW number: 7"]
LINES += [f"SOW: {DOCUMENT}", f"Cost estimate: {SHEET}", SHEET, "nothing"]

texts = st.lists(st.sampled_from(LINES), max_size=5).map("\n".join)
people = st.sampled_from(PEOPLE)
moments = st.integers(-3, 3).map(lambda hours: NOW + timedelta(hours=hours))
stage_names = st.sampled_from([OPEN, *STAGES])
labels = st.lists(st.sampled_from([ON_BOARD, ON_BOARD, *SIDE, *STAGES, *SPELLINGS]), max_size=5, unique=True).map(tuple)


def _rule(name: str, when: dict[str, Any], **settings: Any) -> dict[str, Any]:
    return {"name": name, "why": "w", "when": when, "do": [{"comment": {"template": "x"}}], **settings}


EVERYTHING = book(
    rules=[
        _rule("command", {"event": "command", "command": "approve"}, priority=3, as_often_as="1 in 24 hours"),
        _rule("any-command", {"event": "command", "actor": "ems"}, unless={"idle": {"under": "1 hour"}}),
        _rule("emoji", {"event": "emoji", "emoji": "thumbs*"}, stop_after=True, priority=1),
        _rule("edited", {"event": "comment edited", "not": {"facts": {"changed": "terms"}}}),
        _rule("changed", {"event": ["comment", "issue edited"], "facts": {"changed": ["terms", "estimate_total"]}}),
        _rule("unchanged", {"event": ["emoji", "stage entered"], "not": {"facts": {"changed": ["estimate_total"]}}}),
        _rule("deal", {"event": "deal event", "deal": "closed_won", "labels": {"all": [ON_BOARD]}}),
        _rule(
            "schedule",
            {"event": "schedule", "at": "Mon 08:00", "idle": {"over": "5 minutes"}},
            as_often_as="once per item",
        ),
        _rule("old", {"event": "schedule", "at": "every day 09:00", "age": {"in_stage": {"over": "1 hour"}}}),
        _rule(
            "young", {"event": "label added", "age": {"in_stage": {"under": "1 hour"}}}, as_often_as="once per stage"
        ),
        _rule("not-old", {"event": "label removed", "not": {"age": {"in_stage": {"over": "1 hour"}}}}, stop_after=True),
        _rule("left", {"event": "stage left", "age": {"in_stage": {"over": "1 hour"}}}, mode="shadow", stop_after=True),
        _rule(
            "deep",
            {"event": "comment", "any_of": [{"all_of": [{"not": {"idle": {"over": "2 hours"}}}, {"stage": SOW}]}]},
            also_own_changes=True,
        ),
    ]
)
"""A rule for each thing that rules can say beyond those of ``deal``."""
_FIRED = [{}, {"schedule": Firing((NOW - timedelta(hours=1),), OPEN)}, {"young": Firing((NOW,), SOW, NOW)}]


@st.composite
def memories(draw: st.DrawFn) -> Memory:
    """What the bot may remember, be it right or wrong."""
    if draw(st.booleans()):
        return Memory()
    known = {"estimate_total": {"amount": 82000, "currency": "USD", "text": "82,000 USD"}, "terms": "MSA"}
    return Memory(
        stage=draw(st.none() | stage_names),
        stage_entered_at=draw(st.none() | moments),
        stage_before_hold=draw(st.none() | stage_names),
        facts=draw(st.sampled_from([{}, known])),
        refused=draw(st.none() | st.tuples(stage_names, stage_names)),
        sensitive=draw(st.booleans()),
        closed=draw(st.booleans()),
        active_at=draw(st.none() | moments),
        acted_at=draw(st.none() | moments),
        fired=draw(st.sampled_from(_FIRED)),
    )


@st.composite
def items(draw: st.DrawFn) -> Snapshot:
    """An issue, on the board or not."""
    return replace(
        issue(
            description=draw(texts),
            comments=draw(st.none() | st.lists(texts, max_size=2)),
            memory=draw(memories()),
            state=draw(st.sampled_from(["opened", "opened", "closed"])),
            confidential=draw(st.booleans()),
            assignees=draw(st.lists(people, max_size=2).map(tuple)),
            title=draw(st.sampled_from(["Acme - Scope Issue and Write SOW", "x"])),
            author=draw(people),
            created_at=draw(moments),
            updated_at=draw(moments),
            bot=draw(st.sampled_from([BOT, BOT, None])),
        ),
        labels=draw(labels),
    )


@st.composite
def deliveries(draw: st.DrawFn, item: Snapshot) -> Change:
    """A delivery that tells what is so: what it says of the labels is what the issue carries."""
    kind = draw(st.sampled_from(list(Kind)))
    opened = kind is Kind.OPENED
    added = item.labels if opened else tuple(label for label in item.labels if draw(st.booleans()))
    absent = [label for label in (*SIDE, *STAGES, *SPELLINGS) if label not in item.labels]
    removed = () if opened else draw(st.lists(st.sampled_from(absent), max_size=2, unique=True).map(tuple))
    moves_labels = kind in (Kind.OPENED, Kind.EDITED, Kind.CLOSED, Kind.REOPENED)
    return change(
        kind,
        actor=None if kind in (Kind.SCHEDULE, Kind.DEAL) else draw(st.none() | people),
        at=draw(st.none() | moments),
        labels=draw(st.sampled_from([None, item.labels, item.labels])),
        added=added if moves_labels else (),
        removed=removed if moves_labels else (),
        edited=draw(st.sets(st.sampled_from(["title", "description", "weight"]), max_size=2).map(frozenset)),
        confidential=draw(st.sampled_from([None, item.confidential])),
        title=draw(st.sampled_from(["", item.title])),
        project_path=draw(st.sampled_from(["", item.project_path])),
        comment=Comment(1, draw(st.sampled_from(SAID))) if kind is Kind.COMMENTED else None,
        emoji=draw(st.sampled_from(["thumbsup", "tada"])),
        deal=draw(st.sampled_from(["closed_won", "closed_lost"])),
        schedule=draw(st.sampled_from(["Mon 08:00", "every day 09:00"])),
        timer=draw(st.sampled_from(["stage/Open/1", f"stage/{SOW}/1", "stage//", "other"])),
        extra=draw(st.sampled_from([{}, {"who": "ems", "says": "Look."}])),
    )


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Snapshot, Change]:
    """An issue and one delivery about it."""
    item = draw(items())
    return item, draw(deliveries(item))


@st.composite
def bursts(draw: st.DrawFn) -> tuple[Snapshot, list[Change]]:
    """An issue and several deliveries about it, looked at once."""
    item = draw(items())
    return item, draw(st.lists(deliveries(item), max_size=4))
