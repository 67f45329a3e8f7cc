"""The durable engine: DBOS Transact in front of our tables, in one database.

DBOS gives the queue (one item at a time, many at once), recovery after a crash, delayed work and schedules. The body of
``attend`` has no DBOS steps of its own: each write's outcome is recorded once, in our ledger, where it is also what
people read. Recording it a second time in DBOS would double the commits and tie running work to a program version.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, Serializer

from app.engine import timers
from app.engine.clock import utc_now
from app.engine.inbox import InboxWriter, Triage
from app.engine.tables import connect, create_tables, inbox

log = structlog.get_logger(__name__)

APP_NAME = "sowbot"
WORKFLOW_VERSION = "1"
"""Bumped only when a workflow's arguments change; a program with another version leaves old workflows alone."""
QUEUE = "items"
KEEP_WORKFLOWS = timedelta(days=7)
POOL = 4
"""SQLite has one writer anyway; more connections only wait for one another."""


class JsonRows(Serializer):
    """Workflow rows as JSON: readable, and nothing in them can execute."""

    def serialize(self, data: Any) -> str:
        """To text."""
        return json.dumps(data, default=str)

    def deserialize(cls, serialized_data: str) -> Any:
        """From text."""
        return json.loads(serialized_data)

    def name(self) -> str:
        """Recorded beside each row."""
        return "sowbot_json"


class Engine:
    """Opens the database, runs the queue and the schedules. One for each process."""

    def __init__(
        self, url: str, *, triage: Triage, workers: int = 16, executor_id: str = "local", poll_s: float = 0.05
    ) -> None:
        self.database = connect(url, pool_size=workers + 4)
        create_tables(self.database)
        self._workflows = connect(url, pool_size=POOL)
        self._workers = workers
        self._executor_id = executor_id
        self._poll_s = poll_s
        self._client: DBOSClient | None = None
        self.inbox = InboxWriter(self.database, triage=triage, enqueue=self._enqueue)

    def start(self, attend: Callable[[str], None], *, tick_cron: str = "*/5 * * * * *") -> None:
        """Launch DBOS, recover what a crash left, and begin storing and attending."""
        config: DBOSConfig = {
            "name": APP_NAME,
            "system_database_engine": self._workflows,
            "application_version": WORKFLOW_VERSION,
            "executor_id": self._executor_id,
            "serializer": JsonRows(),
            "max_executor_threads": self._workers + 4,
            "log_level": "WARNING",
            "use_listen_notify": False,
            "scheduler_polling_interval_sec": 1.0,
        }
        DBOS(config=config)

        @DBOS.workflow(name="attend", max_recovery_attempts=1000)
        def attend_workflow(item: str) -> None:
            attend(item)

        @DBOS.workflow(name="tick")
        def tick_workflow(_at: datetime, _context: Any) -> None:
            timers.fire_due(self.database, self.inbox)

        @DBOS.workflow(name="purge")
        def purge_workflow(_at: datetime, _context: Any) -> None:
            self.purge()

        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=self._workers,
            partition_concurrency=1,
            polling_interval_sec=self._poll_s,
            on_conflict="always_update",
        )
        DBOS.apply_schedules(
            [
                {"schedule_name": "tick", "workflow_fn": tick_workflow, "schedule": tick_cron, "context": None},
                {"schedule_name": "purge", "workflow_fn": purge_workflow, "schedule": "17 3 * * *", "context": None},
            ]
        )
        self._client = DBOSClient(
            system_database_engine=self.database, serializer=JsonRows(), application_name=APP_NAME
        )
        self._wake_forgotten()
        self.inbox.start()

    def stop(self, *, timeout_s: int = 10) -> None:
        """Store what is waiting, let running work end within the time, and close the database."""
        self.inbox.stop()
        DBOS.destroy(workflow_completion_timeout_sec=timeout_s, destroy_registry=True)
        self.database.dispose()
        self._workflows.dispose()

    def later(self, item: str, *, delay_s: float, reason: str) -> None:
        """Keep the item's deliveries for ``delay_s`` seconds, then attend to it again."""
        with self.database.begin() as connection:
            connection.execute(
                inbox.update()
                .where(inbox.c.item == item, inbox.c.state.in_(("waiting", "decided")))
                .values(
                    attempts=inbox.c.attempts + 1,
                    not_before=utc_now().timestamp() + delay_s,
                    summary=f"failed and retried: {reason}",
                )
            )
            self._enqueue(connection, item, delay_s=delay_s + 0.01)

    def purge(self) -> None:
        """Forget finished workflows of DBOS's own tables that are older than a week; the ledger stays."""
        finished = DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"], end_time=(utc_now() - KEEP_WORKFLOWS).isoformat(), limit=10_000
        )
        DBOS.delete_workflows([workflow.workflow_id for workflow in finished])

    def _enqueue(self, connection: sa.Connection, item: str, *, delay_s: float = 0) -> None:
        assert self._client is not None, "the engine was not started"
        options: dict[str, Any] = {"queue_name": QUEUE, "workflow_name": "attend", "queue_partition_key": item}
        if delay_s:
            options["delay_seconds"] = delay_s
        options["app_version"] = WORKFLOW_VERSION
        self._client.enqueue_in_transaction(connection, options, item)  # type: ignore[arg-type]  # built in two steps

    def _wake_forgotten(self) -> None:
        """Attend to every item with open deliveries: a surplus ``attend`` ends at once, a missing one is work lost."""
        query = sa.select(inbox.c.item).where(inbox.c.state.in_(("waiting", "decided"))).distinct()
        with self.database.begin() as connection:
            for item in connection.scalars(query).all():
                self._enqueue(connection, item)
