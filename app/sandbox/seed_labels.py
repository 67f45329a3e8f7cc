"""The labels of the Professional Services process, spelt as the process spells them, by the place where they live."""

from __future__ import annotations

STAGES = (
    "proposal::Awaiting_Discovery",
    "proposal::Strawman_WIP",
    "proposal::Estimate_Feedback",
    "proposal::On_hold",
    "proposal::SOW_WIP",
    "proposal::Ready For Approval",
    "proposal::Approved",
)
"""The board's lists, left to right, between GitLab's own Open and Closed."""

OUTCOMES = ("proposal::closed_won", "proposal::closed_lost")
OLD_STAGES = ("proposal::Scoping", "proposal::Writing", "proposal::Cost Estimate", "proposal::ReadyForApproval")
BOARD_FILTER = "Services Calculator"

BOARD_LABELS: dict[str, str] = {
    BOARD_FILTER: "#6699cc",
    "Public Sector US": "#c21e56",
    **dict.fromkeys(STAGES, "#428bca"),
    "proposal::closed_won": "#009966",
    "proposal::closed_lost": "#d9534f",
    **dict.fromkeys(OLD_STAGES, "#cccccc"),
}
"""On the group, since the board is the group's: title and colour."""

PS_PLAN_LABELS: dict[str, str] = {
    **{f"close_qtr::Q{quarter}{year}": "#8e44ad" for year in (26, 27, 28) for quarter in (1, 2, 3, 4)},
    **{f"Lost::{reason}": "#7f8c8d" for reason in ("budget", "scheduling", "unknown", "NoServiceFit")},
    **{
        f"Segment::{segment}": "#00b140"
        for segment in (
            "Ent_APAC", "Ent_EAST", "Ent_WEST", "Ent_EMEA", "MM_APAC", "MM_East", "MM_EMEA", "MM_West", "SMB",
        )
    },
    "EM_Status::Waiting": "#eee600",
    "EM_Status::ToDo": "#eee600",
    "TA::Needs-Review": "#d9534f",
    "TA::Approved": "#5cb85c",
    "Scoping::Needs_TA_Assistance": "#ed9121",
    "Scoping::TA_Assisted": "#ed9121",
    "RDM::needs-review": "#d9534f",
    "RDM::approved": "#5cb85c",
    "pc-consulting-checklist": "#9400d3",
    "Moved to partner": "#36454f",
    **dict.fromkeys(("CP::Close", "CP::Hand_Off"), "#6f42c1"),
    **dict.fromkeys(("work-at-risk", "work-exception", "Work at Risk"), "#c21e56"),
    **dict.fromkeys(("closure", "go-live-recap", "project_retrospective", "retro-follow-up"), "#36454f"),
    "WaR::Approved": "#5cb85c",
    "Project_Health::Red": "#d9534f",
    **dict.fromkeys(("WE-product", "WE-ps", "WE-scoping", "WE-time"), "#36454f"),
}  # fmt: skip

GROUP_LABELS: dict[str, str] = {
    **dict.fromkeys(("ProjectWin", "CustomerStory", "RetroComplete", "Delivery Kit Update"), "#3cb371"),
    **dict.fromkeys(("llProduct", "llPsProcess", "llFinanceDelays", "llSupport", "llExpectation"), "#808080"),
    "Root Cause Analysis": "#dc143c",
}
"""For the retrospectives, in the whole group."""

DELIVERY_LABELS: dict[str, str] = {
    "PSD Workflow::Not Started": "#6699cc",
    "PS RAID Log": "#cd5b45",
    "PS Risk": "#cd5b45",
    "Escalated": "#ff0000",
    "PS:: Priority High": "#dc143c",
    "PS:: Priority Medium": "#ed9121",
    "PS:: Priority Low": "#808080",
}
"""Above the customers' groups."""

EDUCATION_LABELS: dict[str, str] = {
    "ProServ-practice::Education": "#6699cc",
    **dict.fromkeys(("internal_trainer_request", "internal-team-member-training-request"), "#428bca"),
    "Training::Done": "#5cb85c",
    **{
        f"PS_Content::{stage}": "#428bca"
        for stage in ("Backlog", "To Do", "Storyboarding", "In Development", "In Review", "Completed")
    },
}

SUPPORT_LABELS: dict[str, str] = {"support-hand-off": "#36454f"}
