"""The durable queue as it runs: order per item, retries that wait, timers that fire once, life after ``kill -9``."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from app.domain.change import Change
from app.domain.decision import Result
from app.domain.item import ItemKey
from app.engine import ledger
from app.engine.engine import Engine
from app.engine.timers import DatabaseTimers, fire_due
from tests.engine.changes import change, delivered


def everything(_change: Change) -> tuple[bool, str]:
    return True, ""


@contextmanager
def running(url: str, attend: Callable[[Engine, str], None]) -> Iterator[Engine]:
    engine = Engine(url, triage=everything, workers=8)
    engine.start(lambda item: attend(engine, item))
    try:
        yield engine
    finally:
        engine.stop()


def put(engine: Engine, *changes: Change) -> None:
    """Store them one after the other, as a receiver would."""

    async def one_by_one() -> None:
        for each in changes:
            await engine.inbox.put(delivered(each))

    asyncio.run(one_by_one())


def next_name_and_time(timers: DatabaseTimers, item: ItemKey) -> tuple[str, float]:
    found = timers.next_due(item)
    assert found is not None
    return found[0], round(found[1].timestamp(), 2)


def eventually(what: Callable[[], bool], *, within_s: float = 20) -> bool:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.02)
    return what()


def test_items_are_attended_one_at_a_time_in_order_and_many_at_once(url: str) -> None:
    lock, busy, overlaps, seen, most_busy = threading.Lock(), set[str](), [], dict[str, list[str]](), [0]

    def attend(engine: Engine, item: str) -> None:
        with lock:
            if item in busy:
                overlaps.append(item)
            busy.add(item)
            most_busy[0] = max(most_busy[0], len(busy))
        for entry in ledger.open_entries(engine.database, item):
            time.sleep(0.01)
            seen.setdefault(item, []).append(entry.change.delivery_id)
            ledger.finish(engine.database, [entry.seq])
        with lock:
            busy.discard(item)

    with running(url, attend) as engine:
        put(engine, *[change(f"{n:03}", iid=n % 6 + 1) for n in range(60)])
        assert eventually(lambda: sum(map(len, seen.values())) == 60)
    assert not overlaps
    assert most_busy[0] > 1
    assert all(order == sorted(order) for order in seen.values())


def test_an_item_that_has_to_wait_is_left_alone_until_its_time_and_then_attended(url: str) -> None:
    tries: list[float] = []

    def attend(engine: Engine, item: str) -> None:
        entries = ledger.open_entries(engine.database, item)
        if not entries:
            return
        tries.append(time.monotonic())
        if len(tries) == 1:
            engine.later(item, delay_s=1.0, reason="GitLab asked to wait")
        else:
            ledger.finish(engine.database, [entry.seq for entry in entries])

    with running(url, attend) as engine:
        put(engine, change("a"))
        assert eventually(lambda: bool(tries))
        put(engine, change("b"))
        assert eventually(lambda: ledger.waiting(engine.database)[0] == 0)
    assert len(tries) == 2
    assert tries[1] - tries[0] >= 1.0


def test_a_timer_that_comes_due_becomes_one_delivery(url: str) -> None:
    seen: list[Change] = []

    def attend(engine: Engine, item: str) -> None:
        for entry in ledger.open_entries(engine.database, item):
            seen.append(entry.change)
            ledger.finish(engine.database, [entry.seq])

    item = ItemKey(1, 5)
    with running(url, attend) as engine:
        timers = DatabaseTimers(engine.database)
        due = datetime.now(UTC) + timedelta(hours=1)
        assert timers.set(item, "stage/2/1", due, rule="board", data={"says": "hello"}).result is Result.APPLIED
        assert timers.set(item, "stage/2/1", due, rule="board").result is Result.ALREADY_SO
        assert next_name_and_time(timers, item) == ("stage/2/1", round(due.timestamp(), 2))
        assert fire_due(engine.database, engine.inbox, due - timedelta(seconds=1)) == 0
        assert fire_due(engine.database, engine.inbox, due + timedelta(seconds=1)) == 1
        assert fire_due(engine.database, engine.inbox, due + timedelta(seconds=1)) == 0
        assert eventually(lambda: len(seen) == 1)
    assert (seen[0].timer, seen[0].extra, seen[0].item) == ("stage/2/1", {"says": "hello"}, item)


def test_cancelling_timers_by_their_beginning_leaves_the_others(url: str) -> None:
    engine = Engine(url, triage=everything)
    timers, item, due = DatabaseTimers(engine.database), ItemKey(1, 5), datetime.now(UTC)
    for name in ("stage/1/1", "stage/1/2", "snooze"):
        timers.set(item, name, due, rule="r")
    assert timers.cancel(item, "stage/*").result is Result.APPLIED
    assert next_name_and_time(timers, item) == ("snooze", round(due.timestamp(), 2))
    engine.database.dispose()


def test_an_item_whose_workflow_was_never_ended_in_the_database_is_attended_again(url: str) -> None:
    """As when the disk is full at the moment at which an end is to be written: the row says that it is running."""

    def attend(engine: Engine, item: str) -> None:
        ledger.finish(engine.database, [entry.seq for entry in ledger.open_entries(engine.database, item)])

    with running(url, attend) as engine:
        engine.wake(["1#1"], delay_s=3600)
        table = "dbos.workflow_status" if url.startswith("postgresql") else "workflow_status"
        with engine.database.begin() as connection:
            stuck = sa.text(f"UPDATE {table} SET status = 'PENDING', executor_id = :me WHERE status = 'DELAYED'")
            assert connection.execute(stuck, {"me": engine.replica.name}).rowcount == 1
        put(engine, change("a", iid=1))
        assert eventually(lambda: ledger.waiting(engine.database)[0] == 0)


WORKER = """
import asyncio, json, sys, time
from pathlib import Path
from app.engine import ledger
from app.engine.engine import Engine
from tests.engine.changes import change, delivered
url, folder, first, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
engine = Engine(url, triage=lambda change: (True, ""), workers=8)
log = (folder / "performed").open("a")
def attend(item):
    for entry in ledger.open_entries(engine.database, item):
        time.sleep(0.01)
        log.write(json.dumps([item, entry.change.delivery_id]) + "\\n"); log.flush()
        ledger.finish(engine.database, [entry.seq])
engine.start(attend)
async def feed():
    for n in range(first, first + count):
        await engine.inbox.put(delivered(change(f"{n:05}", iid=n % 7 + 1)))
        print(n, flush=True)
asyncio.run(feed())
while ledger.waiting(engine.database)[0]:
    time.sleep(0.05)
print("idle", flush=True)
engine.stop()
"""


def test_what_was_acknowledged_before_a_kill_is_attended_after_it_in_order(url: str, tmp_path: Path) -> None:
    """Kill the process at three different moments of a run; nothing acknowledged may be lost."""
    acknowledged: list[str] = []
    first = 0
    for pause_s in (0.2, 0.4, 0.05):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, url, str(tmp_path), str(first), "5000"], stdout=subprocess.PIPE, text=True
        )
        assert worker.stdout is not None
        acknowledged.append(next(line.strip() for line in worker.stdout if line.strip().isdigit()))
        time.sleep(pause_s)
        worker.send_signal(signal.SIGKILL)
        acknowledged += worker.stdout.read().split()
        worker.wait()
        worker.stdout.close()
        first = int(acknowledged[-1]) + 1000
    last = subprocess.run(
        [sys.executable, "-c", WORKER, url, str(tmp_path), "90000", "1"],
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
    )
    assert "idle" in last.stdout
    performed = [json.loads(line) for line in (tmp_path / "performed").read_text().splitlines()]
    assert {f"{int(n):05}" for n in acknowledged if n.isdigit()} <= {name for _, name in performed}
    for item in {item for item, _ in performed}:
        order = list(dict.fromkeys(name for of, name in performed if of == item))
        assert order == sorted(order)
