"""The shipped rule file: it is sound, its own examples come out right, and it does what the process says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.change import Change, Kind
from app.domain.item import Memory, Person
from app.rules.book import OPEN
from app.rules.deciding.decide import decide_burst
from app.rules.loading.load import load_file
from app.rules.loading.problems import render_all
from app.rules.reading.facts import read_facts
from app.trying.tests import run_tests
from handlers import by_name, specs
from handlers.note_text import CONTEXT_NAMES
from tests.handlers.decisions import BOARD, TEAM, decided, item, labelled, moved
from tests.handlers.fake_gitlab import BOT
from tests.handlers.scene import BOOK, NOW, ROOT, TEMPLATES

PAPERS = """Estimate total: 20,000 USD
SOW: https://docs.google.com/document/d/1
Cost estimate: https://docs.google.com/spreadsheets/d/2
Terms: MSA
"""


def test_the_file_loads_without_a_problem() -> None:
    loaded = load_file(ROOT / "label_rules.yaml", actions=specs(), templates=TEMPLATES, context_names=CONTEXT_NAMES)
    assert loaded.problems == (), render_all(loaded.problems)


def test_the_files_own_tests_come_out_right_and_leave_nothing_untried() -> None:
    report = run_tests(BOOK, handlers=by_name(), templates=TEMPLATES)
    assert not report.failed, "\n".join(report.lines())
    assert [part.missing for part in report.coverage.parts] == [(), (), (), (), ()]


def test_every_automation_of_the_first_product_has_a_rule_or_the_board() -> None:
    rows: set[int] = set()
    for rule in BOOK.file.rules:
        rows |= set(rule.row if isinstance(rule.row, list) else [rule.row] if rule.row else [])
    # Row 13 is no rule: the notify action keeps it for every rule, by ``private``.
    assert {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14} <= rows
    assert BOOK.file.private.channel == "us-pubsec"


def test_a_new_request_is_filed_routed_welcomed_and_summed_up() -> None:
    fresh = replace(item(OPEN), memory=Memory())
    change = Change(
        "d",
        "m",
        Kind.OPENED,
        "Issue Hook",
        actor=Person("services-calculator", 5),
        at=fresh.created_at,
        labels=fresh.labels,
        added=fresh.labels,
    )
    told = decided(fresh, change)
    assert [step.action for step in told.decision.plan if step.rule in ("intake-issue", "route-request")] == [
        "create_issue",
        "assign",
        "comment",
    ]
    assert told.decision.plan[-1].action == "status_note"
    assert told.actions("remind")[0]["name"].startswith("stage/Open")


def test_the_account_team_is_asked_in_discovery() -> None:
    told = moved(item(OPEN), "proposal::Awaiting_Discovery")
    assert told.comments == ["stage"]
    assert "EM_Status::Waiting" in str(told.actions("label"))


def test_a_total_and_an_early_move_in_one_look_ask_the_architects_once() -> None:
    snapshot = item("proposal::Estimate_Feedback", "Estimate total: 82,000 USD")
    after = (*(one for one in snapshot.labels if not one.startswith("proposal::")), "proposal::SOW_WIP")
    written = Change("d1", "m1", Kind.EDITED, "Issue Hook", actor=Person("engagement.manager", 7), at=NOW)
    written = replace(written, item=snapshot.key, edited=frozenset({"description"}), labels=after)
    dragged = replace(written, delivery_id="d2", meaning="m2", edited=frozenset(), added=("proposal::SOW_WIP",))
    dragged = replace(dragged, removed=("proposal::Estimate_Feedback",))
    snapshot = replace(snapshot, labels=after)
    decisions = decide_burst(TEAM, snapshot, [written, dragged], read_facts(TEAM, snapshot), NOW)
    asked = [step for decision in decisions for step in decision.plan if step.action == "notify"]
    assert [step.params["channel"] for step in asked] == ["ps-ta"]
    assert "restore_stage" in [step.action for step in decisions[1].plan]


def test_the_strawman_makes_no_note_but_the_status() -> None:
    told = moved(item("proposal::Awaiting_Discovery"), "proposal::Strawman_WIP")
    assert told.comments == []
    assert len(told.actions("status_note")) == 1


def test_a_dear_estimate_calls_the_technical_architects() -> None:
    snapshot = item("proposal::Strawman_WIP", "Estimate total: 82,000 USD")
    change = Change("d", "m", Kind.COMMENTED, "Note Hook", actor=Person("engagement.manager", 7), at=NOW)
    told = decided(snapshot, change, known_facts=False)
    assert told.comments == ["ta_review_needed", "salesforce_values"]
    assert told.actions("notify") == [{"channel": "ps-ta", "template": "ta_review_needed"}]
    for total, answers in (("50,000 USD", ["salesforce_values"]), ("90,000 EUR", ["unreadable"])):
        other = decided(replace(snapshot, description=f"Estimate total: {total}"), change, known_facts=False)
        assert other.comments == answers


def test_a_move_without_the_review_is_put_back_and_the_review_asked_for() -> None:
    told = moved(item("proposal::Estimate_Feedback", "Estimate total: 82,000 USD"), "proposal::SOW_WIP")
    assert told.comments == ["move_refused", "ta_review_needed"]
    assert told.actions("restore_stage") == [{"to": "proposal::Estimate_Feedback", "refused": "proposal::SOW_WIP"}]
    assert "rdm-review" not in told.rules
    asked = item("proposal::Estimate_Feedback", "Estimate total: 82,000 USD", ("TA::Needs-Review",))
    assert moved(asked, "proposal::SOW_WIP").comments == ["move_refused"]


def test_an_unknown_total_is_asked_for_and_nothing_is_put_back() -> None:
    told = moved(item("proposal::Estimate_Feedback"), "proposal::SOW_WIP")
    assert told.decision.stage == "proposal::SOW_WIP"
    assert told.comments == ["estimate_total_missing", "rdm_review_needed"]


def test_the_delivery_managers_are_asked_while_the_sow_is_written() -> None:
    told = moved(item("proposal::Estimate_Feedback", "Estimate total: 20,000 USD"), "proposal::SOW_WIP")
    assert told.comments == ["rdm_review_needed"]
    assert told.actions("notify")[0]["channel"] == "ps-engagement-mgrs"


@pytest.mark.parametrize("missing", ["SOW:", "Cost estimate:", "Terms:"])
def test_each_paper_is_needed_before_the_approval_is_asked_for(missing: str) -> None:
    text = "\n".join(line for line in PAPERS.splitlines() if not line.startswith(missing))
    told = moved(item("proposal::SOW_WIP", text), "proposal::Ready For Approval")
    assert told.comments == ["move_refused"]
    (unmet,) = told.actions("comment")[0]["with"]["unmet"]
    assert missing in unmet["what"]


def test_the_delivery_managers_review_is_needed_too() -> None:
    waiting = item("proposal::SOW_WIP", PAPERS, ("RDM::needs-review",))
    assert moved(waiting, "proposal::Ready For Approval").comments == ["move_refused"]
    for labels in ((), ("RDM::approved",)):
        done = item("proposal::SOW_WIP", PAPERS, labels)
        assert moved(done, "proposal::Ready For Approval").comments == ["approval_requested"]


@pytest.mark.parametrize("who", ["engagement.manager", "account.executive", "bystander"])
def test_only_leadership_approves(who: str) -> None:
    ready = item("proposal::Ready For Approval", PAPERS)
    told = moved(ready, "proposal::Approved", who)
    assert told.decision.stage == "proposal::Ready For Approval"
    assert told.comments == ["move_refused"]
    assert moved(ready, "proposal::Approved", "ps.leader").comments == ["approved_next_steps", "start_date_asked"]


@pytest.mark.parametrize(
    ("label", "who", "instead"),
    [
        ("TA::Approved", "technical.architect", "TA::Needs-Review"),
        ("RDM::approved", "delivery.manager", "RDM::needs-review"),
    ],
)
def test_a_review_counts_only_from_those_who_give_it(label: str, who: str, instead: str) -> None:
    asked = item("proposal::SOW_WIP", PAPERS, (instead,))
    told = labelled(asked, "engagement.manager", add=(label,), remove=(instead,))
    assert told.comments == ["approval_not_entitled"]
    assert {"add": instead, "remove": label} in told.actions("label")
    assert labelled(asked, who, add=(label,), remove=(instead,)).comments == []


def test_a_won_deal_gets_its_quarter_is_closed_and_staffing_starts() -> None:
    told = moved(item("proposal::Approved", PAPERS), "proposal::closed_won")
    assert told.comments == ["won", "collaboration_project_request"]
    assert len(told.actions("set_quarter")) == len(told.actions("close")) == 1
    assert told.actions("update_issue") == [{"of": "project_scheduling_intake", "comment": "intake_won"}]
    assert "welcome-email" in str(told.actions("remind"))


def test_a_won_public_sector_deal_asks_for_no_project() -> None:
    told = moved(item("proposal::Approved", PAPERS, ("Public Sector US",)), "proposal::closed_won")
    assert told.comments == ["won"]


def test_a_lost_deal_is_closed_and_asks_for_the_reason() -> None:
    told = moved(item("proposal::SOW_WIP"), "proposal::closed_lost")
    assert told.comments == ["lost"]
    assert len(told.actions("close")) == 1


@pytest.mark.parametrize("who", ["project.manager", "engagement.manager"])
def test_the_customers_project_is_built_when_those_entitled_ask(who: str) -> None:
    told = labelled(item("proposal::closed_won", "SOW number: 3697"), who, add=("CP::Scaffold",))
    (built,) = told.actions("create_collaboration_project")
    places = {"root": "delivery-root", "partner_root": "partner-root"}
    assert built == {"blueprint": "customer_project", **places, "how": "direct"}
    assert told.comments == ["collaboration_project_ready", "support_note", "partner_epic"]


def test_others_and_early_ones_hear_that_it_is_not_built() -> None:
    for stage, who in (("proposal::closed_won", "bystander"), ("proposal::SOW_WIP", "project.manager")):
        told = labelled(item(stage), who, add=("CP::Scaffold",))
        assert told.actions("create_collaboration_project") == []
        assert told.comments == ["collaboration_project_not_now"]


def test_no_rule_answers_a_move_of_the_bot() -> None:
    snapshot = replace(item("proposal::SOW_WIP"), labels=(BOARD, "proposal::Estimate_Feedback"))
    change = Change(
        "d",
        "m",
        Kind.EDITED,
        "Issue Hook",
        actor=BOT,
        at=NOW,
        labels=snapshot.labels,
        added=("proposal::Estimate_Feedback",),
        removed=("proposal::SOW_WIP",),
    )
    assert {step.action for step in decided(snapshot, change).decision.plan} <= {"remind"}


MOVES = [
    # From, then what each column of the process's table says: legal, a warning, or put back.
    (OPEN, "ok warn warn ok back back back back ok"),
    ("proposal::Awaiting_Discovery", "- ok warn ok back back back back ok"),
    ("proposal::Strawman_WIP", "ok - warn ok warn back back back ok"),
    ("proposal::Estimate_Feedback", "ok ok - ok ok back back back ok"),
    ("proposal::On_hold", "ok ok ok - ok back back warn ok"),
    ("proposal::SOW_WIP", "ok ok warn ok - back back back ok"),
    ("proposal::Ready For Approval", "warn warn warn ok warn - back back ok"),
    ("proposal::Approved", "warn warn warn ok warn warn - ok ok"),
    ("proposal::closed_won", "back back back back back back back - ok"),
    ("proposal::closed_lost", "ok ok ok ok back back back ok -"),
]


@pytest.mark.parametrize(
    ("origin", "target", "verdict"),
    [
        (origin, target, verdict)
        for origin, row in MOVES
        for target, verdict in zip([name for name in BOOK.stages if name != OPEN], row.split(), strict=True)
        if verdict != "-"
    ],
)
def test_every_move_of_the_table_is_judged_as_the_process_says(origin: str, target: str, verdict: str) -> None:
    """A bare issue, moved by an engagement manager: no estimate, no papers, an incomplete table."""
    told = moved(item(origin, "## SSOT\n\n| Q | Response |\n| --- | --- |\n| **Q1** | to-do |\n"), target)
    put_back = bool(told.actions("restore_stage"))
    warned = "move_warned" in told.comments
    assert {"ok": (False, False), "warn": (False, True), "back": (True, False)}[verdict] == (put_back, warned)
