"""Looks every few seconds: is the name still ours, did another process die, did a workflow of ours get stuck?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
import structlog
from dbos import DBOS

from app.engine.replica import Replica
from app.engine.trouble import problem_of

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 3.0
HURRY_EVERY_S = 1.0
"""Processes are counted no more often than this, however much there is to tell."""


@dataclass(frozen=True, slots=True)
class _Started:
    """A workflow that the database holds for begun and not ended."""

    id: str
    item: str
    owner: str
    queue: str


class Keeper:
    """A thread of its own: a schedule of the queue would stand still together with the queue."""

    def __init__(
        self,
        replica: Replica,
        *,
        queue: str,
        wake: Callable[[Sequence[str]], None],
        chore: Callable[[], object] = lambda: None,
        on_count: Callable[[int], None] = lambda count: None,  # noqa: ARG005  # a default that tells nobody
    ) -> None:
        """``wake`` puts items into the queue again; ``chore`` is done at each look; ``on_count`` hears how many
        processes share the database, at each look and when ``hurry`` was called."""
        self._replica = replica
        self._queue = queue
        self._wake = wake
        self._chore = chore
        self._on_count = on_count
        self._running: set[str] = set()
        self._stuck_before: set[str] = set()
        self._stop = threading.Event()
        self._hurry = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End; whoever waits in ``pause`` goes on."""
        self._stop.set()
        self._hurry.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def hurry(self) -> None:
        """Have ``on_count`` called soon, by the keeper's thread. Neither waits nor raises."""
        self._hurry.set()

    def pause(self, seconds: float) -> bool:
        """Wait; False when the process is to end."""
        return not self._stop.wait(seconds)

    @contextmanager
    def running(self, workflow: str | None) -> Iterator[None]:
        """This workflow is being carried out here."""
        name = workflow or ""
        self._running.add(name)
        try:
            yield
        finally:
            self._running.discard(name)

    def look(self) -> None:
        """One look. Raises what the database raises."""
        self._count()
        self._chore()
        started = _started()
        self._take_over({each.owner for each in started} - {self._replica.name})
        self._unstick([each for each in started if (each.owner, each.queue) == (self._replica.name, self._queue)])

    def _run(self) -> None:
        due = time.monotonic() + LOOK_EVERY_S
        while not self._stop.is_set():
            self._hurry.wait(max(due - time.monotonic(), 0.0))
            self._hurry.clear()
            if self._stop.is_set():
                return
            if time.monotonic() < due:
                # Not a whole look: two of them in a row have to be apart for what ``_unstick`` concludes.
                self._safely(self._count)
                self._stop.wait(HURRY_EVERY_S)
            else:
                self._safely(self.look)
                due = time.monotonic() + LOOK_EVERY_S

    def _count(self) -> None:
        self._on_count(self._replica.look())

    def _safely(self, do: Callable[[], None]) -> None:
        try:
            do()
        except sa.exc.SQLAlchemyError as error:
            log.error("keeper.database", problem=problem_of(error))  # no trace is wanted
        except Exception:
            log.exception("keeper.bug")  # the next look is worth more than this thread's end

    def _take_over(self, owners: set[str]) -> None:
        with self._replica.dead(owners) as dead:
            if dead:
                taken = DBOS._recover_pending_workflows(dead)
                log.warning("replica.taken_over", replicas=dead, workflows=len(taken))

    def _unstick(self, ours: list[_Started]) -> None:
        """A workflow whose end could not be written (the disk was full) would keep its item from being attended to.

        Two looks in a row, because one that begins or ends is for a moment in the database and not here."""
        stuck = {each.id: each.item for each in ours if each.id not in self._running}
        for workflow in self._stuck_before & stuck.keys():
            DBOS.cancel_workflow(workflow)
            log.warning("workflow.stuck", item=stuck[workflow])
        self._wake([stuck[workflow] for workflow in self._stuck_before & stuck.keys()])
        self._stuck_before = set(stuck)


def _started() -> list[_Started]:
    found = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    return [
        _Started(each.workflow_id, each.queue_partition_key or "", each.executor_id or "", each.queue_name or "")
        for each in found
    ]
