"""Attacks over real sockets on the endpoint with its shipped limits; honest deliveries are answered meanwhile."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from app.webhook.delivery import Delivery
from app.webhook.http_protocol import HeaderTimeoutProtocol
from app.webhook.receive import MAX_BODY, PATH, Front, Receiver
from app.webhook.verify import Verifier

LARGEST = 25 * 1024 * 1024
HEAD = f"POST {PATH} HTTP/1.1\r\nHost: bot\r\nX-Gitlab-Token: s3cret\r\n".encode()


class Shelf:
    """Keeps the remark and nothing else."""

    remarks: list[str] = []  # noqa: RUF012  # one for the module's one server

    async def put(self, delivery: Delivery) -> bool:
        self.remarks.append(delivery.change.remark)
        return True


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    app = Front(Receiver(Verifier([b"s3cret"], []), Shelf()), FastAPI())
    config = uvicorn.Config(app, port=0, http=HeaderTimeoutProtocol, log_config=None, lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    server.force_exit = True
    thread.join(timeout=10)


def post(port: int, body: bytes) -> httpx.Response:
    url = f"http://127.0.0.1:{port}{PATH}"
    return httpx.post(url, content=body, headers={"x-gitlab-token": "s3cret"}, timeout=20, trust_env=False)


def say(port: int, *parts: bytes) -> bytes:
    """Send it all, and the first of what comes back; empty when the connection is just closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        try:
            for part in parts:
                line.sendall(part)
            return line.recv(4096)
        except ConnectionError:
            return b""


def refused(answer: bytes) -> bool:
    return answer == b"" or answer.startswith((b"HTTP/1.1 4",))


def test_two_hundred_slow_senders_keep_nobody_from_being_answered(port: int) -> None:
    lines = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(200)]
    try:
        for number, line in enumerate(lines):
            line.sendall(HEAD + (b"Content-Length: 1000\r\n\r\nx" if number % 2 else b"X-Slow: a"))
        began = time.monotonic()
        assert post(port, b"{}").status_code == 202
        assert time.monotonic() - began < 5
    finally:
        for line in lines:
            line.close()


def test_a_flood_of_small_headers_is_refused_at_64_kilobytes(port: int) -> None:
    assert refused(say(port, HEAD, *(b"X-%d: y\r\n" % number for number in range(20_000))))


def test_many_headers_below_the_limit_are_harmless(port: int) -> None:
    headers = b"".join(b"X-%d: y\r\n" % number for number in range(3_000))
    assert b" 202 " in say(port, HEAD + headers + b"Content-Length: 2\r\n\r\n{}")


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 2\r\nContent-Length: 3\r\n",
        b"Content-Length: \xb2\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: " + b"9" * 5000 + b"\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"X-Bad\x00: 1\r\nContent-Length: 2\r\n",
        b"X-Split: a\rX-Gitlab-Token: b\r\nContent-Length: 2\r\n",
    ],
)
def test_requests_that_two_servers_would_read_differently_are_refused(port: int, headers: bytes) -> None:
    assert refused(say(port, HEAD + headers + b"\r\n{}"))


def test_nothing_is_smuggled_behind_a_body(port: int) -> None:
    """Transfer-Encoding outranks Content-Length, and what follows is no request of its own with a token."""
    hidden = b"POST " + PATH.encode() + b" HTTP/1.1\r\nHost: bot\r\nContent-Length: 2\r\n\r\n{}"
    head = HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(head + b"0\r\n\r\n" + hidden)
        said = b""
        while b" 401 " not in said and (received := line.recv(4096)):
            said += received
    assert said.count(b"HTTP/1.1 2") <= 1


@pytest.mark.parametrize(
    ("body", "remark"),
    [
        (b'{"a": "' + b"x" * (LARGEST - 10) + b'"}', "no object_kind"),
        (b"[" * LARGEST, "nested too deeply"),
        (b'{"a":' * (LARGEST // 5), "nested too deeply"),
        (b"[" + b"0," * (LARGEST // 2 - 2) + b"0]", "not a JSON object"),
        (b'{"object_kind": "issue", "labels": [' + b'{"title": "x"},' * 400_000 + b"{}]}", ""),
    ],
    ids=["one long text", "lists", "objects", "numbers", "labels"],
)
def test_the_largest_bodies_are_taken_in_a_few_seconds(port: int, body: bytes, remark: str) -> None:
    began = time.monotonic()
    assert post(port, body).status_code == 202
    assert time.monotonic() - began < 10
    assert remark in Shelf.remarks[-1]


def test_a_body_beyond_gitlabs_largest_is_refused_before_it_is_read(port: int) -> None:
    began = time.monotonic()
    assert b" 413 " in say(port, HEAD + b"Content-Length: %d\r\n\r\n" % (MAX_BODY + 1))
    assert time.monotonic() - began < 5


def test_a_body_without_an_end_is_refused_at_the_limit(port: int) -> None:
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    assert refused(say(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *([chunk] * 40)))


def test_the_endpoint_still_answers_after_all_that(port: int) -> None:
    assert post(port, json.dumps({"object_kind": "issue"}).encode()).status_code == 202
