"""A channel's limit: what is over comes together in one message afterwards, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import respx
import sqlalchemy as sa
from pydantic import SecretStr

from app.domain.decision import Result
from app.domain.message import About
from app.engine.migrations import create_tables
from app.engine.posts import DatabasePosts
from app.engine.tables import connect, places
from app.errors import TryLater
from app.outbound.channels import BookChannels
from app.rules.limit import parse_throttle
from app.rules.model import Channel

URL = "https://hooks.slack.example/s3cr3t"
ITEM = About("1#1")
LIMITED = Channel(slack="SLACK", throttle=parse_throttle("2 in 10 minutes"))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = connect(f"sqlite:///{tmp_path / 'sowbot.sqlite'}", pool_size=2)
    create_tables(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def slack() -> Iterator[respx.Route]:
    with respx.mock(assert_all_called=False) as server:
        yield server.post(URL).mock(return_value=httpx.Response(200, text="ok"))


@pytest.fixture
def channels(database: sa.Engine, slack: respx.Route) -> Iterator[BookChannels]:
    del slack
    with httpx.Client() as client:
        yield BookChannels({"ps": LIMITED}, lambda _: SecretStr(URL), DatabasePosts(database), client)


def make_room(database: sa.Engine) -> None:
    """Ten minutes go by."""
    with database.begin() as connection:
        connection.execute(places.update().values(at=places.c.at - 600))


def said(slack: respx.Route) -> str:
    text: str = json.loads(slack.calls.last.request.content)["text"]
    return text


def test_a_digest_is_never_folded(slack: respx.Route, channels: BookChannels) -> None:
    for number in range(2):
        channels.post("ps", "[ps-plan](https://x) is won", key=f"k{number}", about=About(f"1#{number}"))
    digest = "\n".join(f"line {number} of the week" for number in range(80))
    assert channels.post("ps", digest, key="digest").result is Result.APPLIED
    assert "line 79 of the week" in said(slack)


def test_what_is_over_the_limit_comes_in_one_message_when_there_is_room(
    database: sa.Engine, slack: respx.Route, channels: BookChannels
) -> None:
    for number in range(9):
        about = About(f"1#{number}")
        outcome = channels.post("ps", f"[ps-plan\\#{number}](https://x/{number}) is won", key=f"k{number}", about=about)
        assert outcome.result is (Result.APPLIED if number < 2 else Result.WAITING)
    assert "takes 2 in 10 minutes" in outcome.sentence
    channels.post_held()
    assert slack.call_count == 2
    make_room(database)
    channels.post_held()
    assert slack.call_count == 3
    assert said(slack).startswith("… and 7 more messages, because this channel takes 2 in 10 minutes:")
    for number in range(2, 9):
        assert f"• <https://x/{number}|ps-plan#{number}> is won" in said(slack)
    channels.post_held()
    assert slack.call_count == 3


def test_a_message_that_was_held_back_is_not_posted_or_held_again(
    database: sa.Engine, slack: respx.Route, channels: BookChannels
) -> None:
    for number in (0, 1, 2, 2, 0):
        outcome = channels.post("ps", "hello", key=f"k{number}", about=ITEM)
    assert outcome.result is Result.ALREADY_SO
    make_room(database)
    channels.post_held()
    assert "1 more message," in said(slack)


def test_a_bundle_that_slack_can_not_take_stays_and_is_the_same_at_the_next_try(
    database: sa.Engine, slack: respx.Route, channels: BookChannels
) -> None:
    for number in range(3):
        channels.post("ps", "hello", key=f"k{number}", about=ITEM)
    make_room(database)
    slack.mock(side_effect=[httpx.Response(503), httpx.Response(200)])
    channels.post_held()
    channels.post_held()
    assert slack.call_count == 4
    assert "1 more message," in said(slack)
    channels.post_held()
    assert slack.call_count == 4


def test_more_than_one_message_holds_make_another(
    database: sa.Engine, slack: respx.Route, channels: BookChannels
) -> None:
    for number in range(32):
        channels.post("ps", f"hello {number}", key=f"k{number:02}", about=ITEM)
    make_room(database)
    for _ in range(2):
        channels.post_held()
    texts = [json.loads(call.request.content)["text"] for call in slack.calls]
    assert len(texts) == 4
    assert sum(text.count("• hello") for text in texts) == 30


def test_a_message_that_did_not_arrive_takes_nobodys_place(slack: respx.Route, channels: BookChannels) -> None:
    slack.mock(side_effect=[httpx.Response(503)] * 3 + [httpx.Response(200)] * 2)
    for _ in range(3):
        with pytest.raises(TryLater):
            channels.post("ps", "hello", key="k", about=ITEM)
    assert [channels.post("ps", "hello", key=key, about=ITEM).result for key in ("k", "l")] == [Result.APPLIED] * 2


def test_threads_are_remembered_by_channel_and_issue(database: sa.Engine) -> None:
    posts = DatabasePosts(database)
    assert posts.thread("C1", "1#7") == ""
    posts.open_thread("C1", "1#7", "1.1")
    posts.open_thread("C1", "1#7", "2.2")
    assert (posts.thread("C1", "1#7"), posts.thread("C2", "1#7")) == ("1.1", "")
    posts.close_thread("C1", "1#7")
    assert posts.thread("C1", "1#7") == ""
