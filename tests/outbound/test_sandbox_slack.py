"""Both kinds of Slack against the stand-in over HTTP: what it takes is what Slack takes."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from app.demo.server import Server, listen, url_of
from app.domain.decision import Result
from app.domain.message import About
from app.outbound.channels import BookChannels
from app.rules.model import Channel
from app.rules.model.definitions import SlackBot
from app.sandbox.whole import whole_sandbox
from tests.outbound.memory import Memory
from tests.sandbox.small_world import small_world

CHANNELS = {
    "hook": Channel(slack="HOOK"),
    "ps": Channel(slack_bot=SlackBot(token="BOT", channel="#ps")),  # a variable's name
    "ps-ta": Channel(slack_bot=SlackBot(token="BOT", channel="#ps"), mention="@ps-ta"),
}


@pytest.fixture
def here() -> Iterator[str]:
    """Where the stand-in listens."""
    listener = listen(0)
    server = Server(whole_sandbox(small_world()).app, listener)
    server.start()
    yield url_of(listener)
    server.stop()


def test_two_channels_of_one_slack_channel_share_an_issues_thread(here: str) -> None:
    secrets = {"HOOK": SecretStr(f"{here}/-/sandbox/slack/us-pubsec"), "BOT": SecretStr("xoxb-1")}
    with httpx.Client(trust_env=False) as web:
        _post_all(BookChannels(CHANNELS, secrets.get, Memory(), web, slack_api=f"{here}/-/sandbox/slack/api"))
        posted = web.get(f"{here}/-/sandbox/slack").json()
    assert [bool(post["thread_ts"]) for post in posted["ps"]] == [False, True, True]
    assert [post["thread_ts"] for post in posted["us-pubsec"]] == [""]


def _post_all(channels: BookChannels) -> None:
    for number, channel in enumerate(("ps", "ps-ta", "ps", "hook")):
        text = "[ps\\#7](https://gitlab.example/7) " + "long & <long> \n" * 900 * (number == 2)
        outcome = channels.post(channel, text, key=str(number), about=About("1#7", "ps#7", "https://gitlab.example/7"))
        assert outcome.result is Result.APPLIED, outcome.sentence
