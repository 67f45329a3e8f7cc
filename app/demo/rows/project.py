"""The customer's project: asked for, built, and what happens in it."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.acts import Act, assigns, closes, drags, issue, labels
from app.demo.cast import AE, EM, LEADER, PC, PM
from app.demo.checks.deal import nothing_built
from app.demo.checks.issue import carries, files, has_text, is_linked, lacks, says, says_nothing, tells
from app.demo.checks.project import built_below, in_iterations, project_is_ready
from app.demo.checks.slack import slack_hears
from app.demo.deal import Deal
from app.demo.expect import Expectation
from app.demo.rows.register import plays
from app.demo.rows.setting import APPROVED, WON, passes, request
from app.demo.scene import INTAKE
from app.sandbox.seed import PARTNER_DELIVERY

RISK, ORDER, RETRO = "the risk", "the change order", "Internal Retrospective"
WEEKLY = "Weekly status of"


def sold(deal: Deal, *lines: str, at: str = WON, activities: Sequence[str] = ()) -> Act:
    """A deal with what the customer's project is built from."""
    sells = "".join(f"\n- {activity}" for activity in activities or deal.activities)
    said = [f"SOW number: {deal.sow_number}", "Project manager: @project.manager", *lines]
    return request("\n".join(said), f"\n## SOW activities\n{sells}\n", at=at)


def scaffold(*then: Expectation) -> Act:
    """The project manager asks for the customer's project."""
    asks = "asks for the customer's project (label CP::Scaffold)"
    return labels(PM, "CP::Scaffold", [says("customer's project is ready"), *then], tells=asks)


def risk(*then: Expectation) -> Act:
    """The project manager files a risk in it."""
    return issue(
        PM,
        RISK,
        title="The network of {customer} is not open",
        text="Kind: risk\nImpact: two weeks",
        labels=["PS Risk"],
        project="{group}/{sow}",
        then=[carries("PS RAID Log", "PSD Workflow::Not Started", on=RISK), says_nothing(on=RISK), *then],
    )


def change_order(*then: Expectation) -> Act:
    """The project manager files a change order."""
    return issue(
        PM,
        ORDER,
        title="{customer} - Change Order",
        text="Account team: @account.executive\nScoping issue: {request}\n\n## SOW activities\n\n- Second instance\n",
        then=[is_linked(ORDER), *then],
    )


@plays(11)
def asked_for(deal: Deal) -> Sequence[Act]:
    """A won deal says how the customer's project is asked for, and builds nothing by itself"""
    return [sold(deal, at=APPROVED), drags(EM, WON, [says("customer's project is not built yet"), nothing_built()])]


@plays(12)
def built(deal: Deal) -> Sequence[Act]:
    """Who may, gets the customer's group and SOW project"""
    return [
        sold(deal),
        labels(AE, "CP::Scaffold", [lacks("CP::Scaffold"), nothing_built(), tells(AE)]),
        scaffold(*project_is_ready(deal), tells(PM)),
    ]


@plays(32)
def retrospective(deal: Deal) -> Sequence[Act]:
    """A won deal gets its internal retrospective, inside"""
    return [sold(deal, at=APPROVED), drags(EM, WON, [files(RETRO, place="ps-plan"), is_linked(RETRO)])]


@plays(33)
def project_manager(deal: Deal) -> Sequence[Act]:
    """A project manager who is put on the intake issue finds the list of the first days"""
    first = says("Kantata", "transition meeting", "CP::Scaffold", "Drive folder", on=INTAKE)
    return [sold(deal), assigns(PC, PM, [first, tells(PM)], on=INTAKE)]


@plays(34)
def linked(deal: Deal) -> Sequence[Act]:
    """The customer's project is linked where the deal is worked on, with the check list for access"""
    access = says("live", "control every further invitation", "README")
    return [
        sold(deal),
        scaffold(access, has_text("Collaboration project:"), has_text(f"SOW-{deal.sow_number}", on=INTAKE), tells(PM)),
    ]


@plays(35)
def small(deal: Deal) -> Sequence[Act]:
    """A small project gets Iteration 0 and no cadence"""
    return [sold(deal, "Iterations: 4"), scaffold(files("Iteration 0: getting ready"), files(": planning", count=0))]


@plays(35)
def large(deal: Deal) -> Sequence[Act]:
    """A large project gets Iteration 0, and planning, review and retrospective in each iteration of its cadence"""
    planned = [files(": planning", count=6), files(": review", count=6), in_iterations(deal, 6)]
    return [
        sold(deal, "Iterations: 6", "Start date: {in 14 days}"),
        scaffold(files("Iteration 0: getting ready"), *planned),
    ]


@plays(36)
def raid(deal: Deal) -> Sequence[Act]:
    """A risk in the customer's project goes on the RAID log, and what it lacks is asked inside"""
    return [sold(deal), scaffold(), risk(says("a RAID item was filed", "Owner", "Mitigation"), tells(PM))]


@plays(37)
def escalated(deal: Deal) -> Sequence[Act]:
    """What is escalated is told to leadership inside, with not a word in the customer's project"""
    told = [
        says("this was escalated"),
        tells(LEADER),
        slack_hears(deal, "ps-project-leadership"),
        says_nothing(on=RISK),
    ]
    return [sold(deal), scaffold(), risk(), labels(PM, "Escalated", told, on=RISK)]


@plays(38)
def weekly(deal: Deal) -> Sequence[Act]:
    """Each week gets its status issue, until the project is over"""
    return [
        sold(deal),
        scaffold(),
        passes("7 days", [files("week of"), says("another week", "Kantata"), tells(PM)]),
        closes(PM, [says("weekly status of the customer's project was closed")], on=WEEKLY),
        passes("7 days", [files("week of", count=0)]),
    ]


@plays(54)
def old_risks(deal: Deal) -> Sequence[Act]:
    """RAID items that have been open for long are listed each week"""
    return [
        sold(deal),
        scaffold(),
        risk(),
        passes("15 days", [says("on the RAID log for more than two weeks"), tells(PM)]),
    ]


@plays(39)
def change_order_filed(deal: Deal) -> Sequence[Act]:
    """A change order is linked to its deal, and tracked in the project of its SOW"""
    return [
        sold(deal),
        scaffold(),
        change_order(files("Change order to", place=f"SOW-{deal.sow_number}"), tells(EM), tells(AE), nothing_built()),
    ]


@plays(40)
def change_order_won(deal: Deal) -> Sequence[Act]:
    """A change order that is won adds its work to the same project, as an epic"""
    return [
        sold(deal),
        scaffold(),
        change_order(),
        labels(
            EM,
            "proposal::closed_won",
            [files("Second instance"), says("There is no new project", on=ORDER), nothing_built(), tells(PM)],
            on=ORDER,
        ),
    ]


@plays(49)
def support_note(deal: Deal) -> Sequence[Act]:
    """Work on the customer's own GitLab: a note for Support, taken away at the end"""
    return [
        sold(deal, activities=["GitLab implementation"]),
        scaffold(says("zendesk-global", "Summary of Engagement")),
        closes(PM, [says("Take the note", "zendesk-global")], on=WEEKLY),
    ]


@plays(62)
def partner(deal: Deal) -> Sequence[Act]:
    """What a partner staffs is built where partners may look, and its epic made anew"""
    return [
        sold(deal, "Staffed by: partner"),
        scaffold(built_below(PARTNER_DELIVERY), says("ww-consulting", "Customer Project Epic"), tells(PC)),
    ]
