"""Answers with a page of a list: by number (offset) everywhere, by key (``pagination=keyset``) where GitLab has it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi.responses import JSONResponse

from app.sandbox.http import problems
from app.sandbox.http.api import Call

MAX_PER_PAGE = 100
TOTALS_UP_TO = 10_000
"""Longer lists are not counted in the headers."""

T = TypeVar("T")


@dataclass(frozen=True)
class Order:
    """How a list that can be paged by key is ordered."""

    by: str
    descending: bool
    position: Callable[[Any], tuple[str | int, int]]
    """Value and id of a record: what the list is sorted by, and what a cursor remembers of the last one shown."""


def page(
    call: Call,
    records: Sequence[T],
    shape: Callable[[T], Any],
    *,
    order: Order | None = None,
    keyset: frozenset[str] = frozenset(),
) -> JSONResponse:
    """The page of ``records`` (in their final order) that the request asks for; ``keyset`` names the orders in which
    it can be asked for by key."""
    size = call.params.whole("per_page")
    if size is not None and size < 1:
        raise problems.bad_parameter("per_page has a value not allowed")
    size = min(size or 20, MAX_PER_PAGE)
    if call.params.text("pagination") == "keyset":
        if order is None or order.by not in keyset:
            message = "Keyset pagination is not yet available for this type of request"
            raise problems.ApiError(405, {"error": message})
        return _keyset_page(call, records, shape, size, order)
    return _offset_page(call, records, shape, size)


def _offset_page(call: Call, records: Sequence[T], shape: Callable[[T], Any], size: int) -> JSONResponse:
    number = max(call.params.whole("page") or 1, 1)
    total, last = len(records), max(-(-len(records) // size), 1)
    before = number - 1 if number > 1 else None
    after = number + 1 if number < last else None
    pages = {"prev": before, "next": after, "first": 1, "last": last if total <= TOTALS_UP_TO else None}
    links = [_link(call, rel, page=str(at), per_page=str(size)) for rel, at in pages.items() if at is not None]
    headers = {
        "Link": ", ".join(links),
        "X-Page": str(number),
        "X-Per-Page": str(size),
        "X-Next-Page": str(after or ""),
        "X-Prev-Page": str(before or ""),
    }
    if total <= TOTALS_UP_TO:
        headers |= {"X-Total": str(total), "X-Total-Pages": str(last)}
    return JSONResponse([shape(record) for record in records[(number - 1) * size : number * size]], headers=headers)


def _keyset_page(call: Call, records: Sequence[T], shape: Callable[[T], Any], size: int, order: Order) -> JSONResponse:
    rest = list(records)
    if cursor := call.params.text("cursor"):
        seen = _read_cursor(cursor)
        rest = [r for r in rest if (order.position(r) < seen if order.descending else order.position(r) > seen)]
    headers = {"X-Per-Page": str(size)}
    if size < len(rest):
        cursor = _write_cursor(order.position(rest[size - 1]))
        headers |= {"Link": _link(call, "next", cursor=cursor, per_page=str(size)), "X-Next-Cursor": cursor}
    return JSONResponse([shape(record) for record in rest[:size]], headers=headers)


def _link(call: Call, rel: str, **changed: str) -> str:
    kept = [(k, v) for k, v in call.request.query_params.multi_items() if k not in {*changed, "private_token"}]
    url = call.request.url
    # The address as it came: decoding it would turn an encoded slash into a plain one.
    path = call.request.scope["raw_path"].partition(b"?")[0].decode("ascii")
    return f'<{url.scheme}://{url.netloc}{path}?{urlencode([*kept, *changed.items()])}>; rel="{rel}"'


def _write_cursor(position: tuple[str | int, int]) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[str | int, int]:
    try:
        value, record_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError):
        raise problems.bad_parameter("cursor is invalid") from None
    return value, int(record_id)
