"""A project ends: closure, hand-off to Support, retrospectives."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.acts import Act, closes, issue, labels, writes
from app.demo.cast import AE, EM, PM, RDM
from app.demo.checks.issue import files, has_text, is_linked, lacks, says, says_nothing, tells
from app.demo.checks.slack import slack_hears
from app.demo.deal import Deal
from app.demo.rows.register import plays
from app.demo.rows.setting import WON, passes, request

CLOSURE, HAND_OFF, RECAP = "Project closure", "hand-off from Professional Services to Support", "Go-live recap"
RETRO = "the retrospective"


def won(deal: Deal) -> Act:
    """A deal that is won."""
    return request(f"SOW number: {deal.sow_number}\nProject manager: @project.manager", at=WON)


def retrospective(text: str = "Nothing yet.") -> Act:
    """The internal retrospective, as a project manager writes it."""
    return issue(
        PM,
        RETRO,
        title="{customer} - Internal retrospective",
        text=text,
        labels=["project_retrospective"],
        then=[says_nothing(on=RETRO), has_text("Internal retrospective", on=RETRO)],
    )


@plays(48)
def support(deal: Deal) -> Sequence[Act]:
    """An implementation that is done gets its hand-off to Support, once"""
    return [
        won(deal),
        labels(
            PM,
            "CP::Hand_Off",
            [files(HAND_OFF, place="support"), is_linked(HAND_OFF), has_text("architecture", on=HAND_OFF)],
        ),
        writes(PM, "@sowbot hand off", [files(HAND_OFF, count=0)]),
    ]


@plays(50)
def closure(deal: Deal) -> Sequence[Act]:
    """A project is closed by who may ask for it: one issue with every last task"""
    tasks = has_text("CSAT", "retrospective", "Kantata", "Slack", "Customer Folder", "partners", on=CLOSURE)
    return [
        won(deal),
        labels(AE, "CP::Close", [lacks("CP::Close"), files(CLOSURE, count=0), tells(AE)]),
        writes(PM, "@sowbot close project", [files(CLOSURE), is_linked(CLOSURE), tasks, tells(PM)]),
    ]


@plays(51)
def recap(deal: Deal) -> Sequence[Act]:
    """The closure issue brings the recap, and names whom to invite to the retrospective"""
    invited = says("internal retrospective", "account team", "leadership", on=CLOSURE)
    return [
        won(deal),
        labels(PM, "CP::Close", [files(CLOSURE), files(RECAP), is_linked(RECAP, to=CLOSURE), invited, tells(RDM)]),
    ]


@plays(52)
def lessons(_: Deal) -> Sequence[Act]:
    """A retrospective that is closed is asked for its labels, and marked lines become issues"""
    return [
        retrospective(
            "- [ ] Follow-up: how runners of {customer} are sized @engagement.manager\n- [x] Follow-up: done"
        ),
        closes(PM, [says("RetroComplete", "llProduct", on=RETRO), files("Follow-up:"), tells(PM)], on=RETRO),
    ]


@plays(53)
def wins(deal: Deal) -> Sequence[Act]:
    """A win is told to everybody inside, news for the delivery kits to Practice"""
    return [
        retrospective(),
        labels(PM, "ProjectWin", [slack_hears(deal, "ps-internal")], on=RETRO),
        labels(EM, "Delivery Kit Update", [slack_hears(deal, "ps-practice")], on=RETRO),
    ]


@plays(54)
def weekly(_: Deal) -> Sequence[Act]:
    """A retrospective in which nobody has written for days is asked for the week's news"""
    return [retrospective(), passes("5 days, then Fri 09:00", [says("another week", on=RETRO), tells(PM)])]
