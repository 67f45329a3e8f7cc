"""Messages to channels: once, and nothing of what is private."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey, Memory
from app.domain.message import NOTHING, About
from app.rules.model import Private
from tests.handlers.scene import BOOK, PS_PLAN, TEMPLATES, FakeChannels, Scene


class Unset(FakeChannels):
    """No channel has an address."""

    def post(self, channel: str, text: str, *, key: str, about: About = NOTHING) -> Outcome:
        del text, key, about
        return Outcome(Result.NOT_APPLICABLE, f"Nothing was posted to {channel}: set SLACK.")


TELL = {"channel": "professional-services", "template": "approval_requested"}


def test_the_channel_hears_of_it_once() -> None:
    scene = Scene()
    assert scene.run("notify", TELL).result is Result.APPLIED
    assert scene.run("notify", TELL).result is Result.ALREADY_SO
    ((channel, text),) = scene.channels.posted.values()
    assert channel == "professional-services"
    assert f"{PS_PLAN}" in text.replace("\\", "")


@pytest.mark.parametrize(
    "private",
    [
        {"labels": ("Services Calculator", "Public Sector US")},
        {"labels": ("Services Calculator", "public sector us")},
        {"confidential": True},
    ],
)
def test_only_the_private_channel_hears_of_a_private_item(private: dict[str, object]) -> None:
    scene = Scene(**private)  # type: ignore[arg-type]  # one of the cases above
    scene.run("notify", TELL)
    assert [channel for channel, _ in scene.channels.posted.values()] == ["us-pubsec"]


def test_without_a_private_channel_nobody_hears_of_a_private_item_and_a_comment_asks_to_pass_it_on() -> None:
    """7.3 (a)."""
    rules = BOOK.file.model_copy(update={"private": Private(labels=["Public Sector US"])})
    scene = Scene(rules=rules, labels=("Services Calculator", "Public Sector US"))
    for expected in (Result.APPLIED, Result.ALREADY_SO):
        outcome = scene.run("notify", TELL)
        assert outcome.result is expected
        assert "ps-plan#12 is private" in outcome.sentence
    assert scene.channels.posted == {}
    (note,) = scene.gitlab.bodies(scene.key)
    assert "This issue is private" in note
    assert "ready for approval" in note


def test_a_private_channel_that_has_no_address_is_none() -> None:
    scene = Scene(labels=("Services Calculator", "Public Sector US"))
    scene.channels = Unset()
    assert "so a comment asks to pass it on" in scene.run("notify", TELL).sentence
    assert len(scene.gitlab.bodies(scene.key)) == 1


def test_what_hangs_on_a_private_deal_is_told_of_in_the_private_channel_although_it_lacks_the_label() -> None:
    """7.3 (d): an intake that was filed before somebody put the label on the scoping issue."""
    scene = Scene(labels=())
    scoping = replace(
        scene.item, key=ItemKey(scene.key.project_id, 3), labels=("Services Calculator", "Public Sector US")
    )
    scene.gitlab.items[scoping.key] = scoping
    scene.gitlab.ensure_link(scene.key, scoping.key)
    scene.run("notify", TELL)
    assert [channel for channel, _ in scene.channels.posted.values()] == ["us-pubsec"]


def test_a_deal_is_not_private_because_it_is_linked_to_one_that_is() -> None:
    scene = Scene()
    other = replace(
        scene.item, key=ItemKey(scene.key.project_id, 3), labels=("Services Calculator", "Public Sector US")
    )
    scene.gitlab.items[other.key] = other
    scene.gitlab.ensure_link(scene.key, other.key)
    scene.run("notify", TELL)
    assert [channel for channel, _ in scene.channels.posted.values()] == ["professional-services"]


def test_a_channel_is_told_what_the_message_is_about_and_which_rule_wanted_it() -> None:
    scene = Scene(stage="proposal::SOW_WIP")
    scene.run("notify", TELL)
    (about,) = scene.channels.about.values()
    assert about.thread == str(scene.key)
    assert about.heading == "ps-plan#12 · SOW WIP"
    assert about.url == scene.item.web_url
    assert about.provenance == "Rule rule · label_rules.yaml line 120"


def test_taking_the_private_label_off_does_not_publish_the_item_at_once() -> None:
    scene = Scene()
    scene.change = replace(scene.change, removed=("Public Sector US",))
    scene.run("notify", TELL)
    remembered = Scene()
    remembered.gitlab.items[remembered.key] = replace(remembered.item, memory=Memory(sensitive=True))
    remembered.run("notify", TELL)
    for one in (scene, remembered):
        assert [channel for channel, _ in one.channels.posted.values()] == ["us-pubsec"]


@pytest.mark.parametrize("name", [name for name in TEMPLATES.names() if name.startswith("channel/")])
def test_no_message_about_a_private_item_says_what_is_in_it(name: str) -> None:
    scene = Scene(
        labels=("Services Calculator", "Public Sector US"),
        title="Canary Agency - Scope Issue and Write SOW",
        description="Account team: @canary.seller\nEstimate total: 98,765 USD\nSOW number: 4711",
    )
    scene.run("notify", {"channel": "professional-services", "template": name.removeprefix("channel/")})
    ((_, text),) = scene.channels.posted.values()
    for canary in ("Canary", "canary", "98,765", "4711"):
        assert canary not in text
