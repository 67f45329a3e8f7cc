"""REST: deliveries that a person asks for, the test of a hook and the resend of a logged one.

These answer only after the hook's receiver has, so they run in threads and never hold the world's lock while they wait:
the receiver may call back.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from app.sandbox.hooks.fields import switches_of
from app.sandbox.hooks.payload import message_of
from app.sandbox.hooks.places import Place, PlaceKind, find_hook, find_place
from app.sandbox.hooks.records import SWITCH_OF, Attempt, Hook, Job, Trigger
from app.sandbox.hooks.sender import OVERSIZE
from app.sandbox.hooks.webhooks import Webhooks
from app.sandbox.http.auth import current_user
from app.sandbox.http.paths import inner
from app.sandbox.http.problems import ApiError, bad_parameter, not_found, too_many
from app.sandbox.state import Happening, User, World

_TRIGGER_OF: dict[str, Trigger] = {switch: trigger for trigger, switch in SWITCH_OF.items()}


def _unprocessable(message: str) -> ApiError:
    return ApiError(422, {"message": message})


def manual_router(webhooks: Webhooks) -> APIRouter:
    """``…/test/:trigger`` and ``…/events/:id/resend`` for projects and groups."""
    router = APIRouter(prefix="/api/v4", include_in_schema=False)
    _add_endpoints(router, webhooks, "projects")
    _add_endpoints(router, webhooks, "groups")
    return router


def _add_endpoints(router: APIRouter, webhooks: Webhooks, kind: PlaceKind) -> None:
    def test(id: str, hook_id: str, trigger: str, user: Annotated[User, Depends(current_user)]) -> dict[str, str]:
        with webhooks.world.lock:
            place = find_place(webhooks.world, user, kind, inner(id))
            job = _test_job(webhooks, place, find_hook(webhooks, place, hook_id), trigger, user)
        attempt = webhooks.send(job)
        if attempt is None or not attempt.succeeded:
            raise _unprocessable(_what_came(attempt))
        return {"message": "201 Created"}

    def resend(
        id: str, hook_id: str, log_id: str, request: Request, user: Annotated[User, Depends(current_user)]
    ) -> dict[str, int | str]:
        with webhooks.world.lock:
            place = find_place(webhooks.world, user, kind, inner(id))
            hook = find_hook(webhooks, place, hook_id)
            job = _resend_job(webhooks, place, hook, log_id, user, request.headers.get("x-gitlab-event-uuid"))
        attempt = webhooks.send(job)
        if attempt is None:
            raise _unprocessable("The hook is disabled")
        return {"response_status": int(attempt.response_status) if attempt.error is None else attempt.response_status}

    _add(router, f"/{kind}/{{id}}/hooks/{{hook_id}}/test/{{trigger}}", test)
    _add(router, f"/{kind}/{{id}}/hooks/{{hook_id}}/events/{{log_id}}/resend", resend)


def _add(router: APIRouter, path: str, endpoint: Callable[..., object]) -> None:
    router.add_api_route(path, endpoint, methods=["POST"], status_code=201)


def _test_job(webhooks: Webhooks, place: Place, hook: Hook, trigger: str, user: User) -> Job:
    if trigger not in switches_of(hook):
        raise bad_parameter("trigger does not have a valid value")
    if trigger not in _TRIGGER_OF:
        raise _unprocessable("Testing not available for this hook")
    if not webhooks.test_limit.allow((place, user.id), webhooks.world.now()):
        raise too_many()
    sample = _sample(webhooks.world, place, trigger, user)
    message = message_of(webhooks.world, sample)
    if message is None:
        raise _unprocessable("Testing not available for this hook")
    # The header names what was tested, the body is an ordinary event: nothing in it says that this is a test.
    return Job(hook.id, _TRIGGER_OF[trigger], message.body, str(uuid.uuid4()), str(uuid.uuid4()), force=True)


def _sample(world: World, place: Place, trigger: str, user: User) -> Happening:
    """The newest real thing of the kind, as an ordinary event by whoever pressed Test."""
    issues = place.issues(world, user)
    numbers = {issue.id for issue in issues if issue.project_id is not None}
    if trigger in ("issues_events", "confidential_issues_events"):
        if not issues:
            raise _unprocessable("Ensure the project has issues.")
        return Happening("issue", "open", user, issues[0])
    if trigger == "emoji_events":
        award = max((a for a in world.awards.values() if a.issue_id in numbers), key=lambda a: a.id, default=None)
        if award is None:
            raise _unprocessable("Ensure the project has emoji.")
        note = world.notes.get(award.note_id) if award.note_id is not None else None
        return Happening("emoji", "award", user, world.issues[award.issue_id], award=award, note=note)
    notes = [note for note in world.notes.values() if note.issue_id in numbers and not note.system]
    if not notes:
        raise _unprocessable("Ensure the project has notes.")
    newest = max(notes, key=lambda note: note.id)
    return Happening("note", "create", user, world.issues[newest.issue_id], note=newest)


def _what_came(attempt: Attempt | None) -> str:
    if attempt is None:
        return "The hook is gone"
    return attempt.error or f"Hook executed but returned HTTP {attempt.response_status} {attempt.response_body}".strip()


def _resend_job(webhooks: Webhooks, place: Place, hook: Hook, log_id: str, user: User, event_uuid: str | None) -> Job:
    row = next((row for row in webhooks.log.of_hook(hook.id, webhooks.world.now()) if str(row.id) == log_id), None)
    if row is None:
        raise not_found()
    if not webhooks.resend_limit.allow((place, user.id), webhooks.world.now()):
        raise too_many()
    if row.url != hook.url:
        raise _unprocessable("The hook URL has changed. Unable to resend.")
    if row.request_data == OVERSIZE:
        raise _unprocessable("The request data is too large to be resent.")
    if webhooks.status(hook) != "executable":
        raise _unprocessable("The hook is disabled")
    return Job(hook.id, row.trigger, row.request_data, row.delivery_id, event_uuid or str(uuid.uuid4()))
