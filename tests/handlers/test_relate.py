"""Relating an item to the issue that it names."""

from __future__ import annotations

from dataclasses import replace

from app.domain.decision import Result
from app.domain.item import ItemKey
from app.rules.model import FactDef
from tests.handlers.scene import BOOK, PS_PLAN, Scene

RULES = BOOK.file.model_copy(
    update={"facts": {**BOOK.file.facts, "scoping_issue": FactDef(line="Scoping issue", issue=True)}}
)
RELATE = {"to": "scoping_issue", "comment": "stage"}


def scene(line: str = "Scoping issue: #40", **more: object) -> Scene:
    """An issue that names number 40 of its project as its scoping issue."""
    made = Scene(description=line, labels=(), rules=RULES, **more)  # type: ignore[arg-type]
    other = ItemKey(made.key.project_id, 40)
    made.gitlab.items[other] = replace(made.item, key=other, title="Example Bank - Scope", labels=(), description="")
    return made


def other(made: Scene) -> ItemKey:
    return ItemKey(made.key.project_id, 40)


def test_the_issue_that_is_named_is_linked_and_told_once() -> None:
    made = scene()
    outcome = made.run("relate", RELATE)
    assert outcome.result is Result.APPLIED
    assert outcome.data["reference"] == f"{PS_PLAN}#40"
    assert made.gitlab.links == {(made.key, other(made))}
    assert len(made.gitlab.bodies(other(made))) == 1
    writes = made.gitlab.writes
    assert made.run("relate", RELATE, key="rule.0.m2").result is Result.ALREADY_SO
    assert made.gitlab.writes == writes


def test_the_named_issue_gets_a_label_that_is_no_approval() -> None:
    made = scene()
    assert made.run("relate", RELATE | {"label": "Work at Risk"}).result is Result.APPLIED
    assert made.gitlab.items[other(made)].labels == ("Work at Risk",)
    assert made.item.labels == ()
    assert made.run("relate", RELATE | {"label": "WaR::Approved"}).result is Result.REFUSED
    assert made.gitlab.items[other(made)].labels == ("Work at Risk",)


def test_what_names_nothing_itself_or_something_hidden_is_left_alone() -> None:
    for line in ("nothing", "Scoping issue: #12", "Scoping issue: #99", "Scoping issue: no/where#1"):
        made = scene(line)
        before = made.gitlab.writes
        assert made.run("relate", RELATE).result is Result.NOT_APPLICABLE, line
        assert made.gitlab.writes == before


def test_what_belongs_to_a_private_deal_becomes_as_private_before_anybody_is_told() -> None:
    made = scene()
    made.gitlab.items[other(made)] = replace(made.gitlab.items[other(made)], labels=("Public Sector US",))
    made.run("relate", RELATE)
    assert made.item.labels == ("Public Sector US",)
    # The same plan goes on with the item as it was seen before.
    made.gitlab.items[made.key] = replace(made.item, labels=())
    made.run("notify", {"channel": "professional-services", "template": "approval_requested"})
    assert [channel for channel, _ in made.channels.posted.values()] == ["us-pubsec"]


def test_of_a_private_item_the_open_one_hears_the_reference_only() -> None:
    made = scene(title="Secret Agency - Change order", confidential=True)
    made.gitlab.items[other(made)] = replace(made.gitlab.items[other(made)], confidential=False)
    made.run("relate", {**RELATE, "comment": "won"})
    (body,) = made.gitlab.bodies(other(made))
    assert "Secret Agency" not in body
