"""Marks of writes: made with the bot's key, known with it only."""

from __future__ import annotations

import uuid

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import SowbotError
from app.gitlab.transport import open_gitlab
from app.gitlab.write_marks import HEADER, WriteMarks

OURS = WriteMarks("glpat-ours")


def test_a_mark_is_a_uuid_is_known_and_is_never_the_same_twice() -> None:
    made = {OURS.fresh() for _ in range(500)}
    assert len(made) == 500
    assert all(OURS.knows(mark) and OURS.knows(mark.upper()) for mark in made)
    assert {uuid.UUID(mark).version for mark in made} == {8}
    assert {uuid.UUID(mark).variant for mark in made} == {uuid.RFC_4122}


def test_replicas_with_the_same_token_know_each_others_marks_and_nobody_else_does() -> None:
    mark = OURS.fresh()
    assert WriteMarks("glpat-ours").knows(mark)
    assert not WriteMarks("glpat-theirs").knows(mark)


@given(st.one_of(st.text(max_size=60), st.uuids().map(str)))
def test_whatever_else_comes_in_that_header_is_no_mark(text: str) -> None:
    assert not OURS.knows(text)


@given(st.integers(0, 127))
def test_one_bit_changed_is_no_mark(bit: int) -> None:
    mark = uuid.UUID(OURS.fresh())
    assert not OURS.knows(str(uuid.UUID(int=mark.int ^ (1 << bit))))


@pytest.mark.parametrize("marked", [True, False])
def test_writes_carry_one_and_reads_none(marked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, str | None]] = []

    def request(_client: httpx.Client, method: str, url: str, **said: object) -> httpx.Response:
        headers = said["headers"]
        assert isinstance(headers, dict)
        sent.append((method, headers.get(HEADER)))
        return httpx.Response(404, request=httpx.Request(method, url))

    monkeypatch.setattr(httpx.Client, "request", request)
    api = open_gitlab(url="https://gitlab.example.com", token="glpat-ours", marks=OURS if marked else None)
    for call in (api.http_get, api.http_post, api.http_put, api.http_delete):
        with pytest.raises(SowbotError):
            call("/projects/1/issues/1")
    assert [method for method, _ in sent] == ["GET", "POST", "PUT", "DELETE"]
    assert [mark is not None and OURS.knows(mark) for _, mark in sent] == [False, marked, marked, marked]
