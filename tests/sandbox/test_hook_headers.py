"""The headers of a delivery: signature, tokens, ids."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.sandbox.hooks.headers import is_signing_token, request_headers, shown_headers, signature
from app.sandbox.hooks.records import Hook, Job

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "gitlab" / "signature_test_vectors.json").read_text()
)
NOW = datetime(2026, 5, 28, tzinfo=UTC)


def job() -> Job:
    return Job(1, "issue_hooks", {}, "7b1d", "event-1")


def hook(**fields: Any) -> Hook:
    return Hook(1, "http://127.0.0.1/", NOW, project_id=20, **fields)


def headers_of(of: Hook) -> dict[str, str]:
    return request_headers(of, job(), b"{}", instance="http://gitlab.test", now=NOW)


@pytest.mark.parametrize("vector", [each for each in VECTORS["vectors"] if each["valid"]])
def test_signatures_are_those_of_the_known_vectors(vector: dict[str, Any]) -> None:
    at = datetime.fromtimestamp(int(vector["webhook_timestamp"]), UTC)
    body = base64.b64decode(vector["body_b64"])
    made = signature(VECTORS["signing_token"], vector["webhook_id"], at, body)
    assert made in vector["webhook_signature"].split(" ")


def test_every_header_of_the_contract_is_there() -> None:
    headers = headers_of(hook(token="hush", signing_token=VECTORS["signing_token"]))
    assert headers["X-Gitlab-Event"] == "Issue Hook"
    assert headers["X-Gitlab-Instance"] == "http://gitlab.test"
    assert headers["Idempotency-Key"] == headers["webhook-id"] == "7b1d"
    assert headers["X-Gitlab-Event-UUID"] == "event-1"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert headers["webhook-signature"].startswith("v1,")
    assert headers["X-Gitlab-Token"] == "hush"
    assert headers["User-Agent"].startswith("GitLab/")
    assert headers["Content-Type"] == "application/json"


def test_without_tokens_neither_token_nor_signature_is_sent() -> None:
    assert not {"X-Gitlab-Token", "webhook-signature"} & set(headers_of(hook()))


def test_the_webhook_uuid_is_new_for_each_request() -> None:
    same = hook()
    assert headers_of(same)["X-Gitlab-Webhook-UUID"] != headers_of(same)["X-Gitlab-Webhook-UUID"]


def test_custom_headers_are_added_but_cannot_replace_gitlabs_own() -> None:
    headers = headers_of(hook(custom_headers={"X-Team": "ps", "x-gitlab-event": "Push Hook"}))
    assert headers["X-Team"] == "ps"
    assert [value for name, value in headers.items() if name.lower() == "x-gitlab-event"] == ["Issue Hook"]


def test_line_breaks_are_taken_out_of_the_secret_token() -> None:
    assert headers_of(hook(token="hu\r\nsh"))["X-Gitlab-Token"] == "hush"


def test_the_log_hides_the_token_and_the_custom_values() -> None:
    shown = shown_headers({"X-Gitlab-Token": "hush", "X-Team": "ps", "webhook-id": "7"}, {"x-team": "ps"})
    assert shown == {"X-Gitlab-Token": "[REDACTED]", "X-Team": "[REDACTED]", "webhook-id": "7"}


@pytest.mark.parametrize("value", ["", "secret", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%", "c2hvcnQ="])
def test_only_32_bytes_after_the_prefix_are_a_signing_token(value: str) -> None:
    assert not is_signing_token(value)
    assert is_signing_token(VECTORS["signing_token"])
