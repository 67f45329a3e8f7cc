"""What the demo expects must be able to fail: each expectation here sees a sandbox in which it does not hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.demo.checks.deal import assigned, nothing_built, one_intake, questions_listed
from app.demo.checks.issue import carries, put_back, says, stands_in, tells
from app.demo.checks.project import in_iterations
from app.demo.checks.slack import slack_hears, slack_is_silent
from app.demo.checks.whole import of_the_whole
from app.demo.expect import Expectation
from tests.demo.sandbox_view import AT, DEAL, Deck, issue, moved, note

FEEDBACK, SOW = "proposal::Estimate_Feedback", "proposal::SOW_WIP"


@pytest.fixture
def deck() -> Deck:
    return Deck()


def of_whole(says: str) -> Expectation:
    return next(each for each in of_the_whole(DEAL) if says in each.says)


def test_a_card_in_two_stages_does_not_stand_in_one(deck: Deck) -> None:
    deck.request["labels"] = [FEEDBACK, SOW]

    assert stands_in(SOW).test(deck.moment()) == f"{FEEDBACK}, {SOW}"


def test_a_missing_label_is_answered_with_those_that_are_there(deck: Deck) -> None:
    deck.request["labels"] = ["TA::Needs-Review"]

    assert carries("TA::Approved").test(deck.moment()) == "TA::Needs-Review"


def test_a_card_put_back_once_was_put_back(deck: Deck) -> None:
    deck.request["labels"] = [FEEDBACK]
    deck.request["label_events"] = [moved(SOW, added=False), moved(FEEDBACK, added=True)]

    assert put_back(SOW, FEEDBACK).test(deck.moment()) is None


def test_a_card_put_back_twice_is_a_quarrel(deck: Deck) -> None:
    deck.request["labels"] = [FEEDBACK]
    deck.request["label_events"] = [moved(FEEDBACK, added=True), moved(SOW, added=True), moved(FEEDBACK, added=True)]

    assert put_back(SOW, FEEDBACK).test(deck.moment()) == "the bot put it back 2 times"


def test_a_card_that_a_person_put_back_was_not_put_back_by_the_bot(deck: Deck) -> None:
    deck.request["labels"] = [FEEDBACK]
    deck.request["label_events"] = [moved(FEEDBACK, added=True, by="engagement.manager")]

    assert put_back(SOW, FEEDBACK).test(deck.moment()) == "the bot put it back 0 times"


def test_a_note_with_an_unwanted_word_does_not_count(deck: Deck) -> None:
    deck.request["notes"] = [note(1, "It needs a line Cost estimate and a line Terms:")]

    assert says("cost estimate").test(deck.moment()) is None
    assert says("cost estimate", but_not=["Terms:"]).test(deck.moment()) is not None


def test_words_in_the_hidden_part_of_a_note_do_not_count(deck: Deck) -> None:
    deck.request["notes"] = [note(1, "Hello\n<!-- sowbot:v1 leadership -->\n<sub>Rule `leadership`</sub>")]

    assert says("leadership").test(deck.moment()) == "Hello"


def test_a_mention_by_somebody_else_is_not_the_bots(deck: Deck) -> None:
    reference = deck.request["reference"]
    deck.now["mentions"] = [{"username": "technical.architect", "in": reference, "by": "engagement.manager"}]

    assert tells("technical architect").test(deck.moment()) == "mentioned: nobody"


def test_two_intake_issues_are_one_too_many(deck: Deck) -> None:
    deck.now["issues"] += [issue(2, "Project Scheduling Intake"), issue(3, "Project Scheduling Intake")]
    deck.now["links"] = [{"source": deck.request["reference"], "target": deck.now["issues"][1]["reference"]}]

    assert one_intake().test(deck.moment()) == "2 made, 1 linked"


def test_a_second_assignee_is_noticed(deck: Deck) -> None:
    deck.request["assignees"] = ["engagement.manager", "csm"]

    assert assigned("engagement manager").test(deck.moment()) == "engagement.manager, csm"


def test_a_status_note_that_still_lists_an_answered_question_does_not_count(deck: Deck) -> None:
    deck.before["issues"][0]["description"] = "| **Users** | to-do | 5 | |\n| SSO | to-do | Okta | |"
    deck.request["description"] = "| **Users** | 5 | 5 | |\n| SSO | to-do | Okta | |"
    deck.request["notes"] = [note(1, "- ⬜ SSO\n\n✅ Answered: Users"), note(2, "- ⬜ Users\n- ⬜ SSO")]
    assert questions_listed().test(deck.moment()) is None

    deck.request["notes"] = [note(2, "- ⬜ Users\n- ⬜ SSO")]
    assert questions_listed().test(deck.moment()) is not None


def test_a_message_in_a_second_channel_is_noticed(deck: Deck) -> None:
    deck.now["slack"] = {
        "professional-services": [{"text": "Ready", "posted_at": AT}],
        "us-pubsec": [{"text": "Ready", "posted_at": AT}],
    }

    assert slack_hears(DEAL, "professional-services").test(deck.moment()) is not None
    assert slack_is_silent().test(deck.moment()) is not None


def test_a_new_project_is_something_built(deck: Deck) -> None:
    deck.now["projects"].append(deck.now["projects"][0] | {"full_path": "acme/SOW-1", "name": "SOW-1"})

    assert nothing_built().test(deck.moment()) == "acme/SOW-1"


def test_an_issue_outside_of_its_iteration_is_noticed(deck: Deck) -> None:
    name = f"SOW-{DEAL.sow_number}"
    group = f"{deck.cast.delivery_root}/{DEAL.customer.replace(' ', '-')}"
    cadence = {"title": name, "weeks": 2, "start_date": "2026-07-06"}
    deck.now["groups"].append(deck.now["groups"][0] | {"full_path": group, "cadences": []})
    deck.now["projects"].append(deck.now["projects"][0] | {"full_path": f"{group}/{name}", "name": name})
    deck.now["issues"].append(issue(2, "Iteration 1: planning", place=f"{group}/{name}"))
    wish = in_iterations(DEAL, 1)
    assert wish.test(deck.moment()) == "no cadence"
    deck.now["groups"][-1]["cadences"].append(cadence)
    assert wish.test(deck.moment()) == "those of iteration 1, from 2026-07-20, are in none"
    deck.now["issues"][-1]["iteration"] = "2026-07-06 to 2026-07-19"
    assert wish.test(deck.moment()) is not None
    deck.now["issues"][-1]["iteration"] = "2026-07-20 to 2026-08-02"
    assert wish.test(deck.moment()) is None


def test_the_same_note_twice_is_noticed(deck: Deck) -> None:
    deck.request["notes"] = [note(1, "Welcome"), note(2, "Welcome")]

    assert of_whole("no note is there twice").test(deck.moment()) == "Welcome"


def test_two_notes_with_one_marker_are_noticed(deck: Deck) -> None:
    mark = "<!-- sowbot:v1 welcome 1#1 sow0123456789abcdef -->"
    deck.request["notes"] = [note(1, f"Welcome\n{mark}"), note(2, f"Welcome again\n{mark}")]

    assert of_whole("no note is there twice").test(deck.moment()) == mark


def test_a_note_where_the_customer_reads_is_noticed(deck: Deck) -> None:
    deck.now["issues"].append(issue(2, "Something else", place="customers/larkspur/SOW-1", notes=[note(1, "Hello")]))

    assert of_whole("notes inside only").test(deck.moment()) == "on SOW-1#2: Hello"


def test_a_bystander_who_was_mentioned_is_noticed(deck: Deck) -> None:
    reference = deck.request["reference"]
    deck.now["mentions"] = [
        {"username": who, "in": reference, "by": "sowbot"} for who in ("ps.director", "engagement.manager", "bystander")
    ]

    assert of_whole("by accident").test(deck.moment()) == "told: bystander"


def test_an_approval_by_the_bot_is_noticed(deck: Deck) -> None:
    deck.request["label_events"] = [moved("TA::Approved", added=True)]

    assert of_whole("no approval").test(deck.moment()) == "TA::Approved"


def test_a_refused_delivery_is_noticed(deck: Deck) -> None:
    deck.deliveries.append({"response_status": "401"})

    assert of_whole("delivery").test(deck.moment()) == "answers: {'202': 1, '401': 1}"


def name_kept(deck: Deck, log: Path) -> str | None:
    deal = replace(DEAL, public_sector=True)
    expectation = next(each for each in of_the_whole(deal) if "name left" in each.says)
    deck.log = log
    return expectation.test(deck.moment())


def test_a_name_that_stays_in_the_plan_project_was_kept(deck: Deck, tmp_path: Path) -> None:
    log = tmp_path / "sowbot.log"
    log.write_text("nothing of interest\n")

    assert name_kept(deck, log) is None


@pytest.mark.parametrize("where", ["message", "group", "issue elsewhere", "log"])
def test_the_customers_name_is_found_wherever_it_went(deck: Deck, tmp_path: Path, where: str) -> None:
    log = tmp_path / "sowbot.log"
    log.write_text("item larkspur foods\n" if where == "log" else "")
    if where == "message":
        deck.now["slack"] = {"us-pubsec": [{"text": "Larkspur Foods is won", "posted_at": AT}]}
    elif where == "group":
        deck.now["groups"].append(deck.now["groups"][0] | {"full_path": "root/Larkspur Foods"})
    elif where == "issue elsewhere":
        deck.now["issues"].append(issue(1, "RAID - Larkspur Foods", place="root/acme/SOW-1"))

    assert name_kept(deck, log)
