"""Messages to channels: once, and nothing of what is private."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.decision import Result
from app.domain.item import Memory
from app.rules.model import Private
from tests.handlers.scene import BOOK, PS_PLAN, TEMPLATES, Scene

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


def test_without_a_private_channel_nobody_hears_of_a_private_item() -> None:
    rules = BOOK.file.model_copy(update={"private": Private(labels=["Public Sector US"])})
    scene = Scene(rules=rules, labels=("Services Calculator", "Public Sector US"))
    assert scene.run("notify", TELL).result is Result.NOT_APPLICABLE
    assert scene.channels.posted == {}


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
