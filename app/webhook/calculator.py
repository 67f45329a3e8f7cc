"""The endpoint for the Services Calculator: a request for scoping, stored and then filed. See docs/calculator.md."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Response

from app.domain.change import Change
from app.webhook.calculator_form import HOOK, PREFIX, read_form
from app.webhook.delivery import Inbox
from app.webhook.requests import HandOver, Watch
from app.webhook.signed import SignedReceiver
from app.webhook.verify import Signatures

PATH = "/events/calculator"

_ANSWERS: dict[int | str, dict[str, Any]] = {
    202: {"description": "Stored, now or before; the issue is filed as soon as GitLab takes it."},
    400: {"description": "The connection ended before the body did."},
    401: {"description": "Not authentic; the bot's log says why."},
    408: {"description": "The body came too slowly."},
    413: {"description": "The body is too large."},
    422: {"description": "Not understood; the answer says what is wrong."},
    503: {"description": "Could not be stored now: send it again with the same webhook-id."},
}


class CalculatorReceiver(SignedReceiver):
    """``POST /events/calculator`` as an ASGI application. It asks GitLab nothing, which may be down."""

    hook, prefix, kind = HOOK, PREFIX, "calculator"

    def __init__(
        self,
        signatures: Signatures,
        store: Inbox,
        *,
        services: Callable[[], Collection[str]],
        filed_in: Callable[[], str],
        body_timeout_s: float = 10.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        watch: Watch = lambda hook, outcome, seconds: None,  # noqa: ARG005  # a default that tells nobody
    ) -> None:
        """``services``: those that have questions; ``filed_in``: the address where issues are filed."""
        super().__init__(signatures, store, body_timeout_s=body_timeout_s, clock=clock, watch=watch)
        self._services = services
        self._filed_in = filed_in

    async def understood(self, name: str, body: bytes, at: datetime) -> tuple[Change, dict[str, str]]:
        """See :class:`SignedReceiver`."""
        form = read_form(body, self._services())
        return form.as_change(name, at), {"filed_in": self._filed_in()}


def router(receiver: CalculatorReceiver) -> APIRouter:
    """``POST /events/calculator`` as a route."""
    routes = APIRouter()

    @routes.post(PATH, status_code=202, response_model=None, responses=_ANSWERS)
    async def calculator() -> Response:
        """Take one request for scoping from the Services Calculator."""
        return HandOver(receiver)

    return routes
