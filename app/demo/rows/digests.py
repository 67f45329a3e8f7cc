"""What a channel hears of the whole board."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.acts import Act
from app.demo.checks.issue import stands_in
from app.demo.checks.slack import slack_reads
from app.demo.deal import Deal
from app.demo.rows.register import plays
from app.demo.rows.setting import SOW, passes, request

LEADS = "ps-engagement-mgrs"


@plays(58)
def unattended(_: Deal) -> Sequence[Act]:
    """Each morning: requests that lack an engagement manager or a segment"""
    return [
        request("Sales territory: Atlantis"),
        passes("every workday 08:30", [slack_reads(LEADS, "{request}", "Without an engagement manager or a segment")]),
    ]


@plays(59)
def week(_: Deal) -> Sequence[Act]:
    """On Monday: what stands where since when, what waits, and the quarter's win rate"""
    return [
        request(at=SOW, then=[stands_in(SOW)]),
        passes("Mon 08:00", [slack_reads(LEADS, "The board this week", "SOW WIP", "RDM::needs-review", "so far:")]),
    ]
