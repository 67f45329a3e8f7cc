"""How an endpoint of the sandbox is written: ``@api.get("/projects/{id}/issues")`` over a function of a :class:`Call`.

The wrapper reads the parameters, finds the user, checks the token's scope and holds the world's lock while the function
runs. It runs on the event loop, not in a thread: everything is in memory, so each request is one short atomic act.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.sandbox.http import auth
from app.sandbox.http.params import Params, read_params
from app.sandbox.http.paths import inner
from app.sandbox.state import Token, User, World

PREFIX = "/api/v4"
DEFAULT_STATUS = {"GET": 200, "POST": 201, "PUT": 200, "PATCH": 200, "DELETE": 204}


@dataclass(frozen=True)
class Call:
    """One authenticated request."""

    world: World
    user: User
    token: Token
    params: Params
    request: Request

    def path(self, name: str) -> str:
        """A part of the address, decoded."""
        return inner(str(self.request.path_params[name]))

    @property
    def event_uuid(self) -> str | None:
        """The ``X-Gitlab-Event-UUID`` that chains a bot's request to the event that caused it."""
        return self.request.headers.get("x-gitlab-event-uuid")


Endpoint = Callable[[Call], Any]
"""Returns what is sent as JSON, or a ready Response; None on DELETE answers 204."""


class Api:
    """Collects endpoints; ``router`` is given to the application."""

    def __init__(self, prefix: str = PREFIX) -> None:
        self.prefix = prefix
        self.router = APIRouter()

    def get(self, path: str) -> Callable[[Endpoint], Endpoint]:
        """An endpoint that reads."""
        return self._adder("GET", path)

    def post(self, path: str, *, reads_only: bool = False) -> Callable[[Endpoint], Endpoint]:
        """An endpoint that makes something; ``reads_only`` lets tokens with scope ``read_api`` in (GraphQL)."""
        return self._adder("POST", path, writes=not reads_only)

    def put(self, path: str) -> Callable[[Endpoint], Endpoint]:
        """An endpoint that changes something."""
        return self._adder("PUT", path)

    def delete(self, path: str) -> Callable[[Endpoint], Endpoint]:
        """An endpoint that removes something."""
        return self._adder("DELETE", path)

    def _adder(self, method: str, path: str, *, writes: bool | None = None) -> Callable[[Endpoint], Endpoint]:
        changes = method != "GET" if writes is None else writes

        def add(endpoint: Endpoint) -> Endpoint:
            handler = _handler(endpoint, status=DEFAULT_STATUS[method], writes=changes)
            self.router.add_route(self.prefix + path, handler, methods=[method], include_in_schema=False)
            return endpoint

        return add


def _handler(endpoint: Endpoint, *, status: int, writes: bool) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        params = await read_params(request)
        world = auth.world_of(request)
        with world.lock:
            token, user = auth.authenticate(request, writes=writes)
            result = endpoint(Call(world=world, user=user, token=token, params=params, request=request))
        if isinstance(result, Response):
            return result
        if result is None and status == 204:
            return Response(status_code=204)
        return JSONResponse(result, status_code=status)

    return handle
