"""The outcome: won, lost, and what follows at once."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.acts import Act, drags, labels
from app.demo.cast import EM, PC, PM
from app.demo.checks.deal import closed, nothing_built, quarter
from app.demo.checks.issue import has_text, is_open, lacks, says, says_on_intake, stands_in, tells
from app.demo.checks.slack import names_nobody, slack_hears
from app.demo.deal import Deal
from app.demo.rows.register import plays
from app.demo.rows.setting import APPROVED, FEEDBACK, WON, passes, request, tells_deal


@plays(9)
def won_on_the_board(_: Deal) -> Sequence[Act]:
    """The engagement manager wins the deal: quarter, closed"""
    won = [stands_in(WON), quarter("close_qtr::Q227"), closed(), lacks("EM_Status::ToDo"), says("Won in")]
    return [request("Close date: 2026-05-29", at=APPROVED), drags(EM, WON, won)]


@plays(9)
def won_in_salesforce(deal: Deal) -> Sequence[Act]:
    """Salesforce wins the deal, and the card follows; before the approval it does not"""
    return [
        request(at=FEEDBACK),
        tells_deal("closed_won", [stands_in(FEEDBACK), is_open(), says("only after its SOW was approved"), tells(EM)]),
        request(at=APPROVED),
        tells_deal(
            "closed_won",
            [stands_in(WON), closed(), quarter("close_qtr::Q227"), has_text(f"SOW number: {deal.sow_number}")],
            sow_number=str(deal.sow_number),
            close_date="2026-05-29",
        ),
    ]


@plays(10)
def staffing(deal: Deal) -> Sequence[Act]:
    """Staffing starts on the intake issue, and the Welcome e-mail's 72 business hours run"""
    return [
        request(at=APPROVED),
        drags(EM, WON, [says_on_intake("Kantata"), tells(PC), slack_hears(deal, "professional-services")]),
        passes("72 business hours", [says("Welcome"), tells(PC)]),
    ]


@plays(13, public_sector=True)
def private(deal: Deal) -> Sequence[Act]:
    """A Public Sector deal is told in its own channel only, and nothing is built for it"""
    return [
        request(f"SOW number: {deal.sow_number}", at=APPROVED),
        drags(EM, WON, [stands_in(WON), closed(), slack_hears(deal, "professional-services"), names_nobody()]),
        labels(PM, "CP::Scaffold", [says("not built", "by hand"), nothing_built()]),
    ]
