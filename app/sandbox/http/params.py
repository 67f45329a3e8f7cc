"""A request's parameters, from query, form or JSON alike, with the checks GitLab makes in front of its API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from fastapi import Request

from app.sandbox.http import problems

_BRACKETS = re.compile(r"\[([^\]]*)\]")


class Params(dict[str, Any]):
    """Parameters by name; each getter raises 400 in GitLab's words when the value does not fit."""

    def text(self, name: str) -> str | None:
        """A text; None when not sent or null."""
        value = self.get(name)
        if value is None:
            return None
        if isinstance(value, dict | list):
            raise problems.bad_parameter(f"{name} is invalid")
        return str(value)

    def required(self, name: str) -> str:
        """A text that must be there."""
        if self.get(name) is None:
            raise problems.bad_parameter(f"{name} is missing")
        return self.text(name) or ""

    def whole(self, name: str) -> int | None:
        """A whole number; None when not sent or empty."""
        return _whole(name, self.get(name))

    def flag(self, name: str) -> bool | None:
        """True or false, in any of the spellings that the API takes."""
        value = self.get(name)
        if value is None or isinstance(value, bool):
            return value
        spelt = str(value).lower()
        if spelt not in {"true", "false", "1", "0", "t", "f", "on", "off"}:
            raise problems.bad_parameter(f"{name} is invalid")
        return spelt in {"true", "1", "t", "on"}

    def titles(self, name: str) -> list[str] | None:
        """A comma list or an array of titles, blanks around them cut, empty ones dropped."""
        value = self.get(name)
        if value is None:
            return None
        parts: Iterable[Any] = value if isinstance(value, list) else str(value).split(",")
        return [title for part in parts if (title := str(part).strip())]

    def wholes(self, name: str) -> list[int] | None:
        """A comma list or an array of whole numbers."""
        parts = self.titles(name)
        return None if parts is None else [number for part in parts if (number := _whole(name, part)) is not None]

    def moment(self, name: str) -> datetime | None:
        """An ISO 8601 moment or date, in UTC where none is said."""
        value = self.text(name)
        if not value:
            return None
        try:
            # A plus sign that was not percent-encoded arrives as a blank, and GitLab reads it as such too: invalid.
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise problems.bad_parameter(f"{name} is invalid") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def day(self, name: str) -> str | None:
        """An ISO date, as text; empty text and null mean none."""
        value = self.text(name)
        if not value:
            return None
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise problems.bad_parameter(f"{name} is invalid") from None

    def one_of(self, name: str, allowed: Sequence[str], default: str) -> str:
        """One of the allowed words."""
        value = self.text(name)
        if value is None:
            return default
        if value not in allowed:
            raise problems.bad_parameter(f"{name} does not have a valid value")
        return value

    def negated(self) -> Params:
        """The parameters inside ``not[…]``."""
        value = self.get("not")
        return Params(value) if isinstance(value, dict) else Params()

    def require_any(self, names: Sequence[str]) -> None:
        """Raise unless at least one of these was sent."""
        if not any(name in self for name in names):
            listed = ", ".join(names)
            raise problems.bad_parameter(f"{listed} are missing, at least one parameter must be provided")


def start_of_day(day: str) -> datetime:
    """The first moment of an ISO date."""
    return datetime.combine(date.fromisoformat(day), time(), UTC)


async def read_params(request: Request) -> Params:
    """All parameters of a request; the body's win over the query's."""
    params = _nested(request.query_params.multi_items())
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        params.update(await _json_object(request))
    elif kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        form = await request.form()
        params.update(_nested((name, value) for name, value in form.multi_items() if isinstance(value, str)))
    return params


async def _json_object(request: Request) -> Mapping[str, Any]:
    body = await request.body()
    if not body:
        return {}
    try:
        value = json.loads(body)
    except ValueError:
        raise problems.bad_parameter("The message body does not match the declared format") from None
    return value if isinstance(value, dict) else {}


def _nested(items: Iterable[tuple[str, str]]) -> Params:
    """Names like ``iids[]`` and ``not[labels]`` turned into lists and dicts."""
    params = Params()
    for name, value in items:
        head, keys = name.partition("[")[0], _BRACKETS.findall(name)
        if not keys:
            params[head] = value
        elif keys == [""]:
            _append(params, head, value)
        else:
            inner = params.setdefault(head, {})
            if isinstance(inner, dict):
                _put(inner, keys, value)
    return params


def _put(inner: dict[str, Any], keys: list[str], value: str) -> None:
    if len(keys) > 1 and keys[1] == "":
        _append(inner, keys[0], value)
    else:
        inner[keys[0]] = value


def _append(holder: dict[str, Any], name: str, value: str) -> None:
    held = holder.setdefault(name, [])
    if isinstance(held, list):
        held.append(value)


def _whole(name: str, value: Any) -> int | None:
    if value is None or value == "":
        return None
    try:
        return int(str(value))
    except ValueError:
        raise problems.bad_parameter(f"{name} is invalid") from None
