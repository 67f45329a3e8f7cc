"""REST: the hooks of projects and groups, and the log of their deliveries."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.sandbox.hooks.fields import apply_params, shown_hook
from app.sandbox.hooks.log import is_status_filter, shown_row
from app.sandbox.hooks.places import Place, PlaceKind, find_hook, find_place
from app.sandbox.hooks.records import Hook
from app.sandbox.hooks.webhooks import Webhooks
from app.sandbox.http.api import Api, Call
from app.sandbox.http.paging import page
from app.sandbox.http.problems import bad_parameter, bad_request

EVENTS_PER_PAGE = 20


def hooks_router(webhooks: Webhooks) -> APIRouter:
    """The same endpoints for ``/projects`` and ``/groups``."""
    api = Api()
    _add_endpoints(api, webhooks, "projects")
    _add_endpoints(api, webhooks, "groups")
    return api.router


def _add_endpoints(api: Api, webhooks: Webhooks, kind: PlaceKind) -> None:
    def place_of(call: Call) -> Place:
        return find_place(call.world, call.user, kind, call.path("id"))

    def hook_of(call: Call) -> Hook:
        return find_hook(webhooks, place_of(call), call.path("hook_id"))

    @api.get(f"/{kind}/{{id}}/hooks")
    def index(call: Call) -> Any:
        place = place_of(call)
        own = [hook for hook in webhooks.hooks.values() if place.owns(hook)]
        return page(call, own, lambda hook: shown_hook(call.world, hook))

    @api.post(f"/{kind}/{{id}}/hooks")
    def create(call: Call) -> Any:
        return shown_hook(call.world, _create(webhooks, place_of(call), call))

    @api.get(f"/{kind}/{{id}}/hooks/{{hook_id}}")
    def show(call: Call) -> Any:
        return shown_hook(call.world, hook_of(call))

    @api.put(f"/{kind}/{{id}}/hooks/{{hook_id}}")
    def update(call: Call) -> Any:
        hook = hook_of(call)
        apply_params(hook, call.params)
        return shown_hook(call.world, hook)

    @api.delete(f"/{kind}/{{id}}/hooks/{{hook_id}}")
    def remove(call: Call) -> None:
        del webhooks.hooks[hook_of(call).id]

    @api.get(f"/{kind}/{{id}}/hooks/{{hook_id}}/events")
    def events(call: Call) -> Any:
        return _events(webhooks, hook_of(call), call)


def _create(webhooks: Webhooks, place: Place, call: Call) -> Hook:
    if sum(place.owns(hook) for hook in webhooks.hooks.values()) >= place.hook_limit:
        what = "project" if place.kind == "projects" else "group"
        raise bad_request({"base": [f"Maximum number of {what} hooks ({place.hook_limit}) exceeded"]})
    hook = Hook(
        id=call.world.next_id(),
        url="",
        created_at=call.world.now(),
        project_id=place.id if place.kind == "projects" else None,
        group_id=place.id if place.kind == "groups" else None,
    )
    apply_params(hook, call.params)
    webhooks.hooks[hook.id] = hook
    return hook


def _events(webhooks: Webhooks, hook: Hook, call: Call) -> Any:
    statuses = set(call.params.titles("status") or ())
    if not all(is_status_filter(status) for status in statuses):
        raise bad_parameter("status does not have a valid value")
    per_page = call.params.whole("per_page")
    if per_page is not None and not 1 <= per_page <= EVENTS_PER_PAGE:
        raise bad_parameter("per_page does not have a valid value")
    rows = webhooks.log.of_hook(hook.id, call.world.now(), statuses)
    return page(call, rows, shown_row)
