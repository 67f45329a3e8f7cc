"""What GitLab is answered, and what is stored before."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from app.domain.change import Kind
from app.errors import TryLater
from app.webhook.delivery import Delivery
from app.webhook.receive import Receiver, router
from app.webhook.requests import Received
from app.webhook.verify import Verifier
from tests.webhook.deliveries import NOW, TOKEN, body_of, headers, issue, signed

pytestmark = pytest.mark.anyio
BODY = body_of(issue())


@dataclass
class Shelf:
    """An inbox in memory that can be told to fail."""

    stored: list[Delivery] = field(default_factory=list)
    fails_with: Exception | None = None

    async def put(self, delivery: Delivery) -> bool:
        if self.fails_with:
            raise self.fails_with
        fresh = delivery.change.delivery_id not in {one.change.delivery_id for one in self.stored}
        self.stored.append(delivery)
        return fresh


@dataclass
class Bot:
    """The endpoint with its inbox and what its watch was told."""

    shelf: Shelf = field(default_factory=Shelf)
    seen: list[tuple[str, Received]] = field(default_factory=list)
    verifier: Verifier = field(default_factory=lambda: Verifier([b"s3cret"], []))
    max_body: int = 5_000

    def client(self) -> httpx.AsyncClient:
        app = FastAPI()

        def watch(hook: str, outcome: Received, seconds: float) -> None:
            assert 0 <= seconds < 5
            self.seen.append((hook, outcome))

        app.include_router(
            router(
                Receiver(
                    self.verifier,
                    self.shelf,
                    max_body=self.max_body,
                    body_timeout_s=0.2,
                    clock=lambda: NOW,
                    watch=watch,
                )
            )
        )
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot")

    async def post(
        self, content: bytes | AsyncIterator[bytes] = BODY, given: dict[str, str] | None = None
    ) -> httpx.Response:
        async with self.client() as client:
            sent = headers(x_gitlab_token="s3cret") if given is None else given
            return await client.post("/webhooks/gitlab", content=content, headers=sent)


async def test_a_delivery_is_stored_and_answered_202_with_its_name() -> None:
    bot = Bot()
    answer = await bot.post()
    assert (answer.status_code, answer.json()) == (202, {"id": "f5e5f430-f57b-4e6e-9fac-d9128cd72320"})
    (delivery,) = bot.shelf.stored
    assert delivery.change.kind is Kind.EDITED
    assert (delivery.body, delivery.received_at) == (BODY, NOW)
    assert bot.seen == [("Issue Hook", "stored")]


async def test_a_signed_delivery_is_accepted_over_the_bytes_that_came() -> None:
    bot = Bot(verifier=Verifier([], [TOKEN]))
    assert (await bot.post(given=signed(BODY))).status_code == 202
    assert (await bot.post(BODY + b" ", given=signed(BODY))).status_code == 401


async def test_the_answer_waits_for_the_store() -> None:
    released = asyncio.Event()

    @dataclass
    class Slow(Shelf):
        async def put(self, delivery: Delivery) -> bool:
            await released.wait()
            return await super().put(delivery)

    bot = Bot(shelf=Slow())
    pending = asyncio.create_task(bot.post())
    await asyncio.sleep(0.05)
    assert not pending.done()
    released.set()
    assert (await pending).status_code == 202


async def test_no_token_or_signature_is_ever_stored() -> None:
    bot = Bot()
    await bot.post(
        given=headers(x_gitlab_token="s3cret", authorization="Bearer x", x_custom="y", user_agent="GitLab/19")
    )
    assert dict(bot.shelf.stored[0].headers) == {
        "content-type": "application/json",
        "user-agent": "GitLab/19",
        "webhook-id": "f5e5f430-f57b-4e6e-9fac-d9128cd72320",
        "x-gitlab-event": "Issue Hook",
    }


async def test_the_same_delivery_again_is_answered_202_too() -> None:
    bot = Bot()
    assert [(await bot.post()).status_code for _ in range(2)] == [202, 202]
    assert [outcome for _, outcome in bot.seen] == ["stored", "duplicate"]


@pytest.mark.parametrize("content", [b"", b"nonsense", b"[" * 4000, body_of({"object_kind": "unheard of"}), b"\xff"])
async def test_anything_authentic_is_answered_202(content: bytes) -> None:
    bot = Bot()
    assert (await bot.post(content)).status_code == 202
    assert bot.shelf.stored[0].change.kind is Kind.OTHER


async def test_a_wrong_token_is_401_and_the_sender_learns_nothing_while_the_log_says_why() -> None:
    bot = Bot()
    with capture_logs() as logs:
        answer = await bot.post(given=headers(x_gitlab_token="guess"))
    assert (answer.status_code, answer.json()) == (401, {"error": "this delivery could not be verified"})
    assert "SOWBOT_WEBHOOK_SECRET" in logs[0]["reason"]
    assert "guess" not in str(logs)
    assert (bot.shelf.stored, bot.seen) == ([], [("Issue Hook", "bad signature")])


async def test_a_token_outside_ascii_is_401() -> None:
    bot = Bot()
    async with bot.client() as client:
        answer = await client.post("/webhooks/gitlab", content=BODY, headers={b"x-gitlab-token": b"s3cr\xe9t\xff"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "error",
    [TryLater("The disk is full."), sqlite3.OperationalError("database is locked: 'text'"), OSError(28, "no space")],
)
async def test_a_delivery_that_cannot_be_stored_is_503_so_that_gitlab_keeps_it(error: Exception) -> None:
    bot = Bot(shelf=Shelf(fails_with=error))
    with capture_logs() as logs:
        answer = await bot.post()
    assert answer.status_code == 503
    assert bot.seen == [("Issue Hook", "not stored")]
    assert logs[0]["event"] == "webhook.not_stored"
    assert "'text'" not in str(logs)


async def chunks(*parts: bytes, pause_s: float = 0.0) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
        await asyncio.sleep(pause_s)


@pytest.mark.parametrize(
    "content", [lambda: b"x" * 5_001, lambda: chunks(b"x" * 3_000, b"x" * 3_000)], ids=["declared", "chunked"]
)
async def test_a_body_over_the_limit_is_413(content: Callable[[], bytes | AsyncIterator[bytes]]) -> None:
    bot = Bot()
    assert (await bot.post(content())).status_code == 413
    assert (bot.shelf.stored, bot.seen) == ([], [("Issue Hook", "too large")])


async def test_a_body_of_the_largest_size_is_taken() -> None:
    assert (await Bot().post(b"x" * 5_000)).status_code == 202


async def test_a_body_that_does_not_end_is_408() -> None:
    bot = Bot()
    answer = await bot.post(chunks(b"{", b" ", b" ", b" ", pause_s=0.1))
    assert answer.status_code == 408
    assert (bot.shelf.stored, bot.seen) == ([], [("Issue Hook", "too slow")])


async def test_bodies_and_tokens_are_never_logged() -> None:
    secret_text = body_of(issue(attributes={"title": "the customer's name"}))
    with capture_logs() as logs:
        await Bot().post(secret_text)
        await Bot(shelf=Shelf(fails_with=OSError("disk"))).post(secret_text)
        await Bot().post(secret_text, given=headers(x_gitlab_token="wr0ng"))
    assert logs
    assert not any(word in str(logs) for word in ("the customer's name", "s3cret", "wr0ng"))


async def test_the_time_of_arrival_comes_from_a_clock_in_utc_by_default() -> None:
    shelf = Shelf()
    app = FastAPI()
    app.include_router(router(Receiver(Verifier([b"s3cret"], []), shelf)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
        await client.post("/webhooks/gitlab", content=BODY, headers=headers(x_gitlab_token="s3cret"))
    assert abs((datetime.now(UTC) - shelf.stored[0].received_at).total_seconds()) < 60
