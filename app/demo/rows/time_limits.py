"""By the clock: who has not answered, who is late, who rests, what sleeps."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.acts import Act, drags, labels, writes
from app.demo.cast import AE, EM, EM_LEAD, LEADER, TA
from app.demo.checks.issue import carries, is_open, says, says_nothing, stands_in, tells
from app.demo.checks.shadow import would
from app.demo.checks.slack import slack_hears, slack_is_silent
from app.demo.deal import Deal
from app.demo.rows.register import plays
from app.demo.rows.setting import DISCOVERY, FEEDBACK, HOLD, READY, SOW, passes, request

DEAR = "Estimate total: 82,000 USD"


@plays(19)
def silence(_: Deal) -> Sequence[Act]:
    """A request that nobody answers is reminded of after a day, then with the lead"""
    return [
        request(),
        passes("25 hours", [says("This request is a day old"), tells(EM)]),
        passes("24 hours", [says("This request is a day old"), tells(EM_LEAD)]),
    ]


@plays(19)
def answered(_: Deal) -> Sequence[Act]:
    """A request that its engagement manager has answered is not reminded of"""
    return [
        request(),
        writes(EM, "Hello, I look at this tomorrow.", [is_open()]),
        passes("25 hours", [says_nothing()]),
    ]


@plays(20)
def slow_review(deal: Deal) -> Sequence[Act]:
    """A Technical Architect's review that is due for two business days is reminded of, then in their channel"""
    return [
        request(DEAR, at=DISCOVERY, papers=False, then=[carries("TA::Needs-Review")]),
        passes(
            "2 business days",
            [says("waiting for a Technical Architect's review"), tells(TA), slack_is_silent()],
        ),
        passes("1 business day", [tells(TA), slack_hears(deal, "professional-services")]),
    ]


@plays(26)
def slow_draft(_: Deal) -> Sequence[Act]:
    """Two days of writing without a link are reminded of"""
    return [
        request("Estimate total: 20,000 USD", at=SOW, papers=False),
        passes("49 hours", [says("no link to a draft yet"), tells(EM)]),
    ]


@plays(26)
def slow_approval(_: Deal) -> Sequence[Act]:
    """Three days of waiting for the approval are reminded of"""
    return [request(at=READY), passes("73 hours", [says("waiting for approval"), tells(LEADER)])]


@plays(27)
def slow_feedback(_: Deal) -> Sequence[Act]:
    """Feedback that is long in coming: the account team is nudged, and the card shows that it waits"""
    return [
        request(at=FEEDBACK),
        labels(EM, "EM_Status::ToDo", [carries("EM_Status::ToDo")]),
        passes("5 business days", [says("A line is enough"), tells(AE)]),
        passes("4 days, then every workday 08:00", [carries("EM_Status::Waiting")]),
    ]


@plays(28)
def on_hold(_: Deal) -> Sequence[Act]:
    """A card on hold rests: no reminder but on the day that was written down"""
    return [
        request("Estimate total: 20,000 USD", at=SOW, papers=False),
        drags(EM, HOLD, [says("it came from SOW WIP", "Review on:"), tells(EM)]),
        passes("4 days", [says_nothing()]),
        writes(EM, "Review on: {in 10 days}", [stands_in(HOLD)]),
        passes("11 days", [says("The day has come"), tells(EM)]),
    ]


@plays(21)
def asleep(_: Deal) -> Sequence[Act]:
    """A deal that sleeps: a warning, the proposal to call it lost, and nothing more without a person"""
    return [
        request(at=DISCOVERY),
        passes("44 days", [says_nothing()]),
        passes("2 days, then every workday 09:00", [says("Is this deal still alive"), tells(EM)]),
        passes("2 weeks, then every workday 09:00", [says("two months have passed"), tells(EM), stands_in(DISCOVERY)]),
        passes("2 weeks, then every workday 09:00", [would("idle-lost", "move"), stands_in(DISCOVERY), is_open()]),
    ]
