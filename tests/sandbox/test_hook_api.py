"""REST: hooks of projects and groups, their log, resend and test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from app.sandbox.state import Happening
from app.sandbox.whole import Sandbox, whole_sandbox
from tests.sandbox.receiver import Receiver, receiving
from tests.sandbox.small_world import ANA, HEADERS, PLAN, PS, Clock, put_issue, small_world

pytestmark = pytest.mark.anyio
SIGNING = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
HOOKS = f"/projects/{PLAN}/hooks"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = whole_sandbox(small_world())
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox/api/v4", headers=HEADERS) as client:
        yield client


async def make(api: httpx.AsyncClient, url: str, **fields: Any) -> Any:
    answer = await api.post(HOOKS, json={"url": url, "issues_events": True, **fields})
    assert answer.status_code == 201
    return answer.json()


def happen(sandbox: Sandbox) -> None:
    world = sandbox.world
    with world.lock:
        world.announce(Happening("issue", "update", world.users[ANA], put_issue(world)))
    assert sandbox.webhooks.drain()


async def test_tokens_go_in_and_never_come_out(api: httpx.AsyncClient) -> None:
    hook = await make(
        api, "http://bot.test/", token="hush", signing_token=SIGNING, custom_headers=[{"key": "X-T", "value": "v"}]
    )
    shown = (await api.get(f"{HOOKS}/{hook['id']}")).json()
    assert shown == hook
    assert (shown["token_present"], shown["signing_token_present"]) == (True, True)
    assert shown["custom_headers"] == [{"key": "X-T"}]
    assert "token" not in shown
    assert "signing_token" not in shown
    assert shown["alert_status"] == "executable"
    assert (shown["issues_events"], shown["push_events"], shown["note_events"]) == (True, True, False)
    assert [each["id"] for each in (await api.get(HOOKS)).json()] == [hook["id"]]


async def test_a_new_address_loses_the_token_and_the_same_one_keeps_it(api: httpx.AsyncClient) -> None:
    hook = await make(api, "http://bot.test/", token="hush")
    kept = await api.put(f"{HOOKS}/{hook['id']}", json={"url": "http://bot.test/", "note_events": True})
    assert (kept.json()["token_present"], kept.json()["note_events"]) == (True, True)
    lost = await api.put(f"{HOOKS}/{hook['id']}", json={"url": "http://other.test/"})
    assert lost.json()["token_present"] is False
    assert (await api.delete(f"{HOOKS}/{hook['id']}")).status_code == 204
    assert (await api.get(f"{HOOKS}/{hook['id']}")).status_code == 404


async def test_bad_addresses_and_signing_tokens_are_refused(api: httpx.AsyncClient) -> None:
    assert (await api.post(HOOKS, json={})).status_code == 400
    assert (await api.post(HOOKS, json={"url": "ftp://bot.test"})).status_code == 422
    answer = await api.post(HOOKS, json={"url": "http://bot.test", "signing_token": "whsec_short"})
    assert answer.status_code == 422
    assert (await api.get(HOOKS)).json() == []


async def test_only_maintainers_of_the_place_manage_its_hooks(api: httpx.AsyncClient) -> None:
    guest = {"PRIVATE-TOKEN": "glpat-gus"}
    assert (await api.get(HOOKS, headers=guest)).status_code == 403
    assert (await api.post(HOOKS, headers=guest, json={"url": "http://x.test"})).status_code == 403
    assert (await api.get("/projects/999/hooks")).status_code == 404


async def test_a_groups_hooks_are_its_own(api: httpx.AsyncClient) -> None:
    hook = (await api.post(f"/groups/{PS}/hooks", json={"url": "http://bot.test", "member_events": True})).json()
    assert (hook["group_id"], hook["member_events"]) == (PS, True)
    assert (await api.get(f"{HOOKS}/{hook['id']}")).status_code == 404
    assert (await api.get("/groups/acme%2Fps/hooks")).json() == [hook]


async def test_the_log_shows_what_was_sent_and_hides_the_token(
    api: httpx.AsyncClient, sandbox: Sandbox, receiver: Receiver
) -> None:
    hook = await make(api, receiver.url, token="hush")
    happen(sandbox)
    (row,) = (await api.get(f"{HOOKS}/{hook['id']}/events")).json()
    sent = receiver.requests[0]
    assert sent.headers["x-gitlab-token"] == "hush"
    assert row["request_headers"]["X-Gitlab-Token"] == "[REDACTED]"
    assert row["request_headers"]["Idempotency-Key"] == sent.headers["webhook-id"]
    assert row["request_data"] == sent.json
    assert (row["trigger"], row["response_status"], row["response_body"]) == ("issue_hooks", "200", "ok")
    logged = (await api.get("http://sandbox/-/sandbox/deliveries")).json()
    assert [each["delivery_id"] for each in logged] == [sent.headers["webhook-id"]]


async def test_the_log_is_filtered_by_status_newest_first_twenty_at_most(
    api: httpx.AsyncClient, sandbox: Sandbox, receiver: Receiver
) -> None:
    hook = await make(api, receiver.url)
    for status in (200, 404, 500):
        receiver.status = status
        happen(sandbox)
    events = f"{HOOKS}/{hook['id']}/events"
    await api.put(f"{HOOKS}/{hook['id']}", json={"url": "http://127.0.0.1:9/"})
    happen(sandbox)

    async def statuses(**params: Any) -> list[str]:
        return [row["response_status"] for row in (await api.get(events, params=params)).json()]

    assert await statuses() == ["internal error", "500", "404", "200"]
    assert await statuses(status="successful") == ["200"]
    assert await statuses(status="client_failure") == ["404"]
    assert await statuses(status="server_failure") == ["internal error", "500"]
    assert await statuses(**{"status[]": ["404", "500"]}) == ["500", "404"]
    assert await statuses(per_page=1, page=2) == ["500"]
    assert (await api.get(events, params={"per_page": 21})).status_code == 400
    assert (await api.get(events, params={"status": "odd"})).status_code == 400


async def test_a_resend_has_the_same_id_and_a_signature_of_its_own(
    api: httpx.AsyncClient, sandbox: Sandbox, receiver: Receiver
) -> None:
    clock = Clock()
    clock.time = datetime.now(UTC)
    sandbox.world.clock = clock
    hook = await make(api, receiver.url, signing_token=SIGNING)
    happen(sandbox)
    (row,) = (await api.get(f"{HOOKS}/{hook['id']}/events")).json()
    clock.pass_by(timedelta(seconds=1))
    receiver.status = 503
    answer = await api.post(f"{HOOKS}/{hook['id']}/events/{row['id']}/resend")
    assert (answer.status_code, answer.json()) == (201, {"response_status": 503})
    first, second = receiver.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]
    Webhook(SIGNING).verify(second.body, second.headers)


async def test_a_resend_is_refused_when_the_address_changed_or_the_hook_rests(
    api: httpx.AsyncClient, sandbox: Sandbox, receiver: Receiver
) -> None:
    hook = await make(api, receiver.url)
    happen(sandbox)
    (row,) = (await api.get(f"{HOOKS}/{hook['id']}/events")).json()
    resend = f"{HOOKS}/{hook['id']}/events/{row['id']}/resend"
    await api.put(f"{HOOKS}/{hook['id']}", json={"url": "http://other.test/"})
    assert (await api.post(resend)).status_code == 422
    await api.put(f"{HOOKS}/{hook['id']}", json={"url": receiver.url})
    receiver.status = 500
    for _ in range(4):
        happen(sandbox)
    assert (await api.get(f"{HOOKS}/{hook['id']}")).json()["alert_status"] == "temporarily_disabled"
    assert (await api.post(resend)).status_code == 422
    assert (await api.post(f"{HOOKS}/{hook['id']}/events/1/resend")).status_code == 404


async def test_resends_are_limited_to_five_a_minute(
    api: httpx.AsyncClient, sandbox: Sandbox, receiver: Receiver
) -> None:
    hook = await make(api, receiver.url)
    happen(sandbox)
    (row,) = (await api.get(f"{HOOKS}/{hook['id']}/events")).json()
    statuses = [(await api.post(f"{HOOKS}/{hook['id']}/events/{row['id']}/resend")).status_code for _ in range(6)]
    assert statuses == [201] * 5 + [429]


async def test_a_test_sends_the_newest_issue_as_an_ordinary_open_event(
    api: httpx.AsyncClient, sandbox: Sandbox, receiver: Receiver
) -> None:
    hook = await make(api, receiver.url)
    put_issue(sandbox.world, title="Older")
    put_issue(sandbox.world, title="Newest")
    answer = await api.post(f"{HOOKS}/{hook['id']}/test/issues_events")
    assert (answer.status_code, answer.json()) == (201, {"message": "201 Created"})
    body = receiver.requests[0].json
    assert (body["object_attributes"]["title"], body["object_attributes"]["action"]) == ("Newest", "open")
    assert body["user"]["id"] == ANA


async def test_a_good_test_wakes_a_hook_that_rests(
    api: httpx.AsyncClient, sandbox: Sandbox, receiver: Receiver
) -> None:
    hook = await make(api, receiver.url)
    receiver.status = 500
    for _ in range(4):
        happen(sandbox)
    failing = await api.post(f"{HOOKS}/{hook['id']}/test/issues_events")
    assert failing.status_code == 422
    receiver.status = 200
    await api.post(f"{HOOKS}/{hook['id']}/test/issues_events")
    assert (await api.get(f"{HOOKS}/{hook['id']}")).json()["alert_status"] == "executable"


async def test_what_cannot_be_tested_is_said(api: httpx.AsyncClient, receiver: Receiver) -> None:
    hook = await make(api, receiver.url)
    test = f"{HOOKS}/{hook['id']}/test"
    assert (await api.post(f"{test}/odd_events")).status_code == 400
    assert (await api.post(f"{test}/push_events")).json() == {"message": "Testing not available for this hook"}
    assert (await api.post(f"{test}/issues_events")).json() == {"message": "Ensure the project has issues."}
    assert (await api.post(f"{test}/note_events")).status_code == 422
    assert (await api.post(f"{test}/emoji_events")).status_code == 422


async def test_an_update_through_the_api_carries_its_uuid_on(
    api: httpx.AsyncClient, sandbox: Sandbox, receiver: Receiver
) -> None:
    await make(api, receiver.url)
    issue = put_issue(sandbox.world)
    path = f"/projects/{PLAN}/issues/{issue.iid}"
    await api.put(path, json={"title": "One"})
    assert sandbox.webhooks.drain()
    chain = receiver.requests[0].headers["x-gitlab-event-uuid"]
    await api.put(path, json={"title": "Two"}, headers={"X-Gitlab-Event-UUID": chain})
    await api.put(path, json={"title": "Three"})
    assert sandbox.webhooks.drain()
    assert [each.json["object_attributes"]["title"] for each in receiver.requests] == ["One", "Three"]
