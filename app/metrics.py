"""Metrics for Prometheus. Labels come from closed sets only: what a sender writes never makes a new time series."""

from __future__ import annotations

from collections.abc import Collection

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from app.domain.change import Kind
from app.domain.decision import Result
from app.engine.healing.report import FAILED, Report

HOOKS = frozenset(
    {
        *("Issue Hook", "Confidential Issue Hook", "Note Hook", "Confidential Note Hook", "Emoji Hook", "System Hook"),
        *("Milestone Hook", "Member Hook", "Subgroup Hook", "Project Hook", "Resource Access Token Hook"),
        *("Resource Deploy Token Hook", "Vulnerability Hook", "Merge Request Hook", "Push Hook", "Tag Push Hook"),
        *("Pipeline Hook", "Job Hook", "Wiki Page Hook", "Deployment Hook", "Feature Flag Hook", "Release Hook"),
        *("Deal Event", "Calculator Request"),
    }
)
RECEIVED = frozenset(
    {
        *("stored", "duplicate", "bad signature", "too large", "too slow", "broken off", "not stored"),
        "not understood",
    }
)
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
STATUSES = frozenset({200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 409, 412, 413, 422, 429, 500, 502, 503, 504})
RESULTS = frozenset(result.value for result in Result)
FOUND = frozenset({FAILED, *(kind.value for kind in Kind)})
HOOK_STATES = ("executable", "temporarily_disabled", "disabled", "not told")
OTHER = "other"
ACK_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds. GitLab gives up after ten."""


class Metrics:
    """All metrics in a registry of their own, so that two programs in one process do not add up."""

    def __init__(self, actions: Collection[str] = ()) -> None:
        """``actions`` are the names of the rule file's actions."""
        self.registry = CollectorRegistry()
        self._actions = frozenset(actions)
        registry = self.registry
        ProcessCollector(registry=registry)
        self._deliveries = Counter(
            "sowbot_deliveries",
            "Webhook deliveries, by hook and by how they ended.",
            ["hook", "outcome"],
            registry=registry,
        )
        self._ack = Histogram(
            "sowbot_ack_seconds",
            "Time from a delivery's arrival to its answer, after it was stored.",
            buckets=ACK_BUCKETS,
            registry=registry,
        )
        self._steps = Counter(
            "sowbot_steps", "Steps of plans, by action and result.", ["action", "result"], registry=registry
        )
        self._calls = Counter(
            "sowbot_gitlab_calls", "Calls to GitLab, by method and status.", ["method", "status"], registry=registry
        )
        self._rate_left = Gauge(
            "sowbot_gitlab_rate_limit_remaining",
            "Calls that GitLab allows until its limit is reset.",
            registry=registry,
        )
        self._rules = Gauge(
            "sowbot_rules_info", "1 for the rule file that is in force.", ["version"], registry=registry
        )
        self._rules_refused = Counter(
            "sowbot_rules_refused", "Times that a changed rule file was not taken into use.", registry=registry
        )
        self._rules_stale = Gauge(
            "sowbot_rules_stale",
            "1 while the rule file is a bad one and the last good one is in force.",
            registry=registry,
        )
        self._rules_aside = Gauge(
            "sowbot_rules_stood_aside",
            "Rules that turned themselves to shadow because people often took back what they did.",
            registry=registry,
        )
        self._waiting = Gauge("sowbot_inbox_waiting", "Deliveries not decided yet.", registry=registry)
        self._oldest = Gauge("sowbot_inbox_oldest_seconds", "Age of the oldest of them.", registry=registry)

        self._mended = Counter(
            "sowbot_mended",
            "Events that a sweep found because GitLab's delivery failed or never came, by how they were found.",
            ["found"],
            registry=registry,
        )
        self._swept_at = Gauge(
            "sowbot_last_sweep_timestamp_seconds", "When the last sweep that came to its end began.", registry=registry
        )
        self._blind = Gauge(
            "sowbot_blind_seconds", "How long the bot had not run before its last start.", registry=registry
        )
        self._hooks = Gauge("sowbot_hooks", "Webhooks that lead to this bot, by state.", ["state"], registry=registry)
        self._silent = Gauge(
            "sowbot_hook_silent",
            "1 if an enabled webhook did not tell what a sweep found.",
            registry=registry,
        )

    def delivery(self, hook: str, outcome: str, seconds: float) -> None:
        """A webhook request ended; ``outcome`` is one of ``RECEIVED``. Fit to be the receiver's ``watch``."""
        self._deliveries.labels(_known(hook, HOOKS), _known(outcome, RECEIVED)).inc()
        if outcome in ("stored", "duplicate"):
            self._ack.observe(seconds)

    def step(self, action: str, result: Result) -> None:
        """A step of a plan ended. Fit to be the engine's ``on_outcome``."""
        self._steps.labels(_known(action, self._actions), _known(result, RESULTS)).inc()

    def gitlab_call(self, method: str, status: int | None, *, remaining: int | None = None) -> None:
        """A call to GitLab ended; no status: no answer. ``remaining`` is ``RateLimit-Remaining``, where it came."""
        said = "none" if status is None else str(status) if status in STATUSES else OTHER
        self._calls.labels(_known(method, METHODS), said).inc()
        if remaining is not None:
            self._rate_left.set(remaining)

    def rules(self, version: str) -> None:
        """This rule file is in force now; the one before is forgotten."""
        self._rules.clear()
        self._rules.labels(version).set(1)
        self._rules_stale.set(0)

    def rules_refused(self) -> None:
        """A changed rule file is bad; the one before stays in force."""
        self._rules_refused.inc()
        self._rules_stale.set(1)

    def rules_aside(self, number: int) -> None:
        """So many rules turned themselves to shadow."""
        self._rules_aside.set(number)

    def inbox(self, *, waiting: int, oldest_s: float) -> None:
        """How much waits, and for how long."""
        self._waiting.set(waiting)
        self._oldest.set(oldest_s)

    def sweep(self, report: Report) -> None:
        """A sweep ended."""
        for found, count in report.mended.items():
            self._mended.labels(_known(found, FOUND)).inc(count)
        self._swept_at.set(report.began_at.timestamp())
        self._silent.set(report.silent)
        if report.blind_from is not None:
            self._blind.set((report.began_at - report.blind_from).total_seconds())
        states = [hook.alert_status or "not told" for hook in report.hooks]
        for state in HOOK_STATES:
            self._hooks.labels(state).set(states.count(state))

    def render(self) -> bytes:
        """Prometheus' text format."""
        return generate_latest(self.registry)


def _known(value: str, known: Collection[str]) -> str:
    return str(value) if value in known else OTHER
