"""Signature confusion at the endpoint itself: what a proxy, a replayer or a holder of the old token could send."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from starlette.types import Message

from app.webhook.delivery import Delivery
from app.webhook.receive import Receiver
from app.webhook.verify import Verifier
from tests.webhook.deliveries import NOW, OTHER_TOKEN, TOKEN, body_of, issue, signed

pytestmark = pytest.mark.anyio
BODY = body_of(issue())
GOOD = signed(BODY)
Headers = Sequence[tuple[str, str]]


@dataclass
class Door:
    """The receiver with both kinds of token set, and what it let in."""

    let_in: list[Delivery] = field(default_factory=list)

    async def put(self, delivery: Delivery) -> bool:
        self.let_in.append(delivery)
        return True

    async def knock(self, headers: Headers, body: bytes = BODY) -> int:
        receiver = Receiver(Verifier([b"s3cret"], [TOKEN]), self, clock=lambda: NOW)
        answers: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body}

        async def send(message: Message) -> None:
            answers.append(message)

        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        await receiver({"type": "http", "headers": raw}, receive, send)
        return int(answers[0]["status"])


def but(**changed: str) -> Headers:
    """The good headers with some replaced; an empty text leaves one out."""
    given = GOOD | {name.replace("_", "-"): value for name, value in changed.items()}
    return [(name, value) for name, value in given.items() if value]


STALE, FUTURE = NOW - timedelta(seconds=301), NOW + timedelta(seconds=302)
REFUSED: dict[str, tuple[Headers, bytes]] = {
    "the secret token instead": ([("x-gitlab-token", "s3cret")], BODY),
    "the secret token beside a wrong signature": (but(webhook_signature="v1,AAAA", x_gitlab_token="s3cret"), BODY),
    "the secret token beside an empty signature": ([("webhook-signature", ""), ("x-gitlab-token", "s3cret")], BODY),
    "the signing token as the secret": ([("x-gitlab-token", TOKEN)], BODY),
    "stale": (list(signed(BODY, at=STALE).items()), BODY),
    "stale under a fresh time": (
        but(webhook_signature=signed(BODY, at=STALE)["webhook-signature"]),
        BODY,
    ),
    "future": (list(signed(BODY, at=FUTURE).items()), BODY),
    "another name": (but(webhook_id="another"), BODY),
    "another hook's token": (list(signed(BODY, token=OTHER_TOKEN).items()), BODY),
    "a list without a good one": (but(webhook_signature=" ".join(["v1," + "A" * 43 + "="] * 1000)), BODY),
    "the good one without its version": (but(webhook_signature=GOOD["webhook-signature"][3:]), BODY),
    "commas instead of blanks": (but(webhook_signature=GOOD["webhook-signature"] + ",v1,x"), BODY),
    "written anew": (but(), json.dumps(json.loads(BODY), indent=1).encode()),
    "in another order": (but(), json.dumps(json.loads(BODY), sort_keys=True).encode()),
    "in UTF-16": (but(), BODY.decode().encode("utf-16")),
    "with a byte-order mark": (but(), b"\xef\xbb\xbf" + BODY),
    "compressed": (but(), gzip.compress(BODY)),
    "with a line end": (but(), BODY + b"\n"),
    "empty": (but(), b""),
    "a dot moved from name to time": (
        but(webhook_id="f5e5f430", webhook_timestamp="." + GOOD["webhook-timestamp"]),
        BODY,
    ),
    "two times, the second wrong": ([*but(), ("webhook-timestamp", "1")], BODY),
    "two names, the second wrong": ([*but(), ("webhook-id", "another")], BODY),
}


@pytest.mark.parametrize("attack", REFUSED)
async def test_confusion_lets_nothing_in(attack: str) -> None:
    door = Door()
    headers, body = REFUSED[attack]
    assert await door.knock(headers, body) == 401
    assert door.let_in == []


async def test_the_good_one_is_let_in_also_out_of_a_list() -> None:
    door = Door()
    assert await door.knock(but()) == 202
    assert await door.knock(but(webhook_signature=f"v1,x v2,y {GOOD['webhook-signature']} v1a,z")) == 202


async def test_the_same_delivery_again_has_the_same_name_whatever_else_is_around_it() -> None:
    """So a replay within the five minutes is stored once: nobody can rename a signed delivery."""
    door = Door()
    await door.knock(but())
    await door.knock([*but(), ("idempotency-key", "another"), ("x-gitlab-event-uuid", "another")])
    assert len({delivery.change.delivery_id for delivery in door.let_in}) == 1
