"""Faults on demand: the dice, the requests they strike, and what is left behind."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from app.sandbox.faults import ApiFault, DeliveryFaults, FaultPlan, Faults
from app.sandbox.whole import Sandbox, whole_sandbox
from tests.sandbox.serving import serving
from tests.sandbox.small_world import HEADERS, PLAN, put_issue, small_world

ISSUES = f"/api/v4/projects/{PLAN}/issues"


@pytest.fixture
def sandbox() -> Sandbox:
    return whole_sandbox(small_world())


@pytest.fixture
def served(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with serving(sandbox.app) as address, httpx.Client(base_url=address, headers=HEADERS) as client:
        yield client


def test_a_fault_strikes_by_method_and_path_and_so_many_times() -> None:
    faults = Faults(FaultPlan(api=(ApiFault(kind="error", method="POST", path="/api/v4/projects/*/issues", times=2),)))
    assert faults.strike("GET", ISSUES) is None
    assert faults.strike("POST", "/api/v4/projects/acme/ps/issues") is not None
    assert faults.strike("POST", ISSUES) is not None
    assert faults.strike("POST", ISSUES) is None
    assert faults.struck() == [2]


def test_the_same_seed_strikes_the_same_requests() -> None:
    def strikes(seed: int) -> list[bool]:
        faults = Faults(FaultPlan(api=(ApiFault(kind="error", probability=0.5),), seed=seed))
        return [faults.strike("GET", "/api/") is not None for _ in range(64)]

    assert strikes(1) == strikes(1)
    assert strikes(1) != strikes(2)
    assert 16 < sum(strikes(1)) < 48


def test_deliveries_are_lost_doubled_and_held_back_by_their_rates() -> None:
    assert Faults().plan_delivery() == (0.0,)
    assert Faults(FaultPlan(deliveries=DeliveryFaults(drop=1))).plan_delivery() == ()
    assert Faults(FaultPlan(deliveries=DeliveryFaults(duplicate=1))).plan_delivery() == (0.0, 0.0)
    assert Faults(FaultPlan(deliveries=DeliveryFaults(delay=1, delay_seconds=3))).plan_delivery() == (3.0,)
    moved = Faults(FaultPlan(deliveries=DeliveryFaults(reorder=1, reorder_seconds=0.5)))
    waits = [moved.plan_delivery()[0] for _ in range(20)]
    assert waits != sorted(waits)
    assert all(0 <= wait <= 0.5 for wait in waits)


def test_faults_are_set_and_read_over_http_and_an_empty_plan_heals(served: httpx.Client) -> None:
    answer = served.put("/-/sandbox/faults", json={"api": [{"kind": "error", "status": 503}]})
    assert answer.status_code == 200
    assert served.get("/api/v4/user").status_code == 503
    assert served.get("/-/sandbox/faults").json()["struck"] == [1]
    assert served.put("/-/sandbox/faults", json={"api": [{"kind": "odd"}]}).status_code == 422
    served.put("/-/sandbox/faults", json={})
    assert served.get(f"{ISSUES}").status_code == 200


def test_a_rate_limit_comes_with_its_headers_or_bare(sandbox: Sandbox, served: httpx.Client) -> None:
    sandbox.faults.set(FaultPlan(api=(ApiFault(kind="rate_limit", seconds=7),)))
    told = served.get(ISSUES)
    assert (told.status_code, told.headers["Retry-After"], told.text) == (429, "7", "Retry later\n")
    assert told.headers["RateLimit-Remaining"] == "0"
    sandbox.faults.set(FaultPlan(api=(ApiFault(kind="rate_limit_bare"),)))
    bare = served.get(ISSUES)
    assert bare.status_code == 429
    assert not [name for name in bare.headers if "ratelimit" in name.lower() or name.lower() == "retry-after"]


def test_a_cut_connection_leaves_the_write_behind(sandbox: Sandbox, served: httpx.Client) -> None:
    sandbox.faults.set(FaultPlan(api=(ApiFault(kind="drop_after", method="POST", times=1),)))
    with pytest.raises(httpx.RemoteProtocolError):
        served.post(ISSUES, json={"title": "Written all the same"})
    assert [issue["title"] for issue in served.get(ISSUES).json()] == ["Written all the same"]


def test_a_client_that_gives_up_on_a_late_answer_has_written(sandbox: Sandbox, served: httpx.Client) -> None:
    sandbox.faults.set(FaultPlan(api=(ApiFault(kind="late_answer", method="POST", seconds=0.4),)))
    with pytest.raises(httpx.ReadTimeout):
        served.post(ISSUES, json={"title": "Late"}, timeout=0.2)
    assert len(served.get(ISSUES).json()) == 1


def test_latency_comes_before_the_work(sandbox: Sandbox, served: httpx.Client) -> None:
    put_issue(sandbox.world)
    sandbox.faults.set(FaultPlan(api=(ApiFault(kind="latency", seconds=0.2),)))
    answer = served.get(ISSUES)
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.2


def test_only_the_api_is_struck(sandbox: Sandbox, served: httpx.Client) -> None:
    sandbox.faults.set(FaultPlan(api=(ApiFault(kind="error"),)))
    assert served.get("/-/sandbox/deliveries").status_code == 200
