"""``/healthz``, ``/readyz`` and ``/metrics``: for balancers, orchestrators and Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

Check = Callable[[], str | None]
"""None when fine, else what is wrong, in words."""


def router(*, ready: dict[str, Check], told: dict[str, Check], metrics: Callable[[], bytes]) -> APIRouter:
    """``ready`` checks decide; ``told`` ones are reported only: a GitLab outage must not make a balancer drop webhooks,
    which the bot can still store."""
    routes = APIRouter()  # HEAD besides GET: some watchers ask so, and FastAPI does not add it by itself

    @routes.head("/healthz", include_in_schema=False)
    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process is alive. Asks nothing of anybody."""
        return {"status": "ok"}

    @routes.head("/readyz", include_in_schema=False)
    @routes.get("/readyz", responses={503: {"description": "Not ready; the body says why."}})
    def readyz() -> JSONResponse:
        """Deliveries can be stored and rules are loaded."""
        failing = {name: problem for name, check in ready.items() if (problem := check())}
        reported = {name: check() or "ok" for name, check in told.items()}
        body = {"status": "not ready" if failing else "ready", "failing": failing, "also": reported}
        return JSONResponse(body, status_code=503 if failing else 200)

    @routes.get("/metrics")
    def prometheus() -> Response:
        """Prometheus' text format."""
        return Response(metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return routes
