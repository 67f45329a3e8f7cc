"""What the endpoints for other systems share: a signed event is verified, understood, stored and answered in words."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from starlette.types import Receive, Scope, Send

from app.domain.change import Change
from app.webhook.delivery import Delivery, Inbox
from app.webhook.envelope import LONGEST_ID
from app.webhook.fields import clean
from app.webhook.requests import Received, Stop, Watch, answer, keep, read_body
from app.webhook.verify import BadSignature, Signatures

MAX_BODY = 64 * 1024

_READ = ("content-length", "webhook-id", "webhook-timestamp", "webhook-signature")

log = structlog.get_logger(__name__)


class SignedReceiver(ABC):
    """An ASGI application that takes signed events of one kind."""

    hook: str
    """Stands where GitLab's deliveries have their hook's name."""
    prefix: str
    """Begins the name of each event, so that no name of GitLab's is taken."""
    kind: str
    """What the log calls them."""

    def __init__(
        self,
        signatures: Signatures,
        store: Inbox,
        *,
        body_timeout_s: float = 10.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        watch: Watch = lambda hook, outcome, seconds: None,  # noqa: ARG005  # a default that tells nobody
    ) -> None:
        """``body_timeout_s`` bounds how long a body may take to come."""
        self._signatures = signatures
        self._store = store
        self._body_timeout_s = body_timeout_s
        self._clock = clock
        self._watch = watch

    @abstractmethod
    async def understood(self, name: str, body: bytes, at: datetime) -> tuple[Change, dict[str, str]]:
        """What the event called ``name`` says, and what the sender is told besides its id. Raises Stop, or ValueError
        with a sentence for the sender."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one event and answer it."""
        began = time.perf_counter()
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        known = {name: headers[name] for name in _READ if name in headers}
        status = 202
        try:
            outcome, said = await self._take(known, receive)
        except Stop as stop:
            outcome, status, said = stop.outcome, stop.status, stop.said
        await answer(send, status, said)
        self._watch(self.hook, outcome, time.perf_counter() - began)

    async def _take(self, headers: dict[str, str], receive: Receive) -> tuple[Received, dict[str, str]]:
        declared = headers.pop("content-length", "")
        body = await read_body(declared, receive, limit=MAX_BODY, timeout_s=self._body_timeout_s)
        now = self._clock()
        try:
            self._signatures.verify(headers, body, now)
        except BadSignature as why:
            log.warning(f"{self.kind}.refused", reason=str(why))
            raise Stop("bad signature", 401, "this event could not be verified") from None
        name = clean(headers["webhook-id"])
        if len(name) > LONGEST_ID - len(self.prefix):
            raise self.not_understood(f"webhook-id: is longer than {LONGEST_ID - len(self.prefix)} characters")
        try:
            change, told = await self.understood(name, body, now)
        except ValueError as wrong:
            raise self.not_understood(str(wrong)) from None
        kept = {part: headers[part] for part in ("webhook-id", "webhook-timestamp")}
        return await keep(self._store, Delivery(change, body, kept, now)), {"id": change.delivery_id, **told}

    def not_understood(self, words: str) -> Stop:
        """An end that tells the sender what is wrong."""
        log.warning(f"{self.kind}.not_understood", reason=words)
        return Stop("not understood", 422, words)
