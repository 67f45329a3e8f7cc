"""Assigning: by name or by a routing table, beside whoever is there."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from app.domain.decision import Result
from app.rules.model import Route, RouteWhen, RuleFile
from handlers.assign import AssignParams
from tests.handlers.scene import BOOK, Scene


def with_routes(*rows: Route) -> RuleFile:
    """The shipped rules with this one routing table."""
    return BOOK.file.model_copy(update={"routes": {"ems": list(rows)}})


def test_users_are_assigned_beside_the_present_ones() -> None:
    scene = Scene(assignees=("engagement.manager",))
    assert scene.run("assign", {"users": ["solutions.architect"]}).result is Result.APPLIED
    assert [person.username for person in scene.item.assignees] == ["engagement.manager", "solutions.architect"]
    assert scene.run("assign", {"users": ["solutions.architect"]}).result is Result.ALREADY_SO


def test_the_first_row_that_fits_decides_and_adds_its_labels() -> None:
    rows = (
        Route(when=RouteWhen(label=["Public Sector *"]), assign=["pubsec.em"]),
        Route(when=RouteWhen(fact={"territory": ["EMEA*"]}), assign=["emea.em"], add_labels=["Segment::Ent_EMEA"]),
        Route(assign=["any.em"]),
    )
    scene = Scene(rules=with_routes(*rows), description="Sales territory: EMEA South")
    outcome = scene.run("assign", {"route": "ems"})
    assert outcome.data["usernames"] == ["emea.em"]
    assert scene.item.labels == ("Services Calculator", "Segment::Ent_EMEA")
    public = Scene(rules=with_routes(*rows), labels=("Services Calculator", "Public Sector US"))
    assert public.run("assign", {"route": "ems"}).data["usernames"] == ["pubsec.em"]
    other = Scene(rules=with_routes(*rows))
    assert other.run("assign", {"route": "ems"}).data["usernames"] == ["any.em"]


def test_a_row_reads_old_forms_of_labels_and_amounts_as_people_say_them() -> None:
    rows = (
        Route(when=RouteWhen(label=["TA::Approved"], fact={"estimate_total": ["82,000 USD"]}), assign=["dear.em"]),
        Route(assign=["any.em"]),
    )
    scene = Scene(rules=with_routes(*rows), labels=("Services Calculator", "TA:Approved"))
    assert scene.run("assign", {"route": "ems"}).data["usernames"] == ["dear.em"]
    unread = Scene(rules=with_routes(*rows), description="Estimate total: dear", labels=("TA:Approved",))
    assert unread.run("assign", {"route": "ems"}).data["usernames"] == ["any.em"]


def test_a_row_may_ask_who_filed_it() -> None:
    rows = (
        Route(when=RouteWhen(filer=["services-*"]), assign=["one.em"]),
        Route(when=RouteWhen(fact={"requested_by": ["account.executive"]}), assign=["two.em"]),
    )
    assert Scene(rules=with_routes(*rows)).run("assign", {"route": "ems"}).data["usernames"] == ["one.em"]
    assert Scene(rules=with_routes(rows[1])).run("assign", {"route": "ems"}).data["usernames"] == ["two.em"]


def test_a_route_leaves_an_assigned_issue_to_its_assignee() -> None:
    scene = Scene(rules=with_routes(Route(assign=["any.em"])), assignees=("somebody",))
    assert scene.run("assign", {"route": "ems"}).result is Result.ALREADY_SO
    assert [person.username for person in scene.item.assignees] == ["somebody"]


def test_no_row_that_fits_assigns_nobody() -> None:
    scene = Scene(rules=with_routes(Route(when=RouteWhen(label=["TA::*"]), assign=["any.em"])))
    assert scene.run("assign", {"route": "ems"}).result is Result.NOT_APPLICABLE


def test_a_row_cannot_approve() -> None:
    scene = Scene(rules=with_routes(Route(assign=["any.em"], add_labels=["TA::Approved"])))
    assert scene.run("assign", {"route": "ems"}).result is Result.REFUSED
    assert scene.item.assignees == ()


def test_one_way_has_to_be_named() -> None:
    with pytest.raises(ValidationError, match="either a route or users"):
        AssignParams()


def test_those_whom_a_fact_names_are_assigned_beside_the_present_ones() -> None:
    scene = Scene(assignees=("engagement.manager",), description="Account team: @seller, @solutions.architect")
    assert scene.run("assign", {"fact": "account_team"}).result is Result.APPLIED
    assert [one.username for one in scene.item.assignees] == ["engagement.manager", "seller", "solutions.architect"]
    assert Scene(description="").run("assign", {"fact": "account_team"}).result is Result.NOT_APPLICABLE
    for wrong in ({}, {"fact": "account_team", "route": "ems"}, {"users": ["a"], "fact": "account_team"}):
        with pytest.raises(ValidationError):
            AssignParams.model_validate(wrong)
