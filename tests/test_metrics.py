"""Metrics: what is counted, and that nobody outside can make new time series."""

from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision import Result
from app.metrics import RECEIVED, Metrics
from app.webhook.requests import Received


def lines(metrics: Metrics) -> set[str]:
    return set(metrics.render().decode().splitlines())


def test_everything_is_counted_under_its_name() -> None:
    metrics = Metrics(["comment"])
    metrics.delivery("Issue Hook", "stored", 0.003)
    metrics.delivery("Issue Hook", "bad signature", 0.0001)
    metrics.step("comment", Result.ALREADY_SO)
    metrics.gitlab_call("GET", 200, remaining=1999)
    metrics.gitlab_call("POST", None)
    metrics.inbox(waiting=3, oldest_s=1.5)
    assert {
        'sowbot_deliveries_total{hook="Issue Hook",outcome="stored"} 1.0',
        'sowbot_deliveries_total{hook="Issue Hook",outcome="bad signature"} 1.0',
        "sowbot_ack_seconds_count 1.0",
        'sowbot_ack_seconds_bucket{le="0.005"} 1.0',
        'sowbot_steps_total{action="comment",result="already so"} 1.0',
        'sowbot_gitlab_calls_total{method="GET",status="200"} 1.0',
        'sowbot_gitlab_calls_total{method="POST",status="none"} 1.0',
        "sowbot_gitlab_rate_limit_remaining 1999.0",
        "sowbot_inbox_waiting 3.0",
        "sowbot_inbox_oldest_seconds 1.5",
    } <= lines(metrics)


def test_only_the_rule_file_in_force_is_told() -> None:
    metrics = Metrics()
    metrics.rules("one")
    metrics.rules("two")
    assert [line for line in lines(metrics) if line.startswith("sowbot_rules_info{")] == [
        'sowbot_rules_info{version="two"} 1.0'
    ]


def test_two_sets_of_metrics_do_not_add_up() -> None:
    one, two = Metrics(), Metrics()
    one.inbox(waiting=5, oldest_s=0)
    assert "sowbot_inbox_waiting 0.0" in lines(two)


def test_every_outcome_of_the_receiver_is_known() -> None:
    assert frozenset(get_args(Received)) == RECEIVED


@given(hook=st.text(), outcome=st.text(), method=st.text(), status=st.integers())
def test_unknown_words_are_counted_as_other(hook: str, outcome: str, method: str, status: int) -> None:
    metrics = Metrics()
    metrics.delivery(f"x{hook}", f"x{outcome}", 0)
    metrics.gitlab_call(f"x{method}", 1000 + abs(status))
    assert 'sowbot_deliveries_total{hook="other",outcome="other"} 1.0' in lines(metrics)
    assert 'sowbot_gitlab_calls_total{method="other",status="other"} 1.0' in lines(metrics)
