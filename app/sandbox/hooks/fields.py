"""A hook as the REST API takes and shows it. Tokens go in and never come out."""

from __future__ import annotations

from typing import Any

from app.sandbox.hooks.breaker import alert_status
from app.sandbox.hooks.headers import is_signing_token
from app.sandbox.hooks.records import Hook
from app.sandbox.http.params import Params
from app.sandbox.http.problems import ApiError
from app.sandbox.shapes.basics import iso
from app.sandbox.state import World

SWITCHES = (
    "push_events",
    "tag_push_events",
    "merge_requests_events",
    "issues_events",
    "confidential_issues_events",
    "note_events",
    "confidential_note_events",
    "emoji_events",
    "job_events",
    "pipeline_events",
    "wiki_page_events",
    "deployment_events",
    "feature_flag_events",
    "releases_events",
    "milestone_events",
    "resource_access_token_events",
    "resource_deploy_token_events",
    "vulnerability_events",
)
GROUP_SWITCHES = (*SWITCHES, "member_events", "project_events", "subgroup_events")
_TEXTS = ("name", "description", "push_events_branch_filter", "custom_webhook_template")


def switches_of(hook: Hook) -> tuple[str, ...]:
    """The event switches that this kind of hook has."""
    return SWITCHES if hook.project_id is not None else GROUP_SWITCHES


def apply_params(hook: Hook, params: Params) -> None:
    """Change the hook as a POST or PUT asks; raises 400 or 422 before anything is changed."""
    url = params.required("url")
    if not url.lower().startswith(("http://", "https://")):
        raise ApiError(422, {"error": "Invalid url given"})
    signing_token = params.text("signing_token")
    if signing_token and not is_signing_token(signing_token):
        raise ApiError(422, {"message": {"signing_token": ["must be whsec_ followed by the Base64 of 32 bytes"]}})
    flags = {name: params.flag(name) for name in (*switches_of(hook), "enable_ssl_verification")}
    headers = _custom_headers(params)
    if url != hook.url:
        # So that nobody who may edit a hook can have its secrets sent elsewhere.
        hook.token, hook.custom_headers = None, {}
    hook.url = url
    if "token" in params:
        hook.token = params.text("token") or None
    if "signing_token" in params:
        hook.signing_token = signing_token or None
    if headers is not None:
        hook.custom_headers = headers
    for name in _TEXTS:
        if name in params:
            setattr(hook, name, params.text(name))
    hook.branch_filter_strategy = params.text("branch_filter_strategy") or hook.branch_filter_strategy
    _apply_flags(hook, flags)


def _apply_flags(hook: Hook, flags: dict[str, bool | None]) -> None:
    verify = flags.pop("enable_ssl_verification")
    hook.enable_ssl_verification = hook.enable_ssl_verification if verify is None else verify
    hook.events |= {name for name, on in flags.items() if on}
    hook.events -= {name for name, on in flags.items() if on is False}


def _custom_headers(params: Params) -> dict[str, str] | None:
    sent = params.get("custom_headers")
    if sent is None:
        return None
    try:
        return {str(entry["key"]): str(entry["value"]) for entry in sent}
    except (TypeError, KeyError):
        raise ApiError(400, {"error": "custom_headers is invalid"}) from None


def shown_hook(world: World, hook: Hook) -> dict[str, Any]:
    """The hook as the API shows it."""
    place = {"project_id": hook.project_id} if hook.project_id is not None else {"group_id": hook.group_id}
    return {
        "id": hook.id,
        "url": hook.url,
        "name": hook.name,
        "description": hook.description,
        "created_at": iso(hook.created_at),
        **place,
        **{name: name in hook.events for name in switches_of(hook)},
        "repository_update_events": False,
        "push_events_branch_filter": hook.push_events_branch_filter,
        "branch_filter_strategy": hook.branch_filter_strategy,
        "enable_ssl_verification": hook.enable_ssl_verification,
        "custom_webhook_template": hook.custom_webhook_template,
        "alert_status": alert_status(hook, world.now()),
        "disabled_until": iso(hook.disabled_until) if hook.disabled_until else None,
        "url_variables": [],
        "custom_headers": [{"key": name} for name in hook.custom_headers],
        "token_present": hook.token is not None,
        "signing_token_present": hook.signing_token is not None,
    }
