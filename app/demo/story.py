"""The script: one deal from the request to the closure of its project, in the ten steps of the team's process.

Read it from the top: who does what, and what must come of it. Wrong moves are part of it.
"""

from __future__ import annotations

import random

from app.demo.acts import (
    Act,
    Chapter,
    answers,
    closes,
    copies_answers_to_intake,
    drags,
    files_the_request,
    issue,
    labels,
    lists_activities,
    writes,
)
from app.demo.cast import AE, CALCULATOR, EM, LEADER, PC, PM, RDM, SA, TA
from app.demo.checks.deal import (
    assigned,
    closed,
    intake_is_private,
    nothing_built,
    one_intake,
    quarter_of_today,
    questions_listed,
)
from app.demo.checks.issue import (
    carries,
    files,
    is_closed,
    is_linked,
    lacks,
    put_back,
    says,
    says_nothing,
    says_on_intake,
    stands_in,
    tells,
)
from app.demo.checks.project import project_is_ready
from app.demo.checks.slack import slack_hears, slack_is_silent
from app.demo.deal import Deal

DISCOVERY, STRAWMAN, FEEDBACK = "proposal::Awaiting_Discovery", "proposal::Strawman_WIP", "proposal::Estimate_Feedback"
SOW, READY, APPROVED = "proposal::SOW_WIP", "proposal::Ready For Approval", "proposal::Approved"
WON = "proposal::closed_won"
ORDER, RETRO = "the change order", "Internal Retrospective"
CLOSURE, RECAP, HAND_OFF = "Project closure", "Go-live recap", "hand-off from Professional Services to Support"
TEAM = "Account team: @account.executive, @solutions.architect"
MORE_WORK = "Second wave of the work"


def story(deal: Deal, rng: random.Random) -> list[Chapter]:
    """The chapters. ``rng`` chooses the order of acts that don't depend on one another;"""
    return [
        Chapter("The request comes in", the_request(deal)),
        Chapter("Discovery", discovery(rng)),
        Chapter("The strawman", the_strawman(deal)),
        Chapter("Feedback, and the technical architect's gate", feedback(deal)),
        Chapter("The SOW and its papers", the_papers(deal, rng)),
        Chapter("The approval", the_approval(rng)),
        Chapter("Closed won", the_outcome(deal)),
        Chapter("The customer's project", the_project(deal)),
        Chapter("Six weeks on: a change order", the_change_order(deal)),
        Chapter("The project closes", the_closure(deal)),
    ]


def the_request(deal: Deal) -> list[Act]:
    """1. The request is filed; it gets an intake issue, an engagement manager and the list of open questions."""
    then = [
        one_intake(),
        assigned(EM),
        carries(deal.segment),
        tells(AE),
        tells(SA),
        questions_listed(),
        slack_is_silent(),
    ]
    if deal.public_sector:
        then.append(intake_is_private())
    return [files_the_request(CALCULATOR, deal.customer, then)]


def discovery(rng: random.Random) -> list[Act]:
    """2. The account team answers the questions; the list shrinks."""
    return [
        drags(EM, DISCOVERY, [stands_in(DISCOVERY), carries("EM_Status::Waiting"), says("Awaiting Discovery")]),
        answers(SA, rng.randint(2, 4), [questions_listed()]),
        answers(SA, None, [questions_listed()]),
        copies_answers_to_intake(EM),
    ]


def the_strawman(deal: Deal) -> list[Act]:
    """3. The first estimate is dear, so a technical architect has to see it."""
    estimate = f"Strawman: {deal.estimate_sheet}\nEstimate total: {deal.estimate:,} USD"
    return [
        drags(EM, STRAWMAN, [stands_in(STRAWMAN), carries("EM_Status::ToDo"), lacks("TA::Needs-Review")]),
        writes(EM, estimate, [carries("TA::Needs-Review"), tells(TA), slack_hears(deal, "professional-services")]),
    ]


def feedback(deal: Deal) -> list[Act]:
    """4. The account team is asked; the SOW is not written before the technical architect approved."""
    refused = [put_back(SOW, FEEDBACK), says("TA::Approved"), tells(EM), lacks("RDM::needs-review"), slack_is_silent()]
    written = [stands_in(SOW), carries("RDM::needs-review"), tells(RDM), slack_hears(deal, "ps-engagement-mgrs")]
    return [
        drags(EM, FEEDBACK, [stands_in(FEEDBACK), tells(AE), slack_hears(deal, "professional-services")]),
        drags(EM, SOW, refused, but=", too early"),
        labels(TA, "TA::Approved", [carries("TA::Approved"), lacks("TA::Needs-Review"), stands_in(FEEDBACK)]),
        drags(EM, SOW, written, but=" again"),
    ]


def the_papers(deal: Deal, rng: random.Random) -> list[Act]:
    """5. The SOW goes for approval only with all its papers."""
    papers = [
        writes(EM, f"SOW: {deal.sow_document}", [stands_in(SOW)]),
        writes(EM, f"Terms: {deal.terms}", [stands_in(SOW)]),
        labels(RDM, "RDM::approved", [carries("RDM::approved"), lacks("RDM::needs-review")]),
    ]
    rng.shuffle(papers)
    refused = [put_back(READY, SOW), says("Cost estimate", but_not=["Terms:", "RDM::approved"]), slack_is_silent()]
    asked = [stands_in(READY), tells(LEADER), slack_hears(deal, "professional-services")]
    return [
        *papers,
        drags(EM, READY, refused, but=", without the cost estimate"),
        writes(EM, f"Cost estimate: {deal.cost_sheet}", [stands_in(SOW)]),
        drags(EM, READY, asked, but=" again"),
    ]


def the_approval(rng: random.Random) -> list[Act]:
    """6. Leadership approves; nobody else can."""
    somebody = rng.choice((AE, SA, EM))
    refused = [put_back(APPROVED, READY), says("leadership"), tells(somebody)]
    return [
        drags(somebody, APPROVED, refused, but=", without being entitled to"),
        drags(LEADER, APPROVED, [stands_in(APPROVED), says("legal case"), tells(PC), carries("EM_Status::ToDo")]),
    ]


def the_outcome(deal: Deal) -> list[Act]:
    """7. The deal is won: outcome, quarter, closed; staffing starts on the intake issue."""
    won = [stands_in(WON), closed(), quarter_of_today(), lacks("EM_Status::ToDo"), says_on_intake("Kantata"), tells(PC)]
    project = f"SOW number: {deal.sow_number}\nProject manager: @project.manager"
    return [
        lists_activities(EM, deal.activities, [stands_in(APPROVED)]),
        writes(EM, project, [stands_in(APPROVED)]),
        drags(EM, WON, [*won, slack_hears(deal, "professional-services"), nothing_built()]),
    ]


def the_project(deal: Deal) -> list[Act]:
    """8. The project manager asks for the customer's project and gets it; the bot builds none for the public sector."""
    ask = "asks for the customer's project (label CP::Scaffold)"
    if deal.public_sector:
        return [labels(PM, "CP::Scaffold", [says("not built", "by hand"), tells(PM), nothing_built()], tells=ask)]
    return [labels(PM, "CP::Scaffold", [*project_is_ready(deal), says(f"SOW-{deal.sow_number}"), tells(PM)], tells=ask)]


def the_change_order(deal: Deal) -> list[Act]:
    """9. More work for the same SOW lands in the same project, tracked at first and as an epic once it is won."""
    text = f"{TEAM}\nScoping issue: {{request}}\n\n## SOW activities\n\n- {MORE_WORK}"
    filed = [is_linked(ORDER), tells(EM), nothing_built()]
    won = [nothing_built(), tells(PM)]
    if deal.public_sector:
        filed.append(says("by hand", on=ORDER))
        won.append(says("by hand", on=ORDER))
    else:
        filed += [files("Change order to", place=f"SOW-{deal.sow_number}"), tells(AE)]
        won += [files(MORE_WORK), says("There is no new project", on=ORDER)]
    return [
        issue(PM, ORDER, title="{customer} - Change Order", text=text, then=filed),
        labels(EM, WON, won, tells="marks the change order as won", on=ORDER),
    ]


def the_closure(deal: Deal) -> list[Act]:
    """10. The project is closed: every last task, Support's hand-off, and what was learned."""
    asked = [files(CLOSURE), files(RECAP), is_linked(RECAP, to=CLOSURE), says("leadership", on=CLOSURE), tells(PM)]
    if deal.public_sector:
        asked.append(files(HAND_OFF, count=0))
    else:
        asked += [files(HAND_OFF), is_linked(HAND_OFF)]
    lessons = [
        says("the labels of what was learned", but_not=["when the session was held"], on=RETRO),
        is_closed(RETRO),
    ]
    return [
        writes(PM, "@sowbot close project", asked),
        labels(PM, "RetroComplete", [carries("RetroComplete", on=RETRO), slack_is_silent()], on=RETRO),
        closes(PM, lessons, on=RETRO),
        labels(PM, "llPsProcess", [carries("llPsProcess", on=RETRO), says_nothing(on=RETRO)], on=RETRO),
        closes(PM, [is_closed(CLOSURE), says("support note", on=CLOSURE), slack_is_silent()], on=CLOSURE),
    ]
