"""The Services Calculator's form: who is let in, what is understood, what is stored, what the sender is told."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from app.domain.change import Kind
from app.webhook.calculator import CalculatorReceiver, router
from app.webhook.calculator_form import FORM, read_form
from app.webhook.delivery import Delivery
from app.webhook.verify import Signatures
from tests.webhook.deliveries import NOW, OTHER_TOKEN, TOKEN, signed

SERVICES = ("implementation", "scm_migration")
ASKED: dict[str, Any] = {
    "customer": "Example Bank",
    "username": "@account.executive",
    "email": "ae@example.com",
    "services": ["scm_migration"],
    "public_sector_us": True,
    "answers": {"scm_migration": {"Total users": 775, "CI/CD systems": None, "SSO identity provider": "Okta\nSAML"}},
}
FILED_IN = "https://gitlab.example/ps/plan/-/issues"


@dataclass
class Bot:
    """The endpoint with an inbox in memory."""

    stored: list[Delivery] = field(default_factory=list)
    fails: bool = False

    async def put(self, delivery: Delivery) -> bool:
        if self.fails:
            raise OSError("disk full")
        fresh = delivery.change.delivery_id not in {one.change.delivery_id for one in self.stored}
        self.stored += [delivery] if fresh else []
        return fresh

    async def post(self, said: object, *, token: str = TOKEN, at: datetime = NOW) -> httpx.Response:
        app = FastAPI()
        receiver = CalculatorReceiver(
            Signatures([TOKEN], setting="SOWBOT_CALCULATOR_SIGNING_TOKEN"),
            self,
            services=lambda: SERVICES,
            filed_in=lambda: FILED_IN,
            clock=lambda: NOW,
        )
        app.include_router(router(receiver))
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
            return await client.post("/events/calculator", content=body, headers=signed(body, token=token, at=at))


@pytest.mark.anyio
async def test_a_signed_form_is_stored_and_the_sender_told_where_its_issue_will_be() -> None:
    bot = Bot()
    answer = await bot.post(ASKED)
    (delivery,) = bot.stored
    change = delivery.change
    assert (answer.status_code, answer.json()) == (202, {"id": change.delivery_id, "filed_in": FILED_IN})
    assert (change.kind, change.item, change.actor) == (Kind.REQUEST, None, None)
    form = json.loads(change.extra[FORM])
    assert (form["username"], form["public_sector_us"]) == ("account.executive", True)
    assert form["answers"]["scm_migration"] == {
        "Total users": "775",
        "CI/CD systems": "",
        "SSO identity provider": "Okta SAML",
    }


@pytest.mark.anyio
async def test_the_same_form_again_is_answered_alike_and_counts_once() -> None:
    bot = Bot()
    answers = [await bot.post(ASKED) for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    assert len(bot.stored) == 1


@pytest.mark.anyio
async def test_strangers_learn_nothing() -> None:
    bot = Bot()
    for answer in (await bot.post(ASKED, token=OTHER_TOKEN), await bot.post(b"{", token=OTHER_TOKEN)):
        assert (answer.status_code, answer.json()) == (401, {"error": "this event could not be verified"})
    assert bot.stored == []


@pytest.mark.anyio
async def test_what_can_t_be_stored_is_not_taken() -> None:
    assert (await Bot(fails=True).post(ASKED)).status_code == 503


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "customer: is missing; username: is missing; public_sector_us: is missing"),
        (ASKED | {"customer": ""}, "customer: must not be empty"),
        (ASKED | {"public_sector_us": "no"}, "public_sector_us: must be true or false"),
        (ASKED | {"email": "nobody"}, "email: must be an e-mail address"),
        (ASKED | {"e_mail": "a@b"}, "e_mail: there is no such field"),
        (ASKED | {"services": "scm_migration"}, "services: must be a list"),
        (ASKED | {"services": ["scm"]}, "services: there is no such service; there are implementation, scm_migration"),
        (ASKED | {"answers": {"scm": {}}}, "answers: there is no such service"),
        (ASKED | {"answers": {"scm_migration": {str(n): "x" for n in range(81)}}}, "answers: has more entries than 80"),
        (ASKED | {"answers": {"scm_migration": {"q": ["x"]}}}, "answers: must be a text"),
        ([ASKED], "the body must be a JSON object"),
        (b"{", "the body must be a JSON object"),
    ],
)
@pytest.mark.anyio
async def test_what_is_wrong_is_said_in_words(said: object, words: str) -> None:
    bot = Bot()
    answer = await bot.post(said)
    assert answer.status_code == 422
    assert words in answer.json()["error"]
    assert bot.stored == []


def test_what_is_left_empty_is_absent() -> None:
    form = read_form(json.dumps(ASKED | {"email": "", "territory": None, "services": [], "answers": {}}).encode(), ())
    assert (form.email, form.territory, form.services, form.answers) == (None, None, [], {})


@given(st.dictionaries(st.sampled_from([*ASKED, "other"]), st.none() | st.booleans() | st.text() | st.lists(st.text())))
def test_whatever_is_sent_is_read_or_refused(said: dict[str, object]) -> None:
    with contextlib.suppress(ValueError):
        form = read_form(json.dumps(ASKED | said).encode(), SERVICES)
        assert form.customer
        assert "\n" not in form.customer
