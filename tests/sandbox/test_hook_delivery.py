"""From a happening to a request on real HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.sandbox.hooks.records import Hook
from app.sandbox.hooks.webhooks import Webhooks
from app.sandbox.state import Happening, Issue, World
from tests.sandbox.receiver import Receiver, receiving
from tests.sandbox.small_world import ANA, PLAN, PS, TOP, Clock, put_issue, small_world

ALL = {"issues_events", "confidential_issues_events", "note_events", "confidential_note_events"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return small_world(clock)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def webhooks(world: World) -> Iterator[Webhooks]:
    webhooks = Webhooks(world)
    webhooks.start()
    yield webhooks
    webhooks.stop()


def add(webhooks: Webhooks, url: str, *, project: int | None = None, group: int | None = None) -> Hook:
    world = webhooks.world
    hook = Hook(world.next_id(), url, world.now(), project_id=project, group_id=group, events=set(ALL))
    webhooks.hooks[hook.id] = hook
    return hook


def happen(world: World, issue: Issue, *, event_uuid: str | None = None) -> None:
    world.announce(Happening("issue", "update", world.users[ANA], issue, event_uuid=event_uuid))


def test_a_project_hook_and_the_hooks_of_all_groups_above_are_called(
    webhooks: Webhooks, world: World, receiver: Receiver
) -> None:
    for place in ({"project": PLAN}, {"group": PS}, {"group": TOP}, {"project": 999}):
        add(webhooks, receiver.url, **place)
    happen(world, put_issue(world))
    assert webhooks.drain()
    assert len(receiver.requests) == 3
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 3


def test_the_request_that_causes_a_delivery_does_not_wait_for_it(
    webhooks: Webhooks, world: World, receiver: Receiver
) -> None:
    add(webhooks, receiver.url, project=PLAN)
    receiver.gate.clear()
    started = time.monotonic()
    happen(world, put_issue(world))
    assert time.monotonic() - started < 0.5
    assert not webhooks.drain(timeout=0.05)
    receiver.gate.set()
    assert webhooks.drain()


def test_the_body_is_the_state_of_the_moment_when_it_happened(
    webhooks: Webhooks, world: World, receiver: Receiver
) -> None:
    webhooks.stop()
    add(webhooks, receiver.url, project=PLAN)
    issue = put_issue(world, title="Before")
    happen(world, issue)
    issue.title = "After"
    webhooks.start()
    assert webhooks.drain()
    assert receiver.requests[0].json["object_attributes"]["title"] == "Before"


def test_a_hook_without_the_confidential_switch_does_not_see_confidential_issues(
    webhooks: Webhooks, world: World, receiver: Receiver
) -> None:
    add(webhooks, receiver.url, project=PLAN).events = {"issues_events"}
    happen(world, put_issue(world, confidential=True))
    assert webhooks.drain()
    assert receiver.requests == []


def test_the_fourth_failure_in_a_row_rests_the_hook_and_what_comes_then_is_lost_without_a_trace(
    webhooks: Webhooks, world: World, receiver: Receiver, clock: Clock
) -> None:
    hook = add(webhooks, receiver.url, project=PLAN)
    receiver.status = 404
    for _ in range(6):
        happen(world, put_issue(world))
        assert webhooks.drain()
    assert len(receiver.requests) == len(webhooks.log.all()) == 4
    assert webhooks.status(hook) == "temporarily_disabled"

    clock.pass_by(timedelta(minutes=1))
    receiver.status = 200
    happen(world, put_issue(world))
    assert webhooks.drain()
    assert len(receiver.requests) == 5
    assert hook.recent_failures == 0


def test_a_failed_delivery_is_not_sent_again(webhooks: Webhooks, world: World, receiver: Receiver) -> None:
    add(webhooks, receiver.url, project=PLAN)
    receiver.status = 500
    happen(world, put_issue(world))
    assert webhooks.drain()
    time.sleep(0.1)
    assert len(receiver.requests) == 1


def test_nobody_listening_is_logged_as_an_internal_error(webhooks: Webhooks, world: World) -> None:
    hook = add(webhooks, "http://127.0.0.1:9/", project=PLAN)
    happen(world, put_issue(world))
    assert webhooks.drain()
    (row,) = webhooks.log.all()
    assert row.response_status == "internal error"
    assert row.error is not None
    assert hook.recent_failures == 1


def test_a_receiver_that_is_too_slow_has_failed(world: World, receiver: Receiver) -> None:
    webhooks = Webhooks(world, timeout=0.1)
    webhooks.start()
    add(webhooks, receiver.url, project=PLAN)
    receiver.gate.clear()
    happen(world, put_issue(world))
    assert webhooks.drain()
    receiver.gate.set()
    webhooks.stop()
    assert [row.response_status for row in webhooks.log.all()] == ["internal error"]


def test_a_write_that_carries_the_uuid_of_its_cause_does_not_call_the_same_hook_again(
    webhooks: Webhooks, world: World, receiver: Receiver
) -> None:
    add(webhooks, receiver.url, project=PLAN)
    issue = put_issue(world)
    happen(world, issue)
    assert webhooks.drain()
    chain = receiver.requests[0].headers["x-gitlab-event-uuid"]
    add(webhooks, f"{receiver.url}/second", project=PLAN)
    happen(world, issue, event_uuid=chain)
    assert webhooks.drain()
    assert len(receiver.requests) == 2
    assert receiver.requests[1].headers["x-gitlab-event-uuid"] == chain


def test_calls_over_the_namespaces_limit_are_dropped(world: World, receiver: Receiver, clock: Clock) -> None:
    webhooks = Webhooks(world, calls_per_minute=2)
    webhooks.start()
    add(webhooks, receiver.url, project=PLAN)
    for _ in range(4):
        happen(world, put_issue(world))
    clock.pass_by(timedelta(minutes=1))
    happen(world, put_issue(world))
    assert webhooks.drain()
    webhooks.stop()
    assert len(receiver.requests) == len(webhooks.log.all()) == 3


def test_a_body_over_25_megabytes_is_not_sent_and_counts_as_failed(
    webhooks: Webhooks, world: World, receiver: Receiver
) -> None:
    hook = add(webhooks, receiver.url, project=PLAN)
    issue = put_issue(world)
    issue.description = "x" * (26 * 1024 * 1024)
    happen(world, issue)
    assert webhooks.drain()
    assert receiver.requests == []
    assert webhooks.log.all()[0].request_data == {"oversize": True}
    assert hook.recent_failures == 1


def test_planned_copies_share_the_webhook_id(world: World, receiver: Receiver) -> None:
    webhooks = Webhooks(world, plan_delivery=lambda: (0.0, 0.0))
    webhooks.start()
    add(webhooks, receiver.url, project=PLAN)
    happen(world, put_issue(world))
    assert webhooks.drain()
    webhooks.stop()
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["x-gitlab-webhook-uuid"] != second.headers["x-gitlab-webhook-uuid"]
