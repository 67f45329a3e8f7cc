"""Logs: structlog through the standard library, so that every library's lines look the same; secrets taken out.

Nothing here prints the local variables of a traceback: they hold tokens and what people wrote.
"""

from __future__ import annotations

import logging
import re
import sys
import uuid
from collections.abc import Iterable, Mapping
from typing import Literal, TextIO
from urllib.parse import quote, urlsplit

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "[secret]"
_PLAIN_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_ID_HEADERS = (b"x-request-id", b"webhook-id", b"x-gitlab-event-uuid")


class Redactor:
    """A processor that replaces every configured secret in every string of an event, however deep."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if secret for form in _forms(secret)}
        # The longest first: a secret may hold another one.
        self._pattern = re.compile(
            "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)) or r"(?!)"
        )

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """The event without secrets."""
        return {self.text(name): self._clean(value) for name, value in event.items()}

    def text(self, value: str) -> str:
        """A string without secrets."""
        return self._pattern.sub(MASK, value)

    def _clean(self, value: object) -> object:
        if isinstance(value, str):
            return self.text(value)
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {self.text(str(name)): self._clean(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean(inner) for inner in value]
        return self.text(repr(value))


def configure_logs(
    log_format: Literal["auto", "json", "console"] = "auto",
    *,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
    level: int = logging.INFO,
) -> None:
    """Set up structlog and the standard library's root logger. Run uvicorn with ``log_config=None`` after it."""
    out = stream or sys.stderr
    as_json = log_format == "json" or (log_format == "auto" and not out.isatty())
    first: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        # To plain text here, before secrets are taken out: the renderers' own tracebacks would show local variables.
        structlog.processors.format_exc_info,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=out.isatty())
    )
    structlog.configure(
        processors=[
            *first,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=first,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, Redactor(secrets), last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # These tell every request with its whole address at INFO; a channel's address is a secret.
    for chatty in ("httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class RequestId:
    """ASGI middleware: each request's id is in all of its log lines and in its answer.

    ``X-Request-Id``, else the delivery's own name, else a new one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Bind the id for as long as the request lasts."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope["headers"])

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._app(scope, receive, answer)


def _request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    given = {name: value for name, value in headers if name in _ID_HEADERS}
    for name in _ID_HEADERS:
        value = given.get(name, b"").decode("latin-1")
        if _PLAIN_ID.fullmatch(value):
            return value
    return uuid.uuid4().hex


def _forms(secret: str) -> set[str]:
    """A secret as it may stand in a text: as it is, percent-encoded, and escaped by ``repr``."""
    forms = {secret, quote(secret, safe=""), quote(secret), repr(secret)[1:-1]}
    parts = urlsplit(secret) if "://" in secret else None
    if parts and len(parts.path) > 1:
        forms.add(parts.path)  # what an HTTP library prints without the host
    return forms
