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
