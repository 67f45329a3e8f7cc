"""Around scoping: help, blanks, numbers and dates, what fits no SOW, questions and answers."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.acts import Act, closes, drags, labels, writes
from app.demo.cast import AE, EM, SA, TA
from app.demo.checks.deal import quarter
from app.demo.checks.issue import carries, is_closed, is_open, says, stands_in, tells
from app.demo.checks.shadow import would
from app.demo.checks.slack import slack_hears, slack_is_silent
from app.demo.deal import Deal
from app.demo.rows.register import plays
from app.demo.rows.setting import DISCOVERY, FEEDBACK, LOST, SOW, STRAWMAN, request
from app.demo.scene import INTAKE, REQUEST

HELP = "Scoping::Needs_TA_Assistance"
KNOWN = "Opportunity: https://example.my.salesforce.com/1\nPain points: slow builds\nConstraints: no cloud"


@plays(17)
def closed_without_outcome(_: Deal) -> Sequence[Act]:
    """An issue that is closed without an outcome is asked for it, and gets its quarter with it"""
    return [
        request("Close date: 2026-05-29", at=SOW),
        closes(EM, [says("without an outcome"), tells(EM), is_closed(REQUEST)]),
        labels(EM, LOST, [stands_in(LOST), quarter("close_qtr::Q227"), is_closed(REQUEST)]),
    ]


@plays(18)
def architects_help(deal: Deal) -> Sequence[Act]:
    """A Technical Architect's help is asked for: what is missing is listed, then one is called"""
    return [
        request(at=DISCOVERY),
        labels(EM, HELP, [says("Opportunity:", "Pain points:", "Constraints:"), tells(EM), slack_is_silent()]),
        writes(EM, KNOWN, [says("slow builds", "no cloud"), tells(TA), slack_hears(deal, "professional-services")]),
    ]


@plays(22)
def blanks(_: Deal) -> Sequence[Act]:
    """Discovery is left, and the intake issue says what it still lacks"""
    return [
        request(at=DISCOVERY),
        drags(EM, STRAWMAN, [says("fields are still blank", "Desired start", on=INTAKE), tells(EM), tells(SA)]),
    ]


@plays(42)
def early_date(_: Deal) -> Sequence[Act]:
    """A start date before the deal is won is warned of"""
    return [
        request(at=FEEDBACK),
        writes(AE, "Start date: {in 30 days}", [says("promise the customer no date"), tells(AE), tells(EM)]),
    ]


@plays(60)
def catalogue(_: Deal) -> Sequence[Act]:
    """A request for catalogue services, or of a small business, hears of SKUs and partners"""
    return [
        request("Kind of request: Catalogue only", then=[says("quoted directly", "decides"), tells(AE), tells(EM)]),
        request("Kind of request: Custom"),
        labels(EM, "Segment::SMB", [says("SMB segment", "partner"), tells(AE)]),
    ]


@plays(61)
def partners_migration(_: Deal) -> Sequence[Act]:
    """A migration to GitLab.com that is meant for a partner can't be a partner's"""
    return [
        request("Migrates to: GitLab.com", at=DISCOVERY),
        writes(EM, "Delivered by: Partner", [says("administrator's token"), tells(EM), tells(AE)]),
    ]


@plays(63)
def numbers(_: Deal) -> Sequence[Act]:
    """A total that changes is to be brought into Salesforce"""
    fields = says("30,000 USD", "Professional Services Value", "Edu Value Override")
    return [request(at=STRAWMAN, papers=False), writes(EM, "Estimate total: 30,000 USD", [fields, tells(EM)])]


@plays(64)
def consulting_block(_: Deal) -> Sequence[Act]:
    """A Consulting Block needs its Description of Work"""
    return [
        request(at=DISCOVERY),
        writes(EM, "Consulting Block: 40 hours", [says("Description of Work", "Customer Epic"), tells(EM)]),
    ]


@plays(69)
def unknown_stage(_: Deal) -> Sequence[Act]:
    """A stage that nobody knows moves nothing, and is told to who keeps the rule file"""
    return [
        request(at=DISCOVERY),
        labels(EM, "proposal::Parked", [says("this board does not know", "Awaiting Discovery"), tells(EM), is_open()]),
    ]


@plays(70)
def whose_move(_: Deal) -> Sequence[Act]:
    """A question and an answer would turn EM_Status; on trial, so nothing is written"""
    return [
        request(at=STRAWMAN),
        writes(EM, "Which version do they run?", [would("em-asked", "label"), carries("EM_Status::ToDo")]),
        labels(EM, "EM_Status::Waiting", [carries("EM_Status::Waiting")]),
        writes(AE, "It is 18.4.", [would("account-team-answered", "label"), carries("EM_Status::Waiting")]),
    ]
