"""Slow senders, over a real socket."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI

from app.webhook.delivery import Delivery
from app.webhook.http_protocol import HeaderTimeoutProtocol
from app.webhook.receive import Front, Receiver
from app.webhook.verify import Verifier

LIMIT_S = 0.4


class ShortPatience(HeaderTimeoutProtocol):
    header_timeout_s = LIMIT_S


class Nowhere:
    """An inbox that keeps nothing."""

    async def put(self, delivery: Delivery) -> bool:
        return True


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    receiver = Receiver(Verifier([b"s3cret"], []), Nowhere(), max_body=2_000, body_timeout_s=LIMIT_S)
    app = Front(receiver, FastAPI())
    config = uvicorn.Config(app, port=0, http=ShortPatience, log_config=None, lifespan="off", timeout_keep_alive=30)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def line(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        yield connection


def request(body: bytes = b"{}", length: int | None = None) -> bytes:
    head = [
        "POST /webhooks/gitlab HTTP/1.1",
        "Host: bot",
        "X-Gitlab-Token: s3cret",
        "X-Gitlab-Event: Push Hook",
        f"Content-Length: {len(body) if length is None else length}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def answer_of(connection: socket.socket) -> bytes:
    """One whole answer: it ends with the closing bracket of its JSON."""
    said = b""
    while not said.endswith(b"}"):
        said += (received := connection.recv(4096))
        assert received, "the connection was closed instead of answering"
    return said


def trickle_until_cut_off(connection: socket.socket, data: bytes, every_s: float = 0.05) -> tuple[float, bytes]:
    """Send byte by byte; how long it took until the other side closed, and what it had said until then."""
    began = time.monotonic()
    connection.settimeout(every_s)
    said = b""
    for byte in data:
        try:
            connection.sendall(bytes([byte]))
            said += (received := connection.recv(4096))
            if not received:
                break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    return time.monotonic() - began, said


def test_headers_that_come_slowly_end_the_connection(line: socket.socket) -> None:
    took, said = trickle_until_cut_off(line, b"POST /webhooks/gitlab HTTP/1.1\r\nX-Slow: " + b"a" * 200)
    assert LIMIT_S * 0.8 < took < LIMIT_S * 5
    assert said == b""


def test_a_connection_that_stays_silent_is_ended(line: socket.socket) -> None:
    began = time.monotonic()
    assert line.recv(10) == b""
    assert LIMIT_S * 0.8 < time.monotonic() - began < LIMIT_S * 5


def test_a_slow_second_request_ends_the_connection_too(line: socket.socket) -> None:
    line.sendall(request())
    assert b"202" in answer_of(line)
    took, _ = trickle_until_cut_off(line, b"POST /webhooks/gitlab HTTP/1.1\r\nX-Slow: " + b"a" * 200)
    assert took < LIMIT_S * 5


def test_a_kept_connection_may_be_idle_between_requests_and_is_used_again(line: socket.socket) -> None:
    for _ in range(3):
        line.sendall(request())
        assert b"202" in answer_of(line)
        time.sleep(LIMIT_S * 1.5)


def test_a_body_that_comes_slowly_is_answered_408_and_then_cut_off(line: socket.socket) -> None:
    line.sendall(request(b"", length=1_500))
    took, said = trickle_until_cut_off(line, b"x" * 400)
    assert b"408" in said
    assert took < LIMIT_S * 8


def test_a_body_that_is_too_large_is_answered_413_and_then_cut_off(line: socket.socket) -> None:
    line.sendall(request(b"", length=1_000_000))
    took, said = trickle_until_cut_off(line, b"x" * 400)
    assert b"413" in said
    assert took < LIMIT_S * 5


def test_headers_over_64_kilobytes_are_refused(line: socket.socket) -> None:
    line.sendall(b"GET / HTTP/1.1\r\nX-Big: " + b"a" * 70_000)
    assert b"400" in line.recv(4096)
