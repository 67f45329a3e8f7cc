"""The estimate: the account team's feedback and the Technical Architects' review."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.acts import Act, drags, labels, writes
from app.demo.cast import AE, EM, TA
from app.demo.checks.issue import carries, lacks, put_back, says, stands_in, tells
from app.demo.checks.slack import slack_hears, slack_is_silent
from app.demo.deal import Deal
from app.demo.rows.register import plays
from app.demo.rows.setting import FEEDBACK, SOW, STRAWMAN, request

DEAR = "Estimate total: 82,000 USD"


@plays(6)
def dear_estimate(deal: Deal) -> Sequence[Act]:
    """A dear estimate calls the Technical Architects, one of exactly 50,000 USD does not"""
    return [
        request(at=STRAWMAN, papers=False),
        writes(EM, "Estimate total: 50,000 USD", [lacks("TA::Needs-Review"), slack_is_silent()]),
        writes(EM, DEAR, [carries("TA::Needs-Review"), tells(TA), slack_hears(deal, "professional-services")]),
    ]


@plays(7)
def gate(_: Deal) -> Sequence[Act]:
    """A dear estimate gets no SOW before its review"""
    return [
        request(DEAR, at=FEEDBACK, papers=False),
        drags(EM, SOW, [put_back(SOW, FEEDBACK), carries("TA::Needs-Review"), says("TA::Approved")]),
        labels(EM, "TA::Approved", [lacks("TA::Approved"), carries("TA::Needs-Review"), tells(EM)]),
        labels(TA, "TA::Approved", [carries("TA::Approved"), lacks("TA::Needs-Review")]),
        drags(EM, SOW, [stands_in(SOW)]),
    ]


@plays(15)
def feedback(deal: Deal) -> Sequence[Act]:
    """The account team is asked for its review of the estimate"""
    return [
        request(at=STRAWMAN),
        drags(EM, FEEDBACK, [tells(AE), says("spreadsheets/d/1"), slack_hears(deal, "professional-services")]),
    ]
