"""What the sandbox offers beside GitLab's API, for tests and the demo: faults on demand and the log of deliveries."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.sandbox.faults import FaultPlan, Faults
from app.sandbox.hooks.log import shown_row
from app.sandbox.hooks.webhooks import Webhooks


def control_router(faults: Faults, webhooks: Webhooks) -> APIRouter:
    """``/-/sandbox/faults`` and ``/-/sandbox/deliveries``; no token is asked, nothing here is real."""
    router = APIRouter(prefix="/-/sandbox")

    @router.get("/faults")
    def show_faults() -> dict[str, Any]:
        return faults.plan.model_dump() | {"struck": faults.struck()}

    @router.put("/faults")
    def set_faults(plan: FaultPlan) -> dict[str, Any]:
        faults.set(plan)
        return show_faults()

    @router.get("/deliveries")
    def deliveries() -> list[dict[str, Any]]:
        return [shown_row(row) | {"hook_id": row.hook_id, "delivery_id": row.delivery_id} for row in webhooks.log.all()]

    return router
