"""``./run replay``: history decided again by a draft of the rule file, on all processors."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

import handlers
from app.commands.history import ledger_of_settings, lines_of_file, lines_of_ledger
from app.commands.replay_report import Format, Replayed, report
from app.errors import AdminMustAct
from app.rules.book import RuleBook
from app.rules.loading.load import load_or_raise
from app.rules.trying.replaying import Record, Replayer, Tally, changed_facts
from app.shipped import TEMPLATES
from app.templating.folder import TemplateFolder
from handlers.note_text import CONTEXT_NAMES

CHUNK = 500
"""Lines that a worker gets at once."""
FEW = 2 * CHUNK
"""Not worth starting workers for."""

_record = TypeAdapter(Record)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to replay, and how to tell of it."""

    draft: Path
    against: Path | None = None
    """Compare with this rule file instead of what was recorded."""
    history: Path | None = None
    """An exported file; None: the ledger."""
    templates: Path = TEMPLATES
    since: datetime | None = None
    form: Format = "text"
    workers: int = 1


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def replay(wanted: Wanted) -> int:
    """Print the report. Raises AdminMustAct when a file can't be used."""
    draft = _load(wanted.draft, wanted.templates)
    against = _load(wanted.against, wanted.templates) if wanted.against else None
    if wanted.history is not None:
        lines = lines_of_file(wanted.history)
    else:
        lines = lines_of_ledger(ledger_of_settings(), since=wanted.since)
    began = time.perf_counter()
    tally = tally_of(lines, draft, against, workers=wanted.workers)
    told = Replayed(
        draft=wanted.draft.name,
        against=wanted.against.name if wanted.against else "",
        tally=tally,
        changed_facts=changed_facts(draft, against) if against else (),
        seconds=time.perf_counter() - began,
    )
    print(report(told, wanted.form), end="")
    return 0


def tally_of(lines: Iterable[str], draft: RuleBook, against: RuleBook | None = None, *, workers: int) -> Tally:
    """Decide every line again. Raises AdminMustAct for a line that is no recorded delivery."""
    source = iter(lines)
    first = list(islice(source, FEW + 1))
    if workers < 2 or len(first) <= FEW:
        return Replayer(draft, against).take(_records(chain(first, source)))
    total = Tally()
    # Spawned, not forked: a fork copies locks that another thread may hold just then.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(draft, against)) as pool:
        running: set[Future[Tally]] = set()
        for chunk in _chunks(chain(first, source)):
            if len(running) >= 2 * workers:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for one in done:
                    total.add(one.result())
            running.add(pool.submit(_work, chunk))
        for one in running:
            total.add(one.result())
    return total


_books: list[tuple[RuleBook, RuleBook | None]] = []
"""What a worker process was started with."""


def _begin(draft: RuleBook, against: RuleBook | None) -> None:
    _books[:] = [(draft, against)]


def _work(lines: Sequence[str]) -> Tally:
    draft, against = _books[0]
    return Replayer(draft, against).take(_records(lines))


def _chunks(lines: Iterator[str]) -> Iterator[list[str]]:
    while chunk := list(islice(lines, CHUNK)):
        yield chunk


def _records(lines: Iterable[str]) -> Iterator[Record]:
    for line in lines:
        try:
            yield _record.validate_json(line)
        except ValidationError as error:
            start = line[:60].strip()
            raise AdminMustAct(
                f"This line of the history is no recorded delivery: {start}… Export it again."
            ) from error


def _load(path: Path, templates: Path) -> RuleBook:
    return load_or_raise(
        path,
        actions=handlers.specs(),
        templates=TemplateFolder(templates),
        context_names=CONTEXT_NAMES,
        name=str(path),
    )
