"""The durable engine: DBOS Transact in front of our tables, in one database.

DBOS gives the queue (one item at a time, many at once), recovery after a crash, delayed work and schedules. The body of
``attend`` has no DBOS steps of its own: each write's outcome is recorded once, in our ledger, where it is also what
people read. Recording it a second time in DBOS would double the commits and tie running work to a program version.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, ScheduleInput, Serializer

from app.engine import timers
from app.engine.backoff import LONGEST_WAIT_S
from app.engine.budget_row import BudgetRow
from app.engine.clock import utc_now
from app.engine.inbox import InboxWriter, Triage
from app.engine.keeper import Keeper
from app.engine.migrations import create_tables
from app.engine.replica import Replica, this_process
from app.engine.retention import purge_ledger
from app.engine.shared_budget import SharedBudget
from app.engine.tables import connect, inbox
from app.engine.trouble import passes, problem_of
from app.gitlab.budget import Budget

log = structlog.get_logger(__name__)

APP_NAME = "sowbot"
WORKFLOW_VERSION = "1"
"""Bumped only when a workflow's arguments change; a program with another version leaves old workflows alone."""
QUEUE = "items"
KEEP_WORKFLOWS = timedelta(days=7)
POOL = 4
"""SQLite has one writer anyway; more connections only wait for one another."""


STALLED_S = 300.0
"""An open delivery that is older and has nothing to wait for is attended to again: its workflow may be lost."""
BUSY_ELSEWHERE_S = 0.5
"""An item that another process attends to is looked at again after this."""
DATABASE_AGAIN_S = 2.0


@dataclass(frozen=True, slots=True)
class Chore:
    """Something done on a schedule, by one process of all that share the database. It tells its own errors."""

    name: str
    cron: str
    run: Callable[[], object]


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
        self,
        url: str,
        *,
        triage: Triage,
        knows: Callable[[str], bool] = lambda _: False,
        workers: int = 16,
        replica: str | None = None,
        poll_s: float = 0.1,
        budget: Budget | None = None,
        budget_key: str = "",
    ) -> None:
        """``replica`` names this process among those that share a PostgreSQL database, and with it the ``budget`` of
        the token that ``budget_key`` stands for (``app/engine/budget_row.py``).

        ``knows``: whether an ``X-Gitlab-Event-UUID`` is a mark of the bot's own writes.
        """
        self.database = connect(url, pool_size=workers + 4)
        create_tables(self.database)
        self._workflows = connect(url, pool_size=POOL)
        self._workers = workers
        self.replica = this_process(url, replica)
        self._shared = _shared(self.database, self.replica, budget, budget_key)
        self._keeper = Keeper(
            self.replica,
            queue=QUEUE,
            wake=self.wake,
            chore=self._fire_timers,
            on_count=self._shared.look if self._shared else _nobody,
        )
        self._poll_s = poll_s
        self._client: DBOSClient | None = None
        self._enqueues = True
        self.inbox = InboxWriter(self.database, triage=triage, enqueue=self.enqueue, knows=knows)

    def claim(self) -> None:
        """Take this process's place at the database. Raises SettingsError when another process has it."""
        self.replica.take()

    def start(self, attend: Callable[[str], None], *, chores: Sequence[Chore] = ()) -> None:
        """Launch DBOS, recover what a crash left, and begin storing and attending. Raises what ``claim`` raises."""
        self.claim()
        if self._shared:
            self._shared.join(self.replica.look())
            self._shared.on_news(self._keeper.hurry)
        config: DBOSConfig = {
            "name": APP_NAME,
            "system_database_engine": self._workflows,
            "application_version": WORKFLOW_VERSION,
            "executor_id": self.replica.name,
            "serializer": JsonRows(),
            "max_executor_threads": self._workers + 4,
            "log_level": "WARNING",
            "use_listen_notify": False,
            "scheduler_polling_interval_sec": 1.0,
        }
        DBOS(config=config)

        @DBOS.workflow(name="attend", max_recovery_attempts=1000)
        def attend_workflow(item: str) -> None:
            with self._keeper.running(DBOS.workflow_id):
                self._attend_alone(item, attend)

        @DBOS.workflow(name="purge")
        def purge_workflow(_at: datetime, _context: Any) -> None:
            self.purge()

        own = (Chore("wake", "*/5 * * * *", self.wake_stalled),)
        scheduled: list[ScheduleInput] = [
            {"schedule_name": chore.name, "workflow_fn": _workflow(chore), "schedule": chore.cron, "context": None}
            for chore in (*own, *chores)
        ]
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
                {"schedule_name": "purge", "workflow_fn": purge_workflow, "schedule": "17 3 * * *", "context": None},
                *scheduled,
            ]
        )
        self._client = open_client(self.database)
        self._wake_forgotten()
        self.inbox.start()
        self._keeper.start()

    def attach(self) -> None:
        """For a process that puts work into the queue and does none, beside a running one or before the first start."""
        schema = "dbos" if self.database.dialect.name == "postgresql" else None
        if sa.inspect(self.database).has_table("workflow_status", schema=schema):
            self._client = open_client(self.database)
        else:
            self._enqueues = False

    def detach(self) -> None:
        """Close the database again."""
        self.replica.release()
        self.database.dispose()
        self._workflows.dispose()

    def stop(self, *, timeout_s: int = 10) -> None:
        """Store what is waiting, let running work end within the time, and close the database."""
        self.inbox.stop()
        self._keeper.stop()
        DBOS.destroy(workflow_completion_timeout_sec=timeout_s, destroy_registry=True)
        if self._shared:
            try:
                self._shared.leave()
            except sa.exc.SQLAlchemyError as error:
                log.warning("budget.not_left", problem=problem_of(error))  # others wait for its minute a little longer
        self.detach()

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
            self.enqueue(connection, item, delay_s=delay_s + 0.01)

    def purge(self) -> None:
        """Forget what the ledger kept for its time, and DBOS's own finished workflows that are older than a week."""
        purge_ledger(self.database, utc_now())
        finished = DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"], end_time=(utc_now() - KEEP_WORKFLOWS).isoformat(), limit=10_000
        )
        DBOS.delete_workflows([workflow.workflow_id for workflow in finished])

    def wake_stalled(self) -> None:
        """Attend to items whose deliveries wait for nothing, and yet wait; also for a time that the clock was set back
        from."""
        now = utc_now().timestamp()
        came = sa.or_(inbox.c.received_at < now - STALLED_S, inbox.c.received_at > now + STALLED_S)
        waits = inbox.c.not_before.is_not(None) & inbox.c.not_before.between(now - STALLED_S, now + LONGEST_WAIT_S)
        self._wake(came, ~waits)

    def wake(self, items: Sequence[str], *, delay_s: float = 0) -> None:
        """Attend to these items."""
        with self.database.begin() as connection:
            for item in items:
                self.enqueue(connection, item, delay_s=delay_s)

    def _attend_alone(self, item: str, attend: Callable[[str], None]) -> None:
        """Attend to the item unless another process does. A database that is away or full is waited for."""
        while True:
            try:
                with self.replica.item(item) as ours:
                    if ours:
                        attend(item)
                    else:
                        self.wake([item], delay_s=BUSY_ELSEWHERE_S)
                return
            except sa.exc.SQLAlchemyError as error:
                if not passes(error) or not self._keeper.pause(DATABASE_AGAIN_S):
                    raise
                log.error("item.waits_for_database", item=item, problem=problem_of(error))  # no trace is wanted

    def _fire_timers(self) -> None:
        timers.fire_due(self.database, self.inbox)

    def enqueue(self, connection: sa.Connection, item: str, *, delay_s: float = 0) -> None:
        """Put ``attend(item)`` into the queue, inside the caller's transaction."""
        if not self._enqueues:
            return  # nothing ever ran on this database; the first start wakes what waits
        assert self._client is not None, "the engine was not started"
        options: dict[str, Any] = {"queue_name": QUEUE, "workflow_name": "attend", "queue_partition_key": item}
        if delay_s:
            options["delay_seconds"] = delay_s
        options["app_version"] = WORKFLOW_VERSION
        self._client.enqueue_in_transaction(connection, options, item)  # type: ignore[arg-type]  # built in two steps

    def _wake_forgotten(self) -> None:
        """Attend to every item with open deliveries: a surplus ``attend`` ends at once, a missing one is work lost."""
        self._wake()

    def _wake(self, *which: sa.ColumnElement[bool]) -> None:
        query = sa.select(inbox.c.item).where(inbox.c.state.in_(("waiting", "decided")), *which).distinct()
        with self.database.begin() as connection:
            for item in connection.scalars(query).all():
                self.enqueue(connection, item)


def open_client(database: sa.Engine) -> DBOSClient:
    """What puts work into the queue, also from a process that does none of it."""
    return DBOSClient(system_database_engine=database, serializer=JsonRows(), application_name=APP_NAME)


def _shared(database: sa.Engine, replica: Replica, budget: Budget | None, key: str) -> SharedBudget | None:
    """None where one process has the database for itself: then its budget is the whole, and nothing is written."""
    if budget is None or database.dialect.name == "sqlite":
        return None
    return SharedBudget(budget, BudgetRow(database, key), replica)


def _nobody(_count: int) -> None:
    return None


def _workflow(chore: Chore) -> Callable[[datetime, Any], None]:
    @DBOS.workflow(name=chore.name)
    def run(_at: datetime, _context: Any) -> None:
        chore.run()

    return run
