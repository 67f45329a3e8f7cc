"""Labels as people write them."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.acts import Act, labels
from app.demo.cast import EM, TA
from app.demo.checks.issue import carries, lacks, stands_in
from app.demo.deal import Deal
from app.demo.rows.register import plays
from app.demo.rows.setting import DISCOVERY, FEEDBACK, request


@plays(56)
def old_labels(_: Deal) -> Sequence[Act]:
    """An old stage label becomes the present one"""
    return [request(), labels(EM, "proposal::Scoping", [stands_in(DISCOVERY), lacks("proposal::Scoping")])]


@plays(57)
def one_colon(_: Deal) -> Sequence[Act]:
    """A label with one colon becomes the right one, and its twin goes"""
    return [
        request("Estimate total: 82,000 USD", at=FEEDBACK, papers=False),
        labels(TA, "TA:Approved", [carries("TA::Approved"), lacks("TA:Approved"), lacks("TA::Needs-Review")]),
    ]
