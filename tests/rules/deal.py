"""A board, its people and an issue on it, as the rules' tests need them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.change import Change, Comment, Kind
from app.domain.decision import Decision, Step
from app.domain.item import ItemKey, Memory, Note, Person, Snapshot
from app.rules.book import RuleBook
from app.rules.deciding.decide import decide
from app.rules.model import RuleFile
from app.rules.reading.facts import read_facts

NOW = datetime(2025, 3, 4, 10, 0, tzinfo=UTC)
BOT = Person("sowbot", 1)
EM = Person("em.one", 2)
LEADER = Person("leader.one", 3)
KEY = ItemKey(42, 7)

ON_BOARD = "Services Calculator"
OPEN = "Open"
DISCOVERY = "proposal::Awaiting_Discovery"
STRAWMAN = "proposal::Strawman_WIP"
FEEDBACK = "proposal::Estimate_Feedback"
HOLD = "proposal::On_hold"
SOW = "proposal::SOW_WIP"
READY = "proposal::Ready For Approval"
APPROVED = "proposal::Approved"
WON = "proposal::closed_won"
LOST = "proposal::closed_lost"
ANY_OPEN = [OPEN, DISCOVERY, STRAWMAN, FEEDBACK, SOW, READY, APPROVED]

TA_GATE = {
    "label": "TA::Approved",
    "if": {"fact": {"name": "estimate_total", "over": 50000}},
    "because": "Estimates above 50,000 USD need a review.",
}
SHEET = "https://docs.google.com/spreadsheets/d/abc"
DOCUMENT = "https://docs.google.com/document/d/xyz"


def rule_file(**changes: Any) -> RuleFile:
    """The rule file of the tests; keyword arguments replace whole parts."""
    data: dict[str, Any] = {
        "version": 1,
        "projects": {"ps-plan": "gitlab-com/ps/ps-plan"},
        "people": {
            "ps_leadership": {"users": [LEADER.username]},
            "ems": {"users": [EM.username]},
            "tas": {"group": "gitlab-com/ps-ta"},
        },
        "labels": {
            ON_BOARD: {},
            "TA::Needs-Review": {},
            "TA::Approved": {"also_written": ["TA:Approved"]},
            "RDM::needs-review": {},
            "Public Sector US": {},
        },
        "facts": {
            "estimate_link": {"link": "docs.google.com/spreadsheets"},
            "estimate_total": {"line": "Estimate total", "money": "USD"},
            "sow_link": {"line": "SOW", "link": "docs.google.com/document", "means": 'a line "SOW: <link>"'},
            "cost_estimate_link": {"line": "Cost estimate", "link": "docs.google.com/spreadsheets"},
            "terms": {"line": "Terms", "one_of": ["MSA", "Standard", "Customer paper"]},
            "sow_number": {"line": "SOW number", "number": True},
            "start": {"line": "Start", "date": True},
            "team": {"line": "Account team", "people": True},
            "ssot": {"table": "SSOT", "unanswered": "to-do"},
            "customer": {"title_before": " - Scope"},
        },
        "private": {"labels": ["Public Sector US"]},
        "board": {
            "title": "SOW Proposal Approval",
            "only": ON_BOARD,
            "stages": [
                {"stage": OPEN, "remind": {"after": "24 hours", "then": "48 hours", "then_who": "ems"}},
                {"stage": DISCOVERY, "also_written": ["proposal::Scoping"]},
                {"stage": STRAWMAN, "remind": [{"after": "72 hours", "says": "Share the estimate."}]},
                {"stage": FEEDBACK},
                {"stage": HOLD, "pauses_reminders": True},
                {
                    "stage": SOW,
                    "also_written": ["proposal::Writing"],
                    "remind": [
                        {"after": "48 hours", "says": "Post the SOW.", "unless": {"facts": {"present": "sow_link"}}}
                    ],
                },
                {"stage": READY, "also_written": ["proposal::ReadyForApproval"]},
                {"stage": APPROVED},
                {"stage": WON, "also_written": ["proposal:Closed_Won"], "ends": "won"},
                {"stage": LOST, "ends": "lost"},
            ],
            "moves": MOVES,
        },
        "rules": RULES,
        **changes,
    }
    return RuleFile.model_validate(data)


MOVES: list[dict[str, Any]] = [
    {"from": OPEN, "to": [DISCOVERY]},
    {"from": [OPEN, DISCOVERY], "to": STRAWMAN, "needs": ["ssot"], "otherwise": "warn"},
    {"from": [OPEN, DISCOVERY], "to": FEEDBACK, "warn": "There is no estimate yet."},
    {"from": STRAWMAN, "to": DISCOVERY},
    {"from": STRAWMAN, "to": FEEDBACK, "needs": ["estimate_link"], "otherwise": "restore"},
    {"from": STRAWMAN, "to": SOW, "needs": [TA_GATE], "otherwise": "restore", "warn": "Feedback was skipped."},
    {"from": FEEDBACK, "to": [DISCOVERY, STRAWMAN]},
    {"from": FEEDBACK, "to": SOW, "needs": [TA_GATE], "otherwise": "restore", "because": "The TA reviews first."},
    {"from": ANY_OPEN, "to": [HOLD, LOST]},
    {"from": HOLD, "to": [DISCOVERY, STRAWMAN, FEEDBACK]},
    {"from": HOLD, "to": SOW, "needs": [TA_GATE], "otherwise": "restore"},
    {"from": HOLD, "to": WON, "warn": "Won while on hold?"},
    {"from": SOW, "to": [DISCOVERY, STRAWMAN, FEEDBACK]},
    {
        "from": SOW,
        "to": READY,
        "needs": [
            "sow_link",
            "cost_estimate_link",
            "terms",
            {"without_label": "RDM::needs-review", "because": "The RDM answers for delivery."},
            TA_GATE,
        ],
        "otherwise": "restore",
    },
    {"from": READY, "to": [DISCOVERY, STRAWMAN, FEEDBACK], "warn": "Approval requests are void."},
    {"from": READY, "to": SOW},
    {"from": READY, "to": APPROVED, "by": "ps_leadership", "otherwise": "restore", "because": "Leaders approve."},
    {"from": APPROVED, "to": [SOW, READY]},
    {"from": APPROVED, "to": [DISCOVERY, STRAWMAN, FEEDBACK], "warn": "Approvals are void."},
    {"from": APPROVED, "to": WON},
    {"from": WON, "to": LOST, "by": "ems", "otherwise": "restore"},
    {"from": LOST, "to": [OPEN, DISCOVERY, STRAWMAN, FEEDBACK, HOLD], "by": "ems", "otherwise": "restore"},
    {"from": LOST, "to": WON},
]

RULES: list[dict[str, Any]] = [
    {
        "name": "intake-issue",
        "why": "Every scoping issue has one intake issue.",
        "when": {"event": "issue opened", "labels": {"all": [ON_BOARD]}},
        "do": [{"create_issue": {"template": "intake"}}, {"comment": {"template": "welcome"}}],
    },
    {
        "name": "ta-gate",
        "why": "Large estimates are reviewed.",
        "when": {
            "event": "fact changed",
            "fact": {"name": "estimate_total", "over": 50000},
            "labels": {"all": [ON_BOARD], "none": ["TA::*"]},
        },
        "do": [{"label": {"add": ["TA::Needs-Review"]}}],
    },
    {
        "name": "rdm-gate",
        "why": "The RDM reviews while the SOW is written.",
        "when": {"event": "stage entered", "stage": SOW},
        "do": [{"label": {"add": ["RDM::needs-review"]}}],
    },
    {
        "name": "left-discovery",
        "why": "The intake issue has blanks.",
        "when": {"event": "stage left", "stage": DISCOVERY},
        "do": [{"comment": {"template": "blanks"}}],
    },
    {
        "name": "too-early",
        "why": "A dear estimate came too early.",
        "when": {"event": "move refused", "to": SOW, "fact": {"name": "estimate_total", "over": 50000}},
        "unless": {"labels": {"any": ["TA::Needs-Review"]}},
        "do": [{"label": {"add": ["TA::Needs-Review"]}}],
    },
    {
        "name": "won",
        "why": "The deal is won.",
        "when": {"event": "stage entered", "stage": WON, "facts": {"present": ["sow_number"]}},
        "unless": {"labels": {"any": ["Public Sector US"]}},
        "do": [{"create_collaboration_project": {"blueprint": "customer"}}],
    },
    {
        "name": "help-wanted",
        "why": "A TA was asked for.",
        "when": {"event": "label added", "label": "Scoping::*", "project": "ps-plan"},
        "do": [{"notify": {"channel": "ps", "template": "help"}}],
    },
    {
        "name": "thanks",
        "why": "Somebody spoke.",
        "when": {"event": ["comment", "emoji"], "actor": "ems", "stage": [SOW, READY]},
        "do": [{"comment": {"template": "thanks"}}],
        "mode": "shadow",
    },
    {
        "name": "echo",
        "why": "Follows the bot, too.",
        "when": {"event": "label added", "label": "RDM::needs-review"},
        "also_own_changes": True,
        "do": [{"notify": {"channel": "ps", "template": "rdm"}}],
    },
    {
        "name": "switched-off",
        "why": "Not now.",
        "when": {"event": ["issue opened", "comment", "issue edited"]},
        "do": [{"comment": {"template": "never"}}],
        "mode": "off",
    },
]


def book(members: dict[str, frozenset[str]] | None = None, **changes: Any) -> RuleBook:
    """The rule file in use; ``members`` replaces who is in the people lists."""
    known = {"ps_leadership": frozenset({LEADER.username}), "ems": frozenset({EM.username})}
    return RuleBook(rule_file(**changes), members=known if members is None else members)


BOOK = book()


def issue(
    *labels: str,
    stage: str = OPEN,
    description: str = "",
    comments: Sequence[str] | None = (),
    memory: Memory | None = None,
    **fields: Any,
) -> Snapshot:
    """A scoping issue in a stage, the bot remembering the same stage; ``memory`` says otherwise."""
    titles = (ON_BOARD, *labels, *(() if stage == OPEN else (stage,)))
    notes = None
    if comments is not None:
        notes = tuple(
            Note(number, body, EM, NOW - timedelta(hours=3, minutes=-number)) for number, body in enumerate(comments)
        )
    basic = Snapshot(
        key=KEY,
        id=700,
        project_path="gitlab-com/ps/ps-plan",
        title="Acme - Scope Issue and Write SOW",
        description=description,
        state="opened",
        labels=titles,
        author=Person("ae.one", 9),
        assignees=(EM,),
        web_url="https://gitlab.example/gitlab-com/ps/ps-plan/-/issues/7",
        created_at=NOW - timedelta(days=2),
        updated_at=NOW,
        notes=notes,
        bot=BOT,
        memory=remembering(stage) if memory is None else memory,
    )
    return replace(basic, **fields)


def remembering(stage: str, **fields: Any) -> Memory:
    """A memory of an item whose stage the bot saw it enter."""
    return Memory(stage=stage, stage_entered_at=NOW - timedelta(days=1), **fields)


_numbers = itertools.count(1)


def change(kind: Kind = Kind.EDITED, *, actor: Person | None = EM, **fields: Any) -> Change:
    """A delivery about the issue, each with a meaning of its own."""
    number = next(_numbers)
    basic = Change(
        delivery_id=f"delivery-{number}",
        meaning=f"{number:032x}"[::-1],
        kind=kind,
        hook="Issue Hook",
        item=KEY,
        project_path="gitlab-com/ps/ps-plan",
        actor=actor,
        at=NOW,
    )
    return replace(basic, **fields)


def moved(origin: str, target: str, *others: str, actor: Person | None = EM, **fields: Any) -> Change:
    """A card was dragged from stage to stage."""
    return change(
        actor=actor,
        added=() if target == OPEN else (target,),
        removed=() if origin == OPEN else (origin,),
        labels=(ON_BOARD, *others, *(() if target == OPEN else (target,))),
        **fields,
    )


def said(text: str, **fields: Any) -> Change:
    """Somebody commented."""
    return change(Kind.COMMENTED, comment=Comment(1, text), **fields)


def drag(
    snapshot: Snapshot, origin: str, target: str, *, actor: Person | None = EM, rules: RuleBook = BOOK
) -> Decision:
    """Decide a drag on an issue that stands in its target stage already, as the webhook finds it."""
    return decide(rules, snapshot, moved(origin, target, actor=actor), read_facts(rules, snapshot), NOW)


def actions(decision: Decision) -> list[str]:
    """The planned steps by name."""
    return [step.action for step in decision.plan]


def step(decision: Decision, action: str, nth: int = 0) -> Step:
    """The nth step of this name."""
    return [one for one in decision.plan if one.action == action][nth]


def reason(decision: Decision, rule: str) -> str:
    """Why a rule matched or not."""
    return next(verdict.reason for verdict in decision.verdicts if verdict.rule == rule)
