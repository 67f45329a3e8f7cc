"""Log lines: one look for all libraries, no secret, no local variables."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from app.logs import MASK, Redactor, RequestId, configure_logs

SLACK = "https://hooks.slack.example/services/T0/B0/s3cr3tpath"
SECRETS = ["glpat-s3cret", SLACK, "p@ss/wörd", 'quo"te']


@pytest.fixture(autouse=True)
def _unconfigured_afterwards() -> Iterator[None]:
    root, level = logging.getLogger(), logging.getLogger().level
    handlers = root.handlers[:]
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def stream() -> io.StringIO:
    out = io.StringIO()
    configure_logs("json", secrets=SECRETS, stream=out)
    return out


def test_a_line_is_one_json_object_with_level_logger_and_time(stream: io.StringIO) -> None:
    structlog.get_logger("sowbot.test").info("rule.matched", item="42#7", took_ms=3)
    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "rule.matched", "item": "42#7", "took_ms": 3, "level": "info", "logger": "sowbot.test"}


def test_lines_of_libraries_look_the_same(stream: io.StringIO) -> None:
    logging.getLogger("a.library").warning("Started %s", "server")
    (line,) = lines(stream)
    assert (line["event"], line["level"], line["logger"]) == ("Started server", "warning", "a.library")


def test_a_traceback_has_no_local_variables(stream: io.StringIO) -> None:
    def fail() -> None:
        local_token = "not-configured-but-private"
        raise ValueError(f"of length {len(local_token)}")

    for log in (structlog.get_logger("a"), logging.getLogger("b")):
        try:
            fail()
        except ValueError:
            log.exception("it failed")
    assert len(lines(stream)) == 2
    assert all("ValueError: of length" in line["exception"] for line in lines(stream))
    assert "not-configured-but-private" not in stream.getvalue().replace(
        'local_token = "not-configured-but-private"', ""
    )


@pytest.mark.parametrize("secret", SECRETS)
def test_a_configured_secret_is_taken_out_wherever_it_stands(stream: io.StringIO, secret: str) -> None:
    class Thing:
        def __repr__(self) -> str:
            return f"Thing({secret!r})"

    log = structlog.get_logger("a")
    log.info(
        f"said {secret}", value=f"x{secret}y", deep={"a": [{secret: (secret,)}]}, thing=Thing(), raw=secret.encode()
    )
    logging.getLogger("b").warning("told %s", secret)
    try:
        raise RuntimeError(f"with {secret}")
    except RuntimeError:
        log.exception("failed")
    text = stream.getvalue()
    assert secret not in text
    assert json.dumps(secret)[1:-1] not in text
    assert repr(secret.encode())[2:-1] not in text
    assert MASK in text


def test_the_path_of_a_secret_address_is_a_secret_too(stream: io.StringIO) -> None:
    logging.getLogger("urllib3").warning("POST /services/T0/B0/s3cr3tpath HTTP/1.1")
    assert "s3cr3tpath" not in stream.getvalue()


def test_the_http_client_does_not_tell_addresses(stream: io.StringIO) -> None:
    with httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200))) as client:
        client.post("https://hooks.example/unconfigured-secret")
    assert stream.getvalue() == ""


def test_the_console_form_is_for_people_and_hides_secrets_too() -> None:
    out = io.StringIO()
    configure_logs("console", secrets=SECRETS, stream=out)
    structlog.get_logger("a").warning("hello", token="glpat-s3cret")
    assert "hello" in out.getvalue()
    assert "glpat" not in out.getvalue()
    assert "\x1b[" not in out.getvalue()


def test_auto_means_json_where_nobody_sits_at_a_terminal() -> None:
    out = io.StringIO()
    configure_logs("auto", stream=out)
    structlog.get_logger("a").info("hello")
    assert lines(out)[0]["event"] == "hello"


def test_debug_lines_are_left_out(stream: io.StringIO) -> None:
    structlog.get_logger("a").debug("hello")
    logging.getLogger("b").debug("hello")
    assert stream.getvalue() == ""


@given(
    secret=st.text("ab<&é\"'\\ %/", min_size=1),
    event=st.recursive(
        st.text("ab<&é\"'\\ %/") | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abé", max_size=3), inner, max_size=3),
    ),
)
def test_no_string_of_an_event_holds_the_secret_afterwards(secret: str, event: object) -> None:
    def strings(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for name, inner in value.items():
                yield from (*strings(name), *strings(inner))
        elif isinstance(value, list):
            for inner in value:
                yield from strings(inner)

    cleaned = Redactor([secret])(None, "info", {"event": event, "also": f"{secret}{event}"})
    for text in strings(dict(cleaned)):
        assert secret not in text.replace(MASK, "\0")


async def request(headers: dict[str, str]) -> httpx.Response:
    app = FastAPI()
    app.add_middleware(RequestId)

    @app.get("/")
    async def page() -> dict[str, Any]:
        structlog.get_logger("a").info("in the request")
        return {}

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
        return await client.get("/", headers=headers)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-Request-Id": "mine-1", "webhook-id": "w"}, "mine-1"),
        ({"webhook-id": "w", "X-Gitlab-Event-UUID": "e"}, "w"),
        ({"X-Gitlab-Event-UUID": "e"}, "e"),
        ({"X-Request-Id": "no good\x09"}, None),
        ({"X-Request-Id": "x" * 101}, None),
        ({}, None),
    ],
)
async def test_a_request_has_an_id_in_its_lines_and_its_answer(
    stream: io.StringIO, headers: dict[str, str], expected: str | None
) -> None:
    answer = await request(headers)
    (line,) = lines(stream)
    assert answer.headers["x-request-id"] == line["request_id"]
    assert line["request_id"] == expected or (expected is None and len(line["request_id"]) == 32)


@pytest.mark.anyio
async def test_the_id_is_gone_after_the_request(stream: io.StringIO) -> None:
    await request({"X-Request-Id": "mine"})
    structlog.get_logger("a").info("after")
    assert "request_id" not in lines(stream)[-1]
