"""One of several processes that share a database: ``python -m tests.engine.replicas URL FOLDER NAME PUT FROM``.

It attends to items until it is told to stop by SIGTERM, and writes what it attended to, with times, to a file of its
own. With ``PUT`` deliveries to put, it puts those, numbered from ``FROM``. With a further argument it asks its budget
for a note every that many seconds, and writes when it might make one into ``NAME.notes``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
import threading
import time
from pathlib import Path

from app.engine import ledger
from app.engine.engine import Engine
from app.errors import RateLimited
from app.gitlab.budget import NOTES, Budget
from tests.engine.changes import change, delivered

ITEMS = 12


def main() -> None:
    """See the module."""
    url, folder, name, put, first = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
    budget = Budget(notes_per_minute=60)
    engine = Engine(url, triage=lambda _change: (True, ""), workers=4, replica=name, budget=budget, budget_key="token")
    told_to_stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: told_to_stop.set())
    with (folder / f"{name}-{time.time_ns()}.jsonl").open("a", encoding="utf-8") as log:

        def attend(item: str) -> None:
            for entry in ledger.open_entries(engine.database, item):
                began = time.time()
                time.sleep(0.02)
                delivery = entry.change.delivery_id
                # One line, one write: a process that is killed leaves whole lines.
                row = {"item": item, "delivery": delivery, "began": began, "ended": time.time(), "by": name}
                log.write(json.dumps(row) + "\n")
                log.flush()
                ledger.finish(engine.database, [entry.seq])

        engine.start(attend)
        if sys.argv[6:]:
            threading.Thread(
                target=_make_notes, args=(budget, folder / f"{name}.notes", float(sys.argv[6])), daemon=True
            ).start()
        asyncio.run(_feed(engine, first, put))
        told_to_stop.wait()
        engine.stop()


def _make_notes(budget: Budget, file: Path, every_s: float) -> None:
    method, route = NOTES.split()
    with file.open("a", encoding="utf-8") as log:
        while True:
            time.sleep(every_s)
            with contextlib.suppress(RateLimited):
                budget.ask(method, route)
                log.write(f"{time.time()}\n")
                log.flush()
                budget.tell(method, route, 201, {})


async def _feed(engine: Engine, first: int, count: int) -> None:
    for n in range(first, first + count):
        await engine.inbox.put(delivered(change(f"{n:06}", iid=n % ITEMS + 1)))


if __name__ == "__main__":
    main()
