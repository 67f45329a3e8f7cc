"""``bench hostile``: hostile payloads, signatures, rule files, templates and texts by the hundred thousand.

Payloads go through the program's own receiver, verifier and normaliser, one in ten of them through the real inbox into
SQLite. Held is: every forgery is refused and everything else taken, nothing is answered 5xx, nothing takes long, and
memory does not grow.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from starlette.types import Message

import handlers
from app.bench.hostile_texts import (
    HANGS_AFTER_S,
    SLOWEST_S,
    Found,
    Hang,
    shortened,
    try_rule_file,
    try_template,
    try_text,
)
from app.bench.mutations import ROOT, Hostile, Mutator
from app.bench.payloads import SIGNING_KEY, SIGNING_TOKEN
from app.engine.inbox import InboxWriter
from app.engine.migrations import create_tables
from app.engine.tables import connect, database_url
from app.rules.book import RuleBook
from app.rules.deciding.triage import triage
from app.rules.loading.load import load_or_raise
from app.templating.folder import TemplateFolder
from app.webhook.delivery import Delivery
from app.webhook.normalise import BUG
from app.webhook.receive import Receiver
from app.webhook.verify import Verifier
from handlers.note_text import CONTEXT_NAMES

SECRET = b"a-secret-token-of-the-bench"
BATCH = 500
REAL_SHARE = 0.1
"""Of the payloads go through the real inbox, together, as under load."""
GROWTH_MB = 32.0
"""What memory may grow by after the warm-up, however many payloads come."""
EACH_WHOLE = 20
"""One in so many spoiled rule files is the whole shipped one; the others have all its blocks and one rule."""
EACH_FILE, EACH_TEXT = 2000, 200
"""One rule file and one template for so many payloads, and one text for so many."""


@dataclass
class Shelf:
    """An inbox that keeps nothing, and knows whether a reader failed."""

    unread: int = 0

    async def put(self, delivery: Delivery) -> bool:
        """Count it."""
        self.unread += delivery.change.remark.startswith(BUG)
        return True


def main(*, count: int, seed: int, as_json: bool, rule_files: int = 0) -> int:
    """Attack and print; 0 only if all of it held."""
    logging.disable(logging.CRITICAL)
    report = run(count=count, seed=seed, rule_files=rule_files)
    if as_json:
        print(json.dumps(report, indent=2))
    else:
        for name, value in report.items():
            print(f"{name:24} {value}")
    return 0 if report["held"] else 1


def run(*, count: int, seed: int, rule_files: int = 0) -> dict[str, Any]:
    """So many payloads, and rule files (if not told how many), templates and texts in proportion."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    folder = Path(tempfile.mkdtemp(prefix="sowbot-hostile-"))
    before = signal.signal(signal.SIGALRM, _hang)
    try:
        return _attack(count, seed, folder, rule_files)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        shutil.rmtree(folder, ignore_errors=True)
        structlog.reset_defaults()


def _attack(count: int, seed: int, folder: Path, rule_files: int) -> dict[str, Any]:
    found, shelf = Found(), Shelf()
    now = datetime.now(UTC).replace(microsecond=0)
    mutator = Mutator(seed, key=SIGNING_KEY, secret=SECRET, now=int(now.timestamp()))
    book = _book()
    database = connect(database_url("", folder), pool_size=2)
    create_tables(database)
    writer = InboxWriter(database, triage=lambda change: _judge(book, change), enqueue=lambda *_, **__: None)
    writer.start()
    verifier = Verifier([SECRET], [SIGNING_TOKEN])
    quick, real = (Receiver(verifier, store, clock=lambda: now) for store in (shelf, writer))
    try:
        figures = asyncio.run(_payloads(count, mutator, quick, real, found))
    finally:
        writer.stop()
        database.dispose()
    if shelf.unread:
        found.add(f"{shelf.unread} payloads made a reader fail")
    files = max(1, count // EACH_FILE)
    shipped = (ROOT / "label_rules.yaml").read_bytes()
    for number in range(rule_files or files):
        try_rule_file(mutator, shipped if number % EACH_WHOLE == 0 else shortened(shipped), found)
    for _ in range(files):
        try_template(mutator, folder, found)
    texts = max(1, count // EACH_TEXT)
    for _ in range(texts):
        try_text(mutator.description(), book, found)
    slow = found.slowest_s > SLOWEST_S
    grown = figures["memory_growth_mb"] > GROWTH_MB
    return {
        "held": not (found.wrongs or slow or grown),
        **figures,
        "rule_files": rule_files or files,
        "templates": files,
        "texts": texts,
        "statuses": {str(status): found.statuses[status] for status in sorted(found.statuses)},
        "slowest_cpu_ms": round(found.slowest_s * 1000, 1),
        "wrong": found.wrongs,
        "what": found.wrong,
    }


async def _payloads(count: int, mutator: Mutator, quick: Receiver, real: Receiver, found: Found) -> dict[str, Any]:
    """In whole batches. The first tenth (at most 20,000) warms up: caches fill, the allocator takes what it needs."""
    warm, done, spent = min(20_000, count // 10), 0, 0.0
    memory = memory_mb()
    while done < count:
        together = [mutator.delivery() for _ in range(max(1, int(BATCH * REAL_SHARE)))]
        began = time.perf_counter()
        await asyncio.gather(*(_one(real, hostile, found, timed=False) for hostile in together))
        for _ in range(BATCH - len(together)):
            await _one(quick, mutator.delivery(), found, timed=True)
        spent += time.perf_counter() - began
        if done <= warm < done + BATCH:
            gc.collect()
            memory = memory_mb()
        done += BATCH
    gc.collect()
    per_second = done / spent
    return {
        "payloads": done,
        "per_second": round(per_second),
        "minutes_for_a_million": round(1_000_000 / per_second / 60, 1),
        "memory_mb": memory_mb(),
        "memory_growth_mb": round(memory_mb() - memory, 1),
    }


async def _one(receiver: Receiver, hostile: Hostile, found: Found, *, timed: bool) -> None:
    status = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": hostile.body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    signal.setitimer(signal.ITIMER_REAL, HANGS_AFTER_S)
    began = time.thread_time()
    try:
        await receiver({"type": "http", "headers": hostile.headers}, receive, send)
    except (Hang, Exception) as error:
        found.add(f"{type(error).__name__}: {hostile}")
    if timed:
        found.slowest_s = max(found.slowest_s, time.thread_time() - began)
    found.statuses[status] += 1
    if status != (202 if hostile.authentic else 401):
        found.add(f"answered {status} to {hostile}")


def _book() -> RuleBook:
    templates = TemplateFolder(ROOT / "templates")
    return load_or_raise(
        ROOT / "label_rules.yaml", actions=handlers.specs(), templates=templates, context_names=CONTEXT_NAMES
    )


def _judge(book: RuleBook, change: Any) -> tuple[bool, str]:
    verdict = triage(book, change)
    return verdict.wanted, verdict.reason


def _hang(_number: int, _frame: object) -> None:
    raise Hang


def memory_mb() -> float:
    """Resident memory of this process."""
    return round(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20, 1)
