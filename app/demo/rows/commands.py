"""What people ask in comments, and approvals that count no more."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.acts import Act, drags, labels, writes
from app.demo.cast import AE, EM, LEADER, PM, SA, TA
from app.demo.checks.issue import carries, says, stands_in, tells
from app.demo.checks.shadow import would
from app.demo.deal import Deal
from app.demo.rows.register import plays
from app.demo.rows.setting import APPROVED, FEEDBACK, SOW, WON, passes, request


@plays(29)
def taken_back(_: Deal) -> Sequence[Act]:
    """A card that goes back makes its approval void, and leadership hears of it"""
    return [request(at=APPROVED), drags(EM, SOW, [says("counts no more"), tells(LEADER), stands_in(SOW)])]


@plays(29)
def another_total(_: Deal) -> Sequence[Act]:
    """A total that changes makes the Technical Architect's approval void"""
    void = [says("counts no more"), tells(TA), would("estimate-review-due-again", "label"), carries("TA::Approved")]
    return [
        request("Estimate total: 82,000 USD", at=FEEDBACK, papers=False),
        labels(TA, "TA::Approved", [carries("TA::Approved")]),
        writes(EM, "Estimate total: 95,000 USD", void),
    ]


@plays(55)
def acceptance(_: Deal) -> Sequence[Act]:
    """Acceptance was sent: the day on which silence counts, and a reminder of it"""
    return [
        request("Project manager: @project.manager", at=WON),
        writes(
            PM,
            "@sowbot acceptance sent {in 0 days}",
            [says("counts as accepted", "5 business days", "Kantata"), tells(PM)],
        ),
        passes("5 business days", [tells(PM)]),
    ]


@plays(65)
def dispute(_: Deal) -> Sequence[Act]:
    """A scope that is disputed is settled in five steps, with the right people"""
    people = [tells(EM), tells(TA), tells(AE), tells(SA)]
    return [
        request(at=FEEDBACK),
        writes(EM, "@sowbot scope dispute", [says("internal call", "alternatives", "next step"), *people]),
    ]
