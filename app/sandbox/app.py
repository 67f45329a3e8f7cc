"""The sandbox GitLab as an application: routers, middleware and error answers put together."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException

from app.sandbox import end_state
from app.sandbox.graphql import endpoint
from app.sandbox.http.limits import ApiThrottle
from app.sandbox.http.paths import EncodedSlashes
from app.sandbox.http.problems import ApiError, answer_api_error, answer_no_route
from app.sandbox.rest import (
    boards,
    files,
    groups,
    issues,
    labels,
    members,
    milestones,
    moving,
    notes,
    projects,
    relations,
    tokens,
    users,
)
from app.sandbox.state import World

APIS = (
    users.api,
    issues.api,
    moving.api,
    notes.api,
    relations.api,
    labels.api,
    milestones.api,
    boards.api,
    members.api,
    tokens.api,
    files.api,
    projects.api,
    groups.api,
    endpoint.api,
)


def create_sandbox(world: World, *, extra_routers: Sequence[APIRouter] = ()) -> FastAPI:
    """A GitLab over ``world``. ``extra_routers`` come first, so that they may add to what is here.

    Requests find the world at ``request.app.state.world``. More middleware may be added to the result.
    """
    app = FastAPI(title="Sandbox GitLab", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.world = world
    app.add_exception_handler(ApiError, answer_api_error)
    app.add_exception_handler(HTTPException, answer_no_route)
    for router in (*extra_routers, end_state.router, *(api.router for api in APIS)):
        app.include_router(router)
    app.add_middleware(ApiThrottle)
    app.add_middleware(EncodedSlashes)
    return app
