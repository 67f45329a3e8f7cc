"""The stand-in for Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from app.sandbox.pages.slack_text import slack_text
from app.sandbox.whole import whole_sandbox
from tests.sandbox.small_world import small_world

pytestmark = pytest.mark.anyio


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(whole_sandbox(small_world()).app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        yield client


async def test_a_post_is_answered_as_slack_does_and_listed_by_channel(web: httpx.AsyncClient) -> None:
    answer = await web.post("/-/sandbox/slack/ps-scheduling", json={"text": "One"})
    assert (answer.status_code, answer.text) == (200, "ok")
    assert answer.headers["content-type"].startswith("text/plain")
    await web.post("/-/sandbox/slack/ps-scheduling", json={"text": "Two", "blocks": []})
    listed = (await web.get("/-/sandbox/slack")).json()
    assert [post["text"] for post in listed["ps-scheduling"]] == ["One", "Two"]
    assert listed["ps-scheduling"][1]["payload"] == {"text": "Two", "blocks": []}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"text": 1}', b'{"text": ""}', b"\xff"])
async def test_anything_else_is_an_invalid_payload(web: httpx.AsyncClient, body: bytes) -> None:
    answer = await web.post("/-/sandbox/slack/ps", content=body)
    assert (answer.status_code, answer.text) == (400, "invalid_payload")
    assert (await web.get("/-/sandbox/slack")).json() == {}


async def test_the_page_shows_slacks_markup_and_nothing_else(web: httpx.AsyncClient) -> None:
    text = "*Bold* <https://x.test/?a=1&b=2|a &lt;deal&gt;> &amp; <script>alert(1)</script>"
    await web.post("/-/sandbox/slack/ps", json={"text": text})
    page = (await web.get("/slack")).text
    assert "<b>Bold</b>" in page
    assert '<a href="https://x.test/?a=1&amp;b=2">a &lt;deal&gt;</a> &amp;' in page
    assert "<script>alert" not in page


async def test_a_link_cannot_be_anything_but_an_address() -> None:
    assert "href" not in slack_text("<javascript:alert(1)|click>")


API = "/-/sandbox/slack/api/chat.postMessage"
BOT = {"Authorization": "Bearer xoxb-1"}


async def test_a_bots_answer_stands_in_the_thread_of_the_message_that_it_answers(web: httpx.AsyncClient) -> None:
    first = (await web.post(API, json={"channel": "#ps", "text": "One"}, headers=BOT)).json()
    assert first["ok"] is True
    for text in ("Two", "Three"):
        said = {"channel": "#ps", "text": text, "thread_ts": first["ts"]}
        assert (await web.post(API, json=said, headers=BOT)).json()["ok"] is True
    listed = (await web.get("/-/sandbox/slack")).json()["ps"]
    assert [post["thread_ts"] for post in listed] == ["", first["ts"], first["ts"]]
    assert len({post["ts"] for post in listed}) == 3
    assert "2 replies in the thread" in (await web.get("/slack")).text


@pytest.mark.parametrize(
    ("headers", "body", "error"),
    [
        ({}, {"channel": "#ps", "text": "x"}, "not_authed"),
        ({"Authorization": "Bearer xoxp-1"}, {"channel": "#ps", "text": "x"}, "invalid_auth"),
        (BOT, {"text": "x"}, "channel_not_found"),
        (BOT, {"channel": "#ps"}, "no_text"),
        (BOT, {"channel": "#ps", "text": "x", "thread_ts": "1.1"}, "thread_not_found"),
        (BOT, {"channel": "#ps", "text": "x", "blocks": [{"type": "section", "text": {"text": ""}}]}, "invalid_blocks"),
        (BOT, {"channel": "#ps", "text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
    ],
)
async def test_a_bot_is_refused_as_slack_does(
    web: httpx.AsyncClient, headers: dict[str, str], body: dict[str, object], error: str
) -> None:
    answer = await web.post(API, json=body, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"ok": False, "error": error})
    assert (await web.get("/-/sandbox/slack")).json() == {}


async def test_the_page_shows_blocks_as_people_see_them(web: httpx.AsyncClient) -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "ps-plan#7 <b>"}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*Won* &lt;script&gt;"},
            "accessory": {"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": "https://x.test/7"},
        },
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "Rule won"}]},
    ]
    await web.post("/-/sandbox/slack/ps", json={"text": "Won", "blocks": blocks})
    page = (await web.get("/slack")).text
    assert '<h3 class="heading">ps-plan#7 &lt;b&gt;</h3>' in page
    assert "<b>Won</b> &lt;script&gt;" in page
    assert '<a class="button" href="https://x.test/7">Open</a>' in page
    assert "Rule won" in page
