"""What a delivery costs GitLab: nothing where no rule wants it, and for a stage move one look and the writes."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.engine.healing.theatre import Theatre, theatre

ISSUE = "/projects/:id/issues/:id"


def calls_of(place: Theatre) -> list[str]:
    """What the bot asked since the last time this was asked."""
    asked = list(place.calls)
    place.calls.clear()
    return asked


def test_a_stage_move_costs_one_read_of_the_issue_one_of_its_notes_and_the_writes(tmp_path: Path) -> None:
    with theatre(tmp_path) as place, place.bot() as bot:
        iid = place.file()
        place.move(iid, "Awaiting_Discovery")  # so that what changes seldom (labels, members) is known
        place.quiet(bot)
        place.move(iid, "Strawman_WIP")  # looks at the intake issue as well, for what it lacks
        place.quiet(bot)
        calls_of(place)
        place.move(iid, "Estimate_Feedback")
        place.quiet(bot)
        asked = calls_of(place)
    assert asked.count(f"GET {ISSUE}") == 1
    assert asked.count(f"GET {ISSUE}/notes") == 1
    assert all(call.startswith(("PUT", "POST")) for call in asked if call not in (f"GET {ISSUE}", f"GET {ISSUE}/notes"))


def test_a_delivery_that_no_rule_wants_costs_no_call(tmp_path: Path) -> None:
    with theatre(tmp_path) as place, place.bot() as bot:
        place.file()
        place.quiet(bot)
        calls_of(place)
        place.project("engagement.manager").issues.create({"title": "Not on the board", "labels": ["bug"]})
        place.quiet(bot)
        asked = calls_of(place)
    assert asked == []


def test_the_echo_of_the_bots_own_writes_costs_no_call(tmp_path: Path) -> None:
    with theatre(tmp_path) as place, place.bot() as bot:
        iid = place.file()
        place.quiet(bot)
        calls_of(place)
        token = {"PRIVATE-TOKEN": place.seeded.tokens["sowbot"]}
        project = place.seeded.projects["gitlab-com/customer-success/professional-services-group/ps-plan"].id
        address = f"{place.url}/api/v4/projects/{project}/issues/{iid}"
        httpx.put(address, json={"add_labels": "EM_Status::ToDo"}, headers=token).raise_for_status()
        place.quiet(bot)
        asked = calls_of(place)
    assert asked == [f"PUT {ISSUE}"]
