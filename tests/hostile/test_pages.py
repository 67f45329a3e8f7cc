"""The decision pages before strangers, and before what people wrote: no code no page, and no script in one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.change import Change, Kind
from app.domain.decision import Decision
from app.domain.item import ItemKey, Person
from app.engine.ledger import Account
from app.web.decisions import DecisionLinks, router

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 5, 28, 6, 0, tzinfo=UTC)
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
KNOWN = "delivery-1"
LINKS = DecisionLinks("https://bot.example", b"secret of the pages")


@dataclass
class Ledger:
    """Knows one delivery, in which everything is hostile, and which names it was asked for."""

    asked: list[str] = field(default_factory=list)

    def find(self, delivery_id: str) -> Account | None:
        self.asked.append(delivery_id)
        if delivery_id != KNOWN:
            return None
        change = Change(
            KNOWN,
            "m",
            Kind.EDITED,
            SCRIPT,
            ItemKey(1, 1),
            SCRIPT,
            Person(SCRIPT, 3),
            NOW,
            (SCRIPT,),
            (SCRIPT,),
            (SCRIPT,),
        )
        decision = Decision(KNOWN, NOW, SCRIPT, facts={SCRIPT: SCRIPT, "table": {"open": [SCRIPT]}})
        return Account(1, "done", SCRIPT, NOW, change, decision, ())


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


async def ask(ledger: Ledger, path: str) -> httpx.Response:
    app = FastAPI()
    app.include_router(router(LINKS, ledger.find))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
        return await client.get(path)


async def test_what_people_wrote_is_no_script_and_the_page_forbids_all_of_them(ledger: Ledger) -> None:
    page = await ask(ledger, LINKS.url(KNOWN).removeprefix("https://bot.example"))
    assert page.status_code == 200
    assert "&lt;script&gt;" in page.text
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("code", ["", "0" * 32, LINKS.url("delivery-2").rpartition("=")[2], "%ff%fe", "é"])
async def test_without_its_code_a_known_delivery_is_as_unknown_as_any_other(code: str, ledger: Ledger) -> None:
    known = await ask(ledger, f"/decisions/{KNOWN}?code={code}")
    unknown = await ask(ledger, f"/decisions/nothing?code={code}")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert known.status_code == 404
    assert ledger.asked == []


@given(name=st.text(max_size=60), code=st.text(max_size=80))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_address_makes_the_page_fail(name: str, code: str, ledger: Ledger) -> None:
    def quoted(text: str) -> str:
        return quote(text.encode("utf-8", "surrogatepass"), safe="")

    answer = await ask(ledger, f"/decisions/{quoted(name)}?code={quoted(code)}")
    # 307: where nothing but a slash is left of the name, the framework leads to the address without it.
    assert answer.status_code in (307, 404, 422)
