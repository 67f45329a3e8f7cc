"""Random issues and deliveries for property tests: any labels, any memory, and deliveries that agree with the issue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from app.domain.change import Change, Comment, Kind
from app.domain.item import Memory, Person, Snapshot
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
    change,
    issue,
)

STAGES = [DISCOVERY, STRAWMAN, FEEDBACK, HOLD, SOW, READY, APPROVED, WON]
SPELLINGS = ["proposal::Writing", "proposal::ReadyForApproval", "TA:Approved", "services calculator"]
SIDE = ["TA::Needs-Review", "TA::Approved", "RDM::needs-review", "Scoping::Help", "Public Sector US", "bug"]
PEOPLE = [EM, LEADER, BOT, Person("stranger", 77), Person("sowbot"), Person("em.one")]
LINES = ["Estimate total: 82,000 USD", "Estimate total: 10k", "Estimate total: dear", "Terms: MSA", "SOW number: 7"]
LINES += [f"SOW: {DOCUMENT}", f"Cost estimate: {SHEET}", SHEET, "nothing"]

texts = st.lists(st.sampled_from(LINES), max_size=5).map("\n".join)
people = st.sampled_from(PEOPLE)
moments = st.integers(-3, 3).map(lambda hours: NOW + timedelta(hours=hours))
stage_names = st.sampled_from([OPEN, *STAGES])
labels = st.lists(st.sampled_from([ON_BOARD, ON_BOARD, *SIDE, *STAGES, *SPELLINGS]), max_size=5, unique=True).map(tuple)


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
        actor=draw(st.none() | people),
        at=draw(st.none() | moments),
        labels=draw(st.sampled_from([None, item.labels, item.labels])),
        added=added if moves_labels else (),
        removed=removed if moves_labels else (),
        edited=draw(st.sets(st.sampled_from(["title", "description", "weight"]), max_size=2).map(frozenset)),
        confidential=draw(st.sampled_from([None, item.confidential])),
        title=draw(st.sampled_from(["", item.title])),
        project_path=draw(st.sampled_from(["", item.project_path])),
        comment=Comment(1, "hello") if kind is Kind.COMMENTED else None,
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
