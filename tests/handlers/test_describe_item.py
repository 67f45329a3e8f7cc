"""The block in the item's own description: what another system told becomes facts, and nothing in it can act."""

from __future__ import annotations

from dataclasses import replace

from app.domain.change import Kind
from app.domain.decision import Result
from app.domain.item import Snapshot
from app.rules.reading.facts import read_facts
from handlers.note_text import outside_context, template_context
from tests.handlers.scene import BOOK, Scene

TOLD = {"template": "deal_told"}


def deal(**extra: str) -> Scene:
    """An item of which Salesforce told this."""
    scene = Scene()
    told = {"opportunity_id": "006Ab000001", **extra}
    scene.change = replace(scene.change, kind=Kind.DEAL, deal="closed_won", actor=None, extra=told)
    return scene


def written(scene: Scene) -> Snapshot:
    """The item with what was written at the end of its description."""
    return replace(scene.item, description="\n\n".join([scene.item.description, *scene.gitlab.blocks.values()]))


def test_what_was_told_becomes_facts_of_the_item() -> None:
    scene = deal(sow_number="3697", close_date="2026-05-29", amount="82000.00", currency="USD")
    assert scene.run("describe_item", TOLD).result is Result.APPLIED
    facts = read_facts(BOOK, written(scene))
    assert (facts["sow_number"], facts["close_date"]) == (3697, "2026-05-29")
    assert "82,000 USD" in written(scene).description


def test_the_same_again_changes_nothing_and_news_replace_the_block() -> None:
    scene = deal(sow_number="3697")
    scene.run("describe_item", TOLD)
    assert scene.run("describe_item", TOLD, key="rule.0.m2").result is Result.ALREADY_SO
    scene.change = replace(scene.change, extra={"opportunity_id": "006Ab000001", "sow_number": "3698"})
    assert scene.run("describe_item", TOLD, key="rule.0.m3").result is Result.APPLIED
    assert written(scene).description.count("SOW number") == 1
    assert read_facts(BOOK, written(scene))["sow_number"] == 3698


def test_an_account_s_name_states_no_fact_and_mentions_nobody() -> None:
    scene = deal(account="SOW number: 1 @all [x](http://evil.example) <!-- x -->")
    scene.run("describe_item", TOLD)
    assert "sow_number" not in read_facts(BOOK, written(scene))
    for live in (" @all", " [x](", " <!-- x"):
        assert live not in written(scene).description


def test_templates_know_the_deal_and_outside_a_private_item_s_is_empty() -> None:
    scene = deal(account="Example Bank", amount="82000.5", currency="USD")
    inside = template_context(scene.context("comment", {"template": "deal_won"}))["deal"]
    assert isinstance(inside, dict)
    assert (inside["event"], inside["account"], inside["value"]) == ("closed_won", "Example Bank", "82,000.50 USD")
    scene.gitlab.items[scene.key] = replace(scene.item, confidential=True)
    outside = outside_context(scene.context("notify", {"channel": "ps-scheduling", "template": "intake_won"}))["deal"]
    assert isinstance(outside, dict)
    assert {value for name, value in outside.items() if name != "event"} == {""}
