"""Deal events: who is let in, what is understood, what is stored, and what the sender is told."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from app.bot import Bot as Whole
from app.domain.change import Change, Kind
from app.domain.item import ItemKey
from app.errors import NotFound, TryLater
from app.main import create_app
from app.rules.model import Deal
from app.rules.trying.written import DealField
from app.settings import load_settings
from app.webhook.deal import DealReceiver, router
from app.webhook.deal_event import DealEvent, read_deal
from app.webhook.deal_link import read_link
from app.webhook.delivery import Delivery
from app.webhook.requests import Received
from app.webhook.verify import Signatures
from handlers.note_text import DEAL_SAYS
from tests.handlers.scene import ROOT
from tests.webhook.deliveries import NOW, OTHER_TOKEN, TOKEN, signed

GITLAB = "https://gitlab.example/tools"
WON: dict[str, Any] = {
    "type": "closed_won",
    "opportunity_id": "006Ab000001",
    "account": "Example Bank",
    "sow_number": 3697,
    "value": {"amount": 82000.5, "currency": "USD"},
    "close_date": "2026-05-29",
    "stage": "Closed Won",
    "scoping_issue": f"{GITLAB}/ps/plan/-/issues/7",
}


@dataclass
class Bot:
    """The endpoint with an inbox in memory and one project."""

    stored: list[Delivery] = field(default_factory=list)
    seen: list[tuple[str, Received]] = field(default_factory=list)
    fails_with: Exception | None = None

    async def put(self, delivery: Delivery) -> bool:
        if self.fails_with:
            raise self.fails_with
        fresh = delivery.change.delivery_id not in {one.change.delivery_id for one in self.stored}
        self.stored += [delivery] if fresh else []
        return fresh

    def find(self, project: str | int, number: int) -> tuple[ItemKey, str]:
        if project == "ps/slow":
            raise TryLater("GitLab is down")
        if (project, number) not in {("ps/plan", 7), (42, 7)}:
            raise NotFound
        return ItemKey(42, 7), "ps/plan"

    def watch(self, hook: str, outcome: Received, seconds: float) -> None:
        assert 0 <= seconds < 5
        self.seen.append((hook, outcome))

    async def post(
        self, said: object, *, token: str = TOKEN, at: datetime = NOW, given: dict[str, str] | None = None
    ) -> httpx.Response:
        app = FastAPI()
        signatures = Signatures([TOKEN], setting="SOWBOT_DEAL_SIGNING_TOKEN")
        receiver = DealReceiver(
            signatures, self, gitlab_url=GITLAB, find_issue=self.find, clock=lambda: NOW, watch=self.watch
        )
        app.include_router(router(receiver))
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        sent = signed(body, token=token, at=at) | (given or {})
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
            return await client.post("/events/deal", content=body, headers=sent)


@pytest.mark.anyio
async def test_a_signed_event_is_stored_as_a_change_of_its_issue() -> None:
    bot = Bot()
    answer = await bot.post(WON)
    assert answer.status_code == 202
    (delivery,) = bot.stored
    change: Change = delivery.change
    assert answer.json() == {"id": change.delivery_id}
    assert change.delivery_id.startswith("deal:")
    assert (change.kind, change.deal, change.item, change.at) == (Kind.DEAL, "closed_won", ItemKey(42, 7), NOW)
    assert change.actor is None
    assert change.extra == {
        "opportunity_id": "006Ab000001",
        "account": "Example Bank",
        "sow_number": "3697",
        "amount": "82000.5",
        "currency": "USD",
        "close_date": "2026-05-29",
        "stage": "Closed Won",
    }
    assert "webhook-signature" not in delivery.headers
    assert bot.seen == [("Deal Event", "stored")]


@pytest.mark.anyio
async def test_the_same_event_again_is_answered_alike_and_counts_once() -> None:
    bot = Bot()
    first, second = await bot.post(WON), await bot.post(WON)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert len(bot.stored) == 1
    assert [outcome for _, outcome in bot.seen] == ["stored", "duplicate"]


@pytest.mark.anyio
@pytest.mark.parametrize("link", ["ps/plan#7", "42#7", f"{GITLAB}/ps/plan/-/work_items/7?x=1#note_9"])
async def test_an_issue_may_be_named_in_several_ways(link: str) -> None:
    bot = Bot()
    assert (await bot.post({**WON, "scoping_issue": link})).status_code == 202
    assert bot.stored[0].change.item == ItemKey(42, 7)


@pytest.mark.anyio
async def test_whoever_has_not_the_token_hears_nothing_but_401() -> None:
    bot = Bot()
    for answer in (
        await bot.post(WON, token=OTHER_TOKEN),
        await bot.post(b"no JSON", token=OTHER_TOKEN),
        await bot.post(WON, at=datetime(2026, 5, 28, 5, 50, tzinfo=NOW.tzinfo)),
        await bot.post(WON, given={"webhook-signature": ""}),
    ):
        assert (answer.status_code, answer.json()) == (401, {"error": "this event could not be verified"})
    assert bot.stored == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (b"no JSON", "the body must be a JSON object"),
        ([WON], "the body must be a JSON object"),
        ({}, "type: is missing; opportunity_id: is missing; scoping_issue: is missing"),
        ({**WON, "type": "won"}, "type: must be 'stage_changed', 'closed_won', 'closed_lost' or 'legal_stamped'"),
        ({**WON, "amount": 5}, "amount: there is no such field"),
        ({**WON, "sow_number": "SOW-3697"}, "sow_number: must be a whole number"),
        ({**WON, "sow_number": True}, "sow_number: must be a text"),
        ({**WON, "value": 82000}, "value: must be an object with amount and currency"),
        ({**WON, "value": {"amount": -1, "currency": "USD"}}, "value.amount: Input should be greater than or equal"),
        ({**WON, "value": {"amount": 1, "currency": "usd"}}, "value.currency: must be a currency's code such as USD"),
        ({**WON, "close_date": "29.05.2026"}, "close_date: must be a day such as 2026-05-29"),
        ({**WON, "opportunity_id": ""}, "opportunity_id: must not be empty"),
        ({**WON, "scoping_issue": "https://elsewhere.example/ps/plan/-/issues/7"}, f"must be below {GITLAB}"),
        ({**WON, "scoping_issue": "https://gitlab.example/ps/plan/-/issues/7"}, f"must be below {GITLAB}"),
        ({**WON, "scoping_issue": f"{GITLAB}/ps/plan/-/merge_requests/7"}, "leads to no issue"),
        ({**WON, "scoping_issue": f"{GITLAB}/../other/ps/-/issues/7"}, "leads to no issue"),
        ({**WON, "scoping_issue": "https://[broken"}, "this is no address"),
        ({**WON, "scoping_issue": "plan 7"}, "write the issue's address, group/project#7"),
        ({**WON, "scoping_issue": "ps/plan#8"}, "GitLab shows the bot no issue ps/plan#8"),
    ],
)
async def test_what_is_wrong_is_told_in_a_sentence(said: object, sentence: str) -> None:
    bot = Bot()
    answer = await bot.post(said)
    assert answer.status_code == 422
    assert sentence in answer.json()["error"]
    assert bot.stored == []
    assert bot.seen == [("Deal Event", "not understood")]


@pytest.mark.anyio
async def test_when_gitlab_or_the_database_is_away_the_sender_is_asked_to_come_again() -> None:
    assert (await Bot().post({**WON, "scoping_issue": "ps/slow#7"})).status_code == 503
    assert (await Bot(fails_with=TryLater("disk full")).post(WON)).status_code == 503


@pytest.mark.anyio
async def test_a_body_that_is_too_large_is_not_read() -> None:
    answer = await Bot().post({**WON, "account": "x" * 70_000})
    assert answer.status_code == 413


def test_what_is_empty_counts_as_left_out_and_lines_stay_lines() -> None:
    left_out = {"account": "", "sow_number": None, "value": "", "close_date": "", "stage": "a\n- SOW number: 1"}
    event = read_deal(json.dumps({**WON, **left_out}).encode())
    told = event.as_change("x", ItemKey(1, 1), "ps/plan", NOW).extra
    assert told == {"opportunity_id": "006Ab000001", "stage": "a - SOW number: 1"}


@pytest.mark.anyio
@pytest.mark.parametrize(("setting", "status"), [({}, 404), ({"SOWBOT_DEAL_SIGNING_TOKEN": TOKEN}, 401)])
async def test_without_a_token_there_is_no_such_address(
    setting: dict[str, str], status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    needed = {"URL": GITLAB, "TOKEN": "glpat-x"}
    environ = {f"SOWBOT_GITLAB_{name}": value for name, value in needed.items()} | {
        "SOWBOT_WEBHOOK_SECRET": "s3cret",
        "SOWBOT_DATA_DIR": str(tmp_path),
    }
    whole = Whole.build(load_settings(environ | setting, usual_secrets_dir=tmp_path / "none"))
    transport = httpx.ASGITransport(create_app(whole))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
            answer = await client.post("/events/deal", content=b"{}")
            unknown = await client.post("/events/nothing", content=b"{}")
        assert answer.status_code == status
        assert status != 404 or answer.content == unknown.content
    finally:
        whole.gitlab.close()


@given(st.binary(max_size=200) | st.dictionaries(st.sampled_from([*WON]), st.text() | st.none()).map(json.dumps))
def test_whatever_is_sent_is_read_or_refused(body: bytes | str) -> None:
    raw = body if isinstance(body, bytes) else body.encode()
    with contextlib.suppress(ValueError):
        assert read_deal(raw).opportunity_id


@given(st.text(max_size=40) | st.text(max_size=40).map(lambda text: f"{GITLAB}/{text}"))
def test_whatever_names_the_issue_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        project, number = read_link(text, GITLAB)
        assert project
        assert number > 0


def test_rules_tests_and_templates_know_the_same_events_and_fields() -> None:
    assert get_args(DealEvent.model_fields["type"].annotation) == get_args(Deal)
    assert set(get_args(DealField)) == set(DEAL_SAYS)
    everything = read_deal(json.dumps(WON).encode()).as_change("x", ItemKey(1, 1), "ps/plan", NOW)
    assert set(everything.extra) == set(DEAL_SAYS)
