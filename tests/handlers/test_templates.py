"""The shipped texts: every one can be rendered, is readable, and says only what its reader may know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.rules.loading.checks.templates import OF_ACTIONS
from handlers.collaboration.blueprint import Blueprint, EpicsPart
from handlers.collaboration.blueprint_faults import TEMPLATE_NAMES
from handlers.collaboration.deal import Deal, Iteration, Plan, context_of
from handlers.note_text import CONTEXT_NAMES, template_context
from handlers.scoping.tables import tables
from tests.handlers.scene import DESCRIPTION, NOW, ROOT, TEMPLATES, Scene

NAMES = tuple(name for name in TEMPLATES.names() if not name.startswith("digest/"))
"""Digests are about no issue: tests/engine/test_digests.py renders them."""
PAPERS = """
https://docs.google.com/spreadsheets/d/1
SOW: https://docs.google.com/document/d/2
Cost estimate: https://docs.google.com/spreadsheets/d/3
Terms: MSA
SOW number: 3697
Start date: 2027-01-11
"""
MOVE: dict[str, object] = {
    "origin": "proposal::SOW_WIP",
    "target": "proposal::Ready For Approval",
    "unmet": [{"what": "Add a line.", "because": "It is read."}, {"what": "Add another.", "because": ""}],
    "because": "Leadership approves this document.",
    "mention": "engagement.manager",
}
TOLD: dict[str, object] = {
    "at": NOW, "happened": "the issue was edited", "who": "ann", "summary": "Rule ta-gate matched.", "url": "https://x",
    "rules": [{"name": "ta-gate", "file": "label_rules.yaml", "line": 7, "reason": "it is so"}],
    "steps": [{"rule": "ta-gate", "result": "applied", "sentence": "Commented."}],
    "name": "ta-gate", "file": "label_rules.yaml", "line": 7, "reason": "it is so", "matched": False,
}  # fmt: skip
APPROVAL: dict[str, object] = {
    "approval": "proposal::Approved", "title": "Approved", "details": "The price.", "is_stage": True, "there": False,
    "of": ["estimate_total"], "given": 1, "quorum": 2,
}  # fmt: skip
GIVEN: dict[str, dict[str, object]] = {
    "comment/move_refused": MOVE,
    "comment/move_warned": MOVE,
    "comment/parked": {"rules": "em-acts, board.moves", "minutes": 10},
    "comment/not_posted": {"message": "A SOW is ready."},
    "comment/stood_down": {"to": "proposal::SOW_WIP", "who": "engagement.manager"},
    "comment/reminder": {"who": ["gitlab-com/ps-ta"], "says": "Look.", "stage": "proposal::SOW_WIP", "since": ""},
    "comment/command_not_done": {
        "mention": "ann",
        "said": "hlep",
        "problem": "unknown",
        "suggestion": "help",
        "who": ["gitlab-com/ps-ta"],
        "reason": "it is so",
        "known": ["help", "undo"],
        "board": "Services Calculator",
    },
    "comment/help": {"asked": [{"words": "undo", "why": "Takes it back."}], "not_now": ["approve"], "me": "sowbot"},
    "comment/why": {"rule_asked": "", "near": "", "did": TOLD, "since": TOLD, "kept": TOLD},
    "comment/undone": {"plan": {"at": NOW, "happened": "the issue was filed"}, "lines": ["Closed it."]},
    "comment/retried": {"outcome": "1 thing is tried again.", "failed": True},
    "comment/time_not_read": {"said": "soon", "examples": ["in 3 days"]},
    "comment/acceptance_sent": {
        "sent": NOW.date(),
        "last_day": NOW.date(),
        "days": 5,
        "who": ["ann"],
        "fields": ["Milestone"],
    },
    "comment/approval_recorded": APPROVAL,
    "comment/changes_wanted": APPROVAL,
    "comment/approval_not_by_author": APPROVAL,
    "comment/approvals_void": {**APPROVAL, "approvers": ["ann"], "reasons": ["the card went back"]},
    "comment/approval_not_entitled": {"approval": "TA::Approved", "who": "technical_architects"},
    "issue/scoping_issue": {
        "customer": "Example Bank",
        "requested_by": ["account.executive"],
        "account_team": ["account.executive", "solutions.architect"],
        "territory": "EMEA South",
        "opportunity": "006Ab000001",
        "unknown": ["nobody.here"],
        "services": ["SCM migration", "Implementation"],
        "migrates_to": "GitLab.com",
        "tables": tables(TEMPLATES, ("scm_migration", "implementation"), {}),
    },
    "comment/intake_blanks": {"blanks": ["Customer: Main contact", "Timing: Desired start"]},
    "comment/stage_five": {"blanks": ["Customer: Main contact"]},
    "comment/label_respelt": {"swapped": [{"old": "proposal::Writing", "new": "proposal::SOW_WIP"}]},
    "comment/unknown_stage_label": {"who": "bot_admins"},
}
"""Values that come with a template's own step."""
SCOPING = {
    "reference": "ps-plan#7",
    "customer": "Example Bank",
    "pm": ["project.manager"],
    "team": ["account.executive"],
    "assignees": ["engagement.manager"],
}
OF_PROJECTS = ("escalated", "project_over", "raid_item", "raid_open", "weekly_status_due")
LISTED = [{"title": "Network", "web_url": "https://gitlab.example/r", "labels": ["Escalated"], "days": 20}]
GIVEN |= {f"comment/{name}": {"scoping": SCOPING, "listed": LISTED} for name in OF_PROJECTS}
MAY_BE_SILENT = {
    f"comment/{name}" for name in ("collaboration_project_link", "partner_epic", "support_note", "retro_follow_ups")
}
"""Texts for some projects only."""
INTERNAL = (
    "cogs",
    "margin",
    "usd",
    "salesforce",
    "sfdc",
    "kantata",
    "opportunity",
    "scoping",
    "discount",
    "legal case",
    "deal",
    "internal",
    "leadership",
    "sowbot",
)
"""Words that no customer reads."""

BLUEPRINT = Blueprint(epics=EpicsPart(heading="SOW activities", template="workstream_epic"))
OF_THE_CUSTOMER = [name for name in NAMES if name.startswith("collaboration/")]


def scenes() -> list[Scene]:
    """A bare issue, and one in which everything is known."""
    made: dict[str, object] = {
        "assign": {"usernames": ["engagement.manager"]},
        "create_issue": {
            "web_url": "https://gitlab.example/-/issues/13",
            "references": ["group/project#14"],
            "left_out": 2,
        },
        "set_quarter": {"quarter": "close_qtr::Q427"},
        "create_collaboration_project": {
            "web_url": "https://gitlab.example/c",
            "name": "SOW-1",
            "sentence": "Done.",
            "partner": True,
            "support_note": True,
        },
        "change_order": {"web_url": "https://gitlab.example/c", "sow": "SOW-1", "names": ["More"], "sentence": ""},
    }
    full = Scene(
        description=DESCRIPTION + PAPERS,
        stage="proposal::SOW_WIP",
        labels=("Services Calculator", "proposal::SOW_WIP", "TA::Approved", "RDM::needs-review"),
        assignees=("engagement.manager",),
        made=made,
    )
    return [Scene(description=""), full]


def contexts(name: str) -> list[dict[str, object]]:
    """What the template is rendered with in these scenes."""
    if name.startswith("collaboration/"):
        deals = [Deal("Example Bank", "SOW-3697", pm, []) for pm in ("", "project.manager")]
        first = Iteration(3, date(2026, 12, 1), date(2026, 12, 14))
        large = replace(deals[1], plan=Plan(iterations=8, start=date(2026, 11, 1)))
        dates = {"number": first.number, "starts": str(first.starts), "ends": str(first.ends), "week": "7 June 2027"}
        return [
            *(context_of(deal, BLUEPRINT, activity="Migration") for deal in deals),
            context_of(large, BLUEPRINT, activity="Migration", **dates),
        ]
    return [template_context(scene.context("comment", {}), GIVEN.get(name)) for scene in scenes()]


@pytest.mark.parametrize("name", NAMES)
def test_every_template_can_be_rendered_with_little_and_with_much(name: str) -> None:
    for context in contexts(name):
        rendered = TEMPLATES.render(name, context)
        assert rendered.body or name in MAY_BE_SILENT
        assert "None" not in rendered.body
        assert "\n\n\n\n" not in rendered.body
        assert not any(line.startswith("/") for line in rendered.body.splitlines())


def given_names(name: str) -> set[str]:
    """Dotted names of what comes with the template's own step."""
    scoping = {f"scoping.{key}" for key in SCOPING} if name.removeprefix("comment/") in OF_PROJECTS else set()
    return set(GIVEN.get(name, {})) | scoping


@pytest.mark.parametrize("name", NAMES)
def test_every_template_uses_only_names_that_it_is_given(name: str) -> None:
    known = (
        TEMPLATE_NAMES
        if name.startswith("collaboration/")
        else CONTEXT_NAMES | given_names(name) | {*OF_ACTIONS.get(name, ())}
    )
    assert TEMPLATES.problems(name, known) == []


@pytest.mark.parametrize("name", [name for name in NAMES if "/files/" not in name and "issue" in name.split("/")[-2]])
def test_every_issue_template_has_a_title_and_headings_or_a_table(name: str) -> None:
    for context in contexts(name):
        rendered = TEMPLATES.render(name, context)
        assert rendered.meta["title"]
        assert "{{" not in rendered.body
        assert "##" in rendered.body or "- [ ]" in rendered.body or "| --- |" in rendered.body


@pytest.mark.parametrize("name", OF_THE_CUSTOMER)
def test_no_text_for_the_customer_holds_an_internal_word(name: str) -> None:
    for context in contexts(name):
        rendered = TEMPLATES.render(name, context)
        text = f"{rendered.body} {rendered.meta}".casefold()
        assert [word for word in INTERNAL if word in text.replace("ideal", "")] == []


def test_the_blueprint_holds_no_internal_word_either() -> None:
    shown = [
        line
        for line in TEMPLATES.blueprint("collaboration/customer_project").casefold().splitlines()
        if not line.startswith("#")
    ]
    assert [word for word in INTERNAL if any(word in line for line in shown)] == []


def test_the_scoping_issue_is_one_that_the_bot_can_read() -> None:
    rendered = TEMPLATES.render("issue/scoping_issue", contexts("issue/scoping_issue")[0])
    scene = Scene(description=rendered.body, title=str(rendered.meta["title"]))
    facts = scene.context("comment", {}).facts
    assert facts["customer"] == "Example Bank"
    assert facts["account_team"] == ["account.executive", "solutions.architect"]
    assert facts["territory"] == "EMEA South"
    table = facts["ssot_open_rows"]
    assert isinstance(table, dict)
    assert table["rows"] == len(table["open"]) == 31
    assert 0 < len(table["open_required"]) < 31
    for empty in ("estimate_link", "estimate_total", "sow_link", "cost_estimate_link", "terms", "sow_number"):
        assert empty not in facts


def test_the_page_about_templates_names_all_that_they_may_speak_of() -> None:
    page = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
    missing = [
        name for name in CONTEXT_NAMES if f"`{name.removesuffix('*')}" not in page and f"{name[:-2]}[" not in page
    ]
    assert missing == []
