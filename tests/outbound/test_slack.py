"""Posting to Slack: once, never by a redirect, and what is said when it fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
import respx
from pydantic import SecretStr

from app.domain.decision import Result
from app.errors import RateLimited, TryLater
from app.handler import Channels
from app.outbound.channels import BookChannels
from app.rules.model import Channel
from tests.outbound.memory import Memory

URL = "https://hooks.slack.example/services/T0/B0/s3cr3t"


@dataclass
class Slack:
    """The channels under test with the server they talk to."""

    channels: Channels
    memory: Memory
    route: respx.Route


@pytest.fixture
def slack() -> Iterator[Slack]:
    memory = Memory()
    secrets = {"SLACK_PS": URL, "SLACK_PUBSEC": URL, "SLACK_WRONG": "hooks.slack.example/s3cr3t"}
    secrets |= {"SLACK_WORSE": "https://x:s3cr3t", "SLACK_PLAIN": "http://hooks.slack.example/s3cr3t"}
    names = ("ps", "pubsec", "wrong", "worse", "plain", "unset")
    mentions = {"pubsec": "<!subteam^S012>"}
    channels = {name: Channel(slack=f"SLACK_{name.upper()}", mention=mentions.get(name, "")) for name in names}

    def secret(name: str) -> SecretStr | None:
        return SecretStr(secrets[name]) if name in secrets else None

    with respx.mock(assert_all_called=False) as server, httpx.Client(follow_redirects=True) as client:
        route = server.post(URL).mock(return_value=httpx.Response(200, text="ok"))
        yield Slack(BookChannels(channels, secret, memory, client), memory, route)


def test_a_message_is_posted_as_slack_text(slack: Slack) -> None:
    outcome = slack.channels.post("ps", r"[A\&B](https://x/7) <is> won", key="k")
    assert (outcome.result, outcome.sentence) == (Result.APPLIED, "Posted to ps.")
    said = json.loads(slack.route.calls.last.request.content)
    assert said["text"] == "<https://x/7|A&amp;B> &lt;is&gt; won"
    assert said["blocks"] == [{"type": "section", "text": {"type": "mrkdwn", "text": said["text"]}}]


def test_the_mention_of_the_rule_file_stands_before_it_as_it_is(slack: Slack) -> None:
    slack.channels.post("pubsec", "hello <!channel>", key="k")
    said = json.loads(slack.route.calls.last.request.content)
    assert said["text"] == said["blocks"][0]["text"]["text"] == "<!subteam^S012> hello &lt;!channel&gt;"


def test_the_same_key_posts_once(slack: Slack) -> None:
    slack.channels.post("ps", "hello", key="k")
    again = slack.channels.post("ps", "hello", key="k")
    assert again.result is Result.ALREADY_SO
    assert slack.route.call_count == 1
    slack.channels.post("ps", "hello", key="another")
    assert slack.route.call_count == 2


def test_a_message_that_was_begun_before_a_crash_is_not_posted_again_and_the_outcome_says_so(slack: Slack) -> None:
    slack.memory.begin("k")
    outcome = slack.channels.post("ps", "hello", key="k")
    assert outcome.result is Result.STOOD_DOWN
    assert "Not posted to ps again" in outcome.sentence
    assert slack.route.call_count == 0


def test_an_unknown_channel_and_one_without_an_address_post_nothing_and_say_what_to_set(slack: Slack) -> None:
    unknown = slack.channels.post("nope", "hello", key="k")
    assert (unknown.result, "rule file" in unknown.sentence) == (Result.NOT_APPLICABLE, True)
    outcome = slack.channels.post("unset", "hello", key="k")
    assert outcome.result is Result.NOT_APPLICABLE
    assert "SLACK_UNSET" in outcome.sentence
    assert slack.memory.states == {}


@pytest.mark.parametrize(
    ("header", "after_s"),
    [
        ("30", 30.0),
        ("1e9", 3600.0),
        ("-4", 0.0),
        ("nan", None),
        ("soon", None),
        (None, None),
        (format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True), 3600.0),
        (format_datetime(datetime(2001, 1, 1, tzinfo=UTC)), 0.0),
    ],
    ids=range(8),
)
def test_slacks_wish_to_wait_is_passed_on_and_the_message_may_go_out_later(
    slack: Slack, header: str | None, after_s: float | None
) -> None:
    headers = {"Retry-After": header} if header else {}
    slack.route.mock(side_effect=[httpx.Response(429, headers=headers), httpx.Response(200)])
    with pytest.raises(RateLimited) as caught:
        slack.channels.post("ps", "hello", key="k")
    assert caught.value.after_s == after_s
    assert slack.channels.post("ps", "hello", key="k").result is Result.APPLIED


@pytest.mark.parametrize(
    "failure", [httpx.Response(503), httpx.ConnectError("x"), httpx.ConnectTimeout("x")], ids=range(3)
)
def test_what_certainly_did_not_arrive_is_tried_later(slack: Slack, failure: httpx.Response | Exception) -> None:
    slack.route.mock(side_effect=[failure, httpx.Response(200)])
    with pytest.raises(TryLater):
        slack.channels.post("ps", "hello", key="k")
    assert slack.channels.post("ps", "hello", key="k").result is Result.APPLIED


@pytest.mark.parametrize(
    "failure", [httpx.ReadTimeout("x"), httpx.ReadError("x"), httpx.RemoteProtocolError("x")], ids=range(3)
)
def test_what_may_have_arrived_is_not_tried_again(slack: Slack, failure: Exception) -> None:
    slack.route.mock(side_effect=[failure])
    for _ in range(2):
        outcome = slack.channels.post("ps", "hello", key="k")
        assert outcome.result is Result.STOOD_DOWN
        assert "Look there" in outcome.sentence
    assert slack.route.call_count == 1


@pytest.mark.parametrize(
    ("status", "text", "words"),
    [
        (404, "no_service", "make a new one and set SLACK_PS"),
        (410, "channel_is_archived", "its channel is archived"),
        (400, f"<html>{URL}</html>", "status 400; look at SLACK_PS"),
        (403, "{variable}", "status 403; look at SLACK_PS"),
    ],
)
def test_a_refusal_says_why_and_may_be_tried_again_by_hand(slack: Slack, status: int, text: str, words: str) -> None:
    slack.route.mock(return_value=httpx.Response(status, text=text))
    outcome = slack.channels.post("ps", "hello", key="k")
    assert outcome.result is Result.REFUSED
    assert words in outcome.sentence
    assert slack.memory.states == {}


def test_redirects_are_never_followed(slack: Slack) -> None:
    slack.route.mock(return_value=httpx.Response(302, headers={"Location": "https://evil.example/"}))
    outcome = slack.channels.post("ps", "hello", key="k")
    assert outcome.result is Result.REFUSED
    assert "leads elsewhere" in outcome.sentence
    assert "evil" not in outcome.sentence


@pytest.mark.parametrize("channel", ["wrong", "worse", "plain"])
def test_an_address_that_is_none_is_refused_without_being_shown(slack: Slack, channel: str) -> None:
    outcome = slack.channels.post(channel, "hello", key="k")
    assert outcome.result is Result.REFUSED
    assert f"SLACK_{channel.upper()}" in outcome.sentence
    assert "s3cr3t" not in outcome.sentence
    assert slack.memory.states == {}


@pytest.mark.parametrize("failure", [404, 302, 429, 500, httpx.ConnectError(URL), httpx.ReadTimeout(URL)], ids=range(6))
def test_the_address_is_in_no_sentence_and_no_error(slack: Slack, failure: int | Exception) -> None:
    slack.route.mock(side_effect=[httpx.Response(failure, text=URL) if isinstance(failure, int) else failure])
    try:
        said = slack.channels.post("ps", "hello", key="k").sentence
    except TryLater as error:
        said = f"{error} {error.__cause__} {error.__suppress_context__}"
    assert "s3cr3t" not in said
