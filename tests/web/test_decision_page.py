"""The page behind *why*: what matched is in sight, what did not is a click away, and facts read as people say them."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from app.domain.change import Change, Kind
from app.domain.decision import Decision, Mode, Source, Verdict
from app.domain.item import ItemKey, Person
from app.engine.ledger import Account
from app.web.decisions import DecisionLinks, router

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 5, 28, 6, 0, tzinfo=UTC)
LINKS = DecisionLinks("https://bot.example", b"secret of the pages")
LINE = Source("label_rules.yaml", 12)


async def page(*verdicts: Verdict, facts: dict[str, object] | None = None) -> str:
    change = Change("d1", "m", Kind.EDITED, "Issue Hook", ItemKey(142, 7), "ps/ps-plan", Person("em", 3), NOW)
    decision = Decision("d1", NOW, "Decided.", verdicts=verdicts, facts=facts or {})
    account = Account(1, "done", "Decided.", NOW, change, decision, ())
    app = FastAPI()
    app.include_router(router(LINKS, lambda _delivery: account))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
        answer = await client.get(LINKS.url("d1").removeprefix("https://bot.example"))
    assert answer.status_code == 200
    return answer.text


async def test_rules_that_did_not_match_are_folded_below_those_that_did() -> None:
    text = await page(
        Verdict("ta-gate", LINE, True, "estimate_total is 82,000 USD", Mode.SHADOW),
        Verdict("won", LINE, False, "no deal"),
    )
    before, _, folded = text.partition("<details>")
    assert "ta-gate" in before
    assert "mode shadow" in before
    assert "won" not in before
    assert "1 rule, each with the value that decided" in folded
    assert "no deal" in folded


async def test_where_no_rule_matched_the_reasons_are_in_sight() -> None:
    assert "<details open>" in await page(Verdict("won", LINE, False, "no deal"))


async def test_the_item_and_its_facts_read_as_people_say_them() -> None:
    facts: dict[str, object] = {
        "estimate_total": {"amount": 82000, "currency": "USD", "text": "82k"},
        "ssot_open_rows": {"rows": 5, "open": ["Users"], "open_required": []},
        "account_team": ["ae", "sa"],
        "from_an_older_version": {"open": ["no rows"]},
    }
    text = await page(facts=facts)
    assert "ps-plan#7" in text
    for words in ("estimate total", "82,000 USD", "1 of 5 rows open", "ae, sa"):
        assert words in text
