"""The sandbox's webhooks as a whole: who wants which happening, queueing, sending, counting failures."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence

from app.sandbox.hooks import breaker
from app.sandbox.hooks.deliverer import Deliverer
from app.sandbox.hooks.limits import PerMinute, Recursion
from app.sandbox.hooks.log import DeliveryLog
from app.sandbox.hooks.payload import Message, message_of
from app.sandbox.hooks.records import SWITCH_OF, Attempt, Hook, Job
from app.sandbox.hooks.sender import Sender
from app.sandbox.state import Happening, Issue, World

MANUAL_CALLS_PER_MINUTE = 5
"""Tests, and separately resends, of one person in one project or group."""


def _at_once() -> Sequence[float]:
    return (0.0,)


class Webhooks:
    """Listens to a world from its making; sends only between :meth:`start` and :meth:`stop`.

    ``timeout``: seconds GitLab waits for an answer. ``calls_per_minute``: the limit of one top-level group, None for
    unlimited. ``plan_delivery``: after how many seconds each copy of a delivery is sent; ``(0,)`` is an honest GitLab.
    """

    def __init__(
        self,
        world: World,
        *,
        timeout: float = 10.0,
        workers: int = 4,
        calls_per_minute: int | None = None,
        plan_delivery: Callable[[], Sequence[float]] = _at_once,
    ) -> None:
        self.world = world
        self.hooks: dict[int, Hook] = {}
        self.log = DeliveryLog()
        self.namespace_limit = PerMinute(calls_per_minute)
        self.resend_limit = PerMinute(MANUAL_CALLS_PER_MINUTE)
        self.test_limit = PerMinute(MANUAL_CALLS_PER_MINUTE)
        self.deliverer = Deliverer(self._deliver_queued, workers=workers)
        self._plan_delivery = plan_delivery
        self._sender = Sender(timeout=timeout)
        self._recursion = Recursion()
        self._lock = threading.Lock()
        world.listeners.append(self.heed)

    def start(self) -> None:
        """Begin to send."""
        self.deliverer.start()

    def stop(self) -> None:
        """End the threads and close the connections."""
        self.deliverer.stop()
        self._sender.close()

    def drain(self, timeout: float = 10.0) -> bool:
        """Wait until every queued delivery was sent; False if that took longer than ``timeout`` seconds."""
        return self.deliverer.drain(timeout)

    def heed(self, happening: Happening) -> None:
        """Queue what the hooks want of a happening. The body is the state of this moment; nothing is sent here."""
        message = message_of(self.world, happening)
        if message is None:
            return
        for hook in self._wanting(message, happening.issue):
            self._queue(hook, message, happening)

    def status(self, hook: Hook) -> breaker.AlertStatus:
        """The hook's health at this moment."""
        return breaker.alert_status(hook, self.world.now())

    def send(self, job: Job) -> Attempt | None:
        """Send a job now, in this thread; None if its hook is gone or disabled."""
        hook = self.hooks.get(job.hook_id)
        if hook is None or not (job.force or self.status(hook) == "executable"):
            return None
        with self._lock:
            self._recursion.register(job.event_uuid, hook.id, self.world.now())
        attempt = self._sender.send(
            hook, job, instance=self.world.base_url, attempt_id=self.world.next_id(), now=self.world.now()
        )
        with self._lock:
            if attempt.succeeded:
                breaker.record_success(hook)
            else:
                breaker.record_failure(hook, self.world.now())
        return self.log.add(attempt)

    def _deliver_queued(self, job: Job) -> None:
        self.send(job)

    def _wanting(self, message: Message, issue: Issue) -> Iterator[Hook]:
        groups = set(self.ancestor_groups(issue))
        for hook in list(self.hooks.values()):
            here = hook.project_id == issue.project_id if hook.project_id is not None else hook.group_id in groups
            if here and SWITCH_OF[message.trigger] in hook.events:
                yield hook

    def ancestor_groups(self, issue: Issue) -> Iterator[int]:
        """Ids of the groups above an issue or epic, nearest first."""
        project = self.world.projects.get(issue.project_id) if issue.project_id is not None else None
        group_id = project.group_id if project is not None else issue.group_id
        while group_id is not None:
            yield group_id
            group_id = self.world.groups[group_id].parent_id

    def _queue(self, hook: Hook, message: Message, happening: Happening) -> None:
        now = self.world.now()
        if self.status(hook) != "executable":
            # GitLab neither queues nor logs what a disabled hook would have got: it is lost without a trace.
            return
        with self._lock:
            chain = happening.event_uuid
            if chain is not None and self._recursion.blocks(chain, hook.id, now):
                return
            *_, namespace = self.ancestor_groups(happening.issue)
            if not self.namespace_limit.allow(namespace, now):
                return
        job = Job(hook.id, message.trigger, message.body, str(uuid.uuid4()), chain or str(uuid.uuid4()))
        for delay in self._plan_delivery():
            self.deliverer.put(job, delay=delay)
