"""Requests made up from the bot's own OpenAPI document, allowed and forbidden ones: none is answered 5xx, and each is
answered as the document says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp

from app.bot import Bot
from app.engine.migrations import create_tables
from app.main import create_app
from app.settings import load_settings
from tests.webhook.deliveries import TOKEN

ADDRESSES = {"/webhooks/gitlab", "/events/deal", "/decisions/{delivery_id}", "/healthz", "/readyz", "/metrics"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ASGIApp, Any]]:
    """Of the whole application. Its engine rests: nobody here can sign, so nothing gets as far as that."""
    folder = tmp_path_factory.mktemp("openapi")
    environ = {
        "SOWBOT_GITLAB_URL": "http://127.0.0.1:9",
        "SOWBOT_GITLAB_TOKEN": "token-of-the-openapi-test",
        "SOWBOT_WEBHOOK_SIGNING_TOKEN": TOKEN,
        "SOWBOT_DEAL_SIGNING_TOKEN": TOKEN,
        "SOWBOT_PUBLIC_URL": "https://bot.example",
        "SOWBOT_DATA_DIR": str(folder),
    }
    bot = Bot.build(load_settings(environ, usual_secrets_dir=Path(folder) / "none"))
    create_tables(bot.engine.database)
    whole = create_app(bot)
    document = asyncio.run(ask(whole, "GET", "/openapi.json")).json()
    yield whole, schemathesis.openapi.from_dict(document)
    bot.gitlab.close()
    bot.engine.database.dispose()


async def ask(whole: ASGIApp, method: str, url: str, **parts: Any) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(whole), base_url="http://bot") as client:
        return await client.request(method, url, **parts)


def test_every_address_is_in_the_document(served: tuple[ASGIApp, Any]) -> None:
    assert {operation.ok().path for operation in served[1].get_all_operations()} == ADDRESSES


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_is_asked_is_answered_as_the_document_says(served: tuple[ASGIApp, Any], data: st.DataObject) -> None:
    whole, schema = served
    case = data.draw(schema.as_strategy())
    given = case.as_transport_kwargs(base_url="http://bot")
    parts = {name: given[name] for name in ("headers", "params", "json") if given.get(name) is not None}
    answer = asyncio.run(ask(whole, given["method"], given["url"], **parts, content=given.get("data")))
    assert answer.status_code < 500
    assert str(answer.status_code) in case.operation.definition.raw["responses"]
