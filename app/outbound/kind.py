"""What a kind of channel is: how a message is written for it, and what its answers mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal, Protocol

import httpx
from pydantic import SecretStr

from app.domain.message import NOTHING, About

LONGEST_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is about to be posted."""

    channel: str
    """Its name in the rule file."""
    text: str
    """Markdown, as templates make it: what people wrote is escaped in it."""
    mention: str = ""
    """Put before it as it stands; it comes from the rule file."""
    about: About = NOTHING
    key: str = ""
    """Names the message for ever."""
    reply_to: str = ""
    """The first message of its thread, by the channel's own name for it; empty: it may open one."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A request to be sent."""

    url: SecretStr
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    """May hold secrets."""

    def __repr__(self) -> str:
        """Without anything that is secret."""
        return f"Letter({len(self.body)} bytes)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side made of it."""

    ended: Literal["posted", "refused", "limited", "later", "thread gone"]
    """limited: too often; later: it can't now. Both and the last: it certainly did not arrive."""
    why: str = ""
    """In words of ours: nothing that the other side wrote, which may quote the address."""
    after_s: float | None = None
    """Seconds that it asked us to wait."""
    posted_as: str = ""
    """Its own name for the message, to answer below it."""


class Kind(Protocol):
    """One channel of one kind. Pure: it neither sends nor keeps anything."""

    service: str
    """What people call it: Slack."""
    variable: str
    """Which variable to look at when something is wrong."""
    threads: str
    """Where threads are told apart (the channel, by its own name); empty: it has none."""

    def letter(self, message: Message, now: datetime) -> Letter:
        """The message as this service wants it."""
        ...

    def read(self, answer: httpx.Response) -> Answer:
        """What it answered."""
        ...


def by_status(answer: httpx.Response, variable: str, meanings: Mapping[str, str] | None = None) -> Answer:
    """What an answer's status says; ``meanings`` are the words that the service answers, if it has such."""
    status = answer.status_code
    if answer.is_success:
        return Answer("posted")
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return Answer("limited", after_s=wait_s(answer.headers.get("Retry-After")))
    if answer.is_server_error:
        return Answer("later", f"status {status}")
    if answer.is_redirect:
        return Answer(
            "refused", f"the address leads elsewhere (status {status}), which is not followed; look at {variable}"
        )
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        return Answer("refused", "the message is too long for it")
    meaning = (meanings or {}).get(answer.text.strip()[:100])
    return Answer("refused", meaning.format(variable=variable) if meaning else f"status {status}; look at {variable}")


def wait_s(value: str | None) -> float | None:
    """Seconds of a Retry-After header, which is a number or a date."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return None
        aware = until if until.tzinfo else until.replace(tzinfo=UTC)
        seconds = (aware - datetime.now(UTC)).total_seconds()
    # "nan" is a number to Python, and less than nothing and more than everything at once.
    return min(max(seconds, 0.0), LONGEST_WAIT_S) if seconds == seconds else None
