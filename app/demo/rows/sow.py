"""The SOW: its reviews, its papers, its approval."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.acts import Act, drags, labels, writes
from app.demo.cast import AE, EM, LEADER, PC, RDM, SA, TA
from app.demo.checks.issue import carries, lacks, put_back, says, stands_in, tells
from app.demo.checks.slack import slack_hears, slack_is_silent
from app.demo.deal import Deal
from app.demo.rows.register import plays
from app.demo.rows.setting import APPROVED, FEEDBACK, READY, SOW, request


@plays(8)
def delivery_review(deal: Deal) -> Sequence[Act]:
    """A SOW that is begun calls the delivery managers, whose approval is theirs alone"""
    return [
        request(at=FEEDBACK),
        drags(EM, SOW, [carries("RDM::needs-review"), tells(RDM), slack_hears(deal, "ps-engagement-mgrs")]),
        labels(EM, "RDM::approved", [lacks("RDM::approved"), carries("RDM::needs-review"), tells(EM)]),
        labels(RDM, "RDM::approved", [carries("RDM::approved"), lacks("RDM::needs-review")]),
    ]


@plays(4)
def papers(deal: Deal) -> Sequence[Act]:
    """A SOW without its papers is not ready; with them leadership is asked"""
    missing = says("SOW:", "Cost estimate:", "Terms:", "RDM::approved")
    written = "SOW: https://docs.google.com/document/d/7\nCost estimate: https://docs.google.com/spreadsheets/d/8"
    return [
        request("Estimate total: 20,000 USD", at=SOW, papers=False),
        drags(EM, READY, [put_back(READY, SOW), missing, slack_is_silent()], but=", without a paper"),
        writes(EM, f"{written}\nTerms: Standard", [stands_in(SOW)]),
        labels(RDM, "RDM::approved", [carries("RDM::approved")]),
        drags(EM, READY, [stands_in(READY), tells(LEADER), slack_hears(deal, "professional-services")]),
    ]


@plays(5)
def leadership_alone(_: Deal) -> Sequence[Act]:
    """Only leadership approves, and only what is ready"""
    return [
        request(at=SOW),
        drags(LEADER, APPROVED, [put_back(APPROVED, SOW), tells(LEADER)], but=", though nobody was asked"),
        labels(RDM, "RDM::approved", [carries("RDM::approved")]),
        drags(EM, READY, [stands_in(READY)]),
        drags(TA, APPROVED, [put_back(APPROVED, READY), says("leadership"), tells(TA)]),
        drags(EM, APPROVED, [put_back(APPROVED, READY), says("leadership"), tells(EM)]),
        drags(LEADER, APPROVED, [stands_in(APPROVED)]),
    ]


@plays(16)
def approved(_: Deal) -> Sequence[Act]:
    """An approved SOW: legal case, signatures, and the coordinator is told"""
    asked = [says("legal case", "signature"), tells(AE), tells(SA), tells(PC), carries("EM_Status::ToDo")]
    return [request(at=READY), drags(LEADER, APPROVED, asked)]
