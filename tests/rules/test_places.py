"""Where the rules listen: read off their conditions, no more and no less."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import handlers
from app.rules.deciding.places import Listened, listened, outermost, within
from app.rules.loading.load import load_or_raise
from app.templating.folder import TemplateFolder
from handlers.note_text import CONTEXT_NAMES
from tests.rules.deal import book

ROOT = Path(__file__).parents[2]

PROJECTS = {"plan": "ps/plan", "root": "ps/delivery", "one": "ps/delivery/acme/sow", "numbered": 77}


def where(*whens: dict[str, Any], mode: str = "live", project: str | None = None) -> Listened:
    rules = [
        {"name": f"rule-{number}", "why": "Because.", "when": {"event": "comment", **when}, "do": [], "mode": mode}
        for number, when in enumerate(whens)
    ]
    return listened(book(projects=PROJECTS, rules=rules, defaults={"project": project}))


@pytest.mark.parametrize(
    ("when", "places"),
    [
        ({"project": "plan"}, {"ps/plan"}),
        ({"project": ["plan", "root"]}, {"ps/plan", "ps/delivery"}),
        ({"project": "numbered"}, {"77"}),
        ({"any_of": [{"project": "plan"}, {"project": "root"}]}, {"ps/plan", "ps/delivery"}),
        ({"all_of": [{"project": ["plan", "root"]}, {"project": "one"}]}, {"ps/delivery/acme/sow"}),
        ({"project": "root", "any_of": [{"project": "one"}, {"confidential": True}]}, {"ps/delivery"}),
        ({"project": "plan", "all_of": [{"project": "root"}]}, set()),
        ({"project": "plan", "not": {"project": "root"}}, {"ps/plan"}),
        ({"project": "plan", "all_of": [{"project": "numbered"}]}, {"ps/plan", "77"}),
    ],
)
def test_a_rule_listens_where_its_condition_can_hold(when: dict[str, Any], places: set[str]) -> None:
    found = where(when)
    assert set(found.places) == places
    assert not found.anywhere


@pytest.mark.parametrize("when", [{}, {"not": {"project": "plan"}}, {"any_of": [{"project": "plan"}, {"title": "x"}]}])
def test_a_rule_that_names_no_place_listens_anywhere_and_at_home(when: dict[str, Any]) -> None:
    assert where(when) == Listened((), anywhere=True)
    assert where(when, project="plan") == Listened(("ps/plan",), anywhere=True)


def test_a_rule_that_is_off_listens_nowhere_and_one_in_shadow_does() -> None:
    assert where({"project": "root"}, mode="off") == Listened((), anywhere=False)
    assert where({"project": "root"}, mode="shadow") == Listened(("ps/delivery",), anywhere=False)


def test_no_place_is_looked_at_twice() -> None:
    assert outermost(["ps/delivery", "PS/Delivery", "ps/delivery/acme/sow", "ps/delivery-two", "77"]) == (
        "77",
        "PS/Delivery",
        "ps/delivery-two",
    )
    assert within("ps/delivery/acme", "ps/delivery/")
    assert not within("ps/delivery-two", "ps/delivery")


def test_the_shipped_rules_listen_to_the_board_training_and_the_customers_projects() -> None:
    shipped = load_or_raise(
        ROOT / "label_rules.yaml",
        actions=handlers.specs(),
        templates=TemplateFolder(ROOT / "templates"),
        context_names=CONTEXT_NAMES,
    )
    group = "gitlab-com/customer-success/professional-services-group"
    delivery = f"{group}/professional-services-delivery"
    assert listened(shipped) == Listened(
        (
            f"{group}/education-services",
            f"{delivery}/gitlab-partner-collaboration",
            f"{delivery}/gitlab-professional-services",
            f"{group}/ps-plan",
        ),
        anywhere=True,
    )
