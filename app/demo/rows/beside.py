"""Beside the board: work at risk, work exceptions, projects that go red."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.acts import Act, closes, issue, labels, writes
from app.demo.cast import AE, EM, LEADER, PC, PM
from app.demo.checks.issue import carries, is_linked, lacks, says, says_nothing, tells
from app.demo.checks.slack import slack_hears, slack_is_silent
from app.demo.deal import Deal
from app.demo.expect import Expectation
from app.demo.rows.register import plays
from app.demo.rows.setting import DISCOVERY, SOW, WON, passes, request

RISK, EXCEPTION = "the work at risk", "the work exception"


@plays(41)
def work_at_risk(deal: Deal) -> Sequence[Act]:
    """Work at risk: leadership is asked and reminded, nobody else approves, and the coordinator plans"""
    return [
        request(at=SOW),
        _asks_for_it([is_linked(RISK), says("can't be billed", on=RISK), tells(LEADER), slack_is_silent()]),
        passes("2 business days", [says("waiting for your decision", on=RISK), tells(LEADER)]),
        labels(PM, "WaR::Approved", [lacks("WaR::Approved", on=RISK), tells(PM)], on=RISK),
        labels(
            LEADER,
            "WaR::Approved",
            [
                carries("WaR::Approved", on=RISK),
                carries("Work at Risk"),
                tells(PC),
                slack_hears(deal, "professional-services"),
            ],
            on=RISK,
        ),
    ]


@plays(42)
def date_of_work_at_risk(_: Deal) -> Sequence[Act]:
    """Where leadership approved work at risk, a start date is no surprise"""
    return [
        request(at=SOW),
        _asks_for_it([is_linked(RISK)]),
        labels(LEADER, "WaR::Approved", [carries("Work at Risk")], on=RISK),
        writes(AE, "Start date: {in 30 days}", [says_nothing()]),
    ]


@plays(43)
def work_exception(_: Deal) -> Sequence[Act]:
    """A work exception is asked for its cause, and to be closed before the fiscal quarter ends"""
    return [
        request(at=DISCOVERY),
        issue(
            PM,
            EXCEPTION,
            title="{customer} - Work Exception",
            text="Scoping issue: {request}",
            labels=["work-exception"],
            then=[is_linked(EXCEPTION), says("WE-scoping", "fiscal quarter", on=EXCEPTION), tells(LEADER), tells(PM)],
        ),
        passes("3 months", [says("fiscal quarter ends in five business days", on=EXCEPTION)]),
        closes(PM, [says("WE-product", on=EXCEPTION)], on=EXCEPTION),
    ]


@plays(67)
def red(deal: Deal) -> Sequence[Act]:
    """A project that goes red: the first day's list, a form for the escalation, leadership's channel"""
    return [
        request("Collaboration project: {gitlab}/gitlab-com/customer/SOW-1", at=WON),
        writes(AE, "@sowbot project red", [slack_is_silent()]),
        writes(
            PM,
            "@sowbot project red",
            [says("within 24 hours", "open it prefilled"), slack_hears(deal, "ps-project-leadership")],
        ),
        writes(EM, "Thank you, we meet at noon.", [says_nothing()]),
    ]


def _asks_for_it(then: Sequence[Expectation]) -> Act:
    title, text = "{customer} - Work at Risk", "Scoping issue: {request}"
    return issue(PM, RISK, title=title, text=text, labels=["work-at-risk"], then=then)
