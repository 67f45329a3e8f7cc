"""Towards the signature and after it: scheduling, hand-over, partners, the coordinator's list."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.acts import Act, drags, writes
from app.demo.cast import AE, EM, LEADER, PC, SA
from app.demo.checks.deal import closed
from app.demo.checks.issue import carries, files, has_text, is_assigned, is_closed, is_linked, says, stands_in, tells
from app.demo.checks.slack import slack_hears
from app.demo.deal import Deal
from app.demo.rows.register import plays
from app.demo.rows.setting import APPROVED, FEEDBACK, LOST, READY, SOW, WON, request, tells_deal
from app.demo.scene import INTAKE

TRANSITION, CHECK_LIST = "Sales to Delivery Transition", "PC consulting checklist"


@plays(23)
def stage_five(_: Deal) -> Sequence[Act]:
    """Stage 5 in Salesforce: the coordinator looks the intake over, with the gaps"""
    gaps = says("close plan", "Forecast", "fields are blank", on=INTAKE)
    return [request(at=SOW), tells_deal("stage_changed", [gaps, tells(PC), tells(EM)], stage="5-Negotiating")]


@plays(24)
def stage_six(_: Deal) -> Sequence[Act]:
    """Stage 6 in Salesforce: the transition issue with its three calls"""
    calls = says("introduction", "transition meeting", "preparation call")
    return [
        request(at=APPROVED),
        tells_deal(
            "stage_changed",
            [files(TRANSITION), is_linked(TRANSITION), calls, has_text("transition", on=TRANSITION)],
            stage="6-Awaiting Signature",
        ),
    ]


@plays(25)
def start_date(deal: Deal) -> Sequence[Act]:
    """Close to the signature, scheduling is asked for a possible start"""
    asked = [says("From when could it start"), tells(PC), slack_hears(deal, "professional-services")]
    return [request(at=READY), drags(LEADER, APPROVED, asked)]


@plays(30)
def lost(_: Deal) -> Sequence[Act]:
    """A lost deal closes its issues, and is asked for the reason"""
    gone = [stands_in(LOST), closed(), says("Lost::budget", "Salesforce"), is_closed(INTAKE), tells(PC)]
    return [request(at=FEEDBACK), drags(EM, LOST, gone)]


@plays(31)
def to_a_partner(_: Deal) -> Sequence[Act]:
    """A deal that goes to a partner is lost to us, and Salesforce has to say so"""
    left = says("Services Attach Registration", "Channel Account Manager")
    return [
        request(at=FEEDBACK),
        writes(AE, "@sowbot moved to partner", [stands_in(LOST), closed(), left, tells(AE), tells(SA)]),
    ]


@plays(66)
def check_list(_: Deal) -> Sequence[Act]:
    """A won deal gets the Project Coordinator's check list"""
    filed = [
        files(CHECK_LIST),
        carries("pc-consulting-checklist", on=CHECK_LIST),
        is_assigned(PC, on=CHECK_LIST),
        is_linked(CHECK_LIST),
    ]
    return [request(at=APPROVED), drags(EM, WON, filed)]
