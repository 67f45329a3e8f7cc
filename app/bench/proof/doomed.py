"""The bot as a process that can be told to die: ``python -m app.bench.proof.doomed FOLDER``.

It takes commands on stdin (``start``, ``sweep``, ``poll``) and forks one bot after another, so that a start costs no
imports. Each bot runs the program's own ``serve``. Around what it writes (requests to others, commits) are boundaries,
each with a name. While FOLDER holds the file ``armed``, the bot kills itself with SIGKILL at the first boundary whose
name is not in the file that ``armed`` names, and adds it there. The file ``met`` beside it gets the names of all that
bots came by. Nothing in the program knows of this.
"""

from __future__ import annotations

import itertools
import os
import signal
import sqlite3
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from sqlalchemy import event

import app.bot
from app.bench.proof import boundaries
from app.bench.proof.later import move_clock
from app.commands.sweep import main as sweep
from app.domain.decision import Outcome
from app.engine import perform
from app.exit_code import exit_code_of
from app.handler import Context, Handler
from app.serve import serve

_READS = ("GET", "HEAD")
_START = 12
"""So many of a process's first writes are boundaries of their own: starting and recovering happens in them."""


class Doom:
    """Knows where each thread is, and ends the process where it is asked to."""

    def __init__(self, folder: Path) -> None:
        self._armed = folder / boundaries.ARMED
        self._met_file = folder / boundaries.MET
        self._met = boundaries.read(self._met_file)
        self._made_file = folder / "made"
        self._made = Counter(self._made_file.read_text().splitlines() if self._made_file.exists() else ())
        self._left_undone = _left_undone(folder / "sowbot.sqlite")
        self._here = threading.local()
        self._dying = threading.Lock()
        self._early = itertools.count(1)

    def enter(self, context: Context) -> None:
        """This thread carries out an action from here on, until its outcome was recorded."""
        here, delivery = self._here, context.change.delivery_id
        here.action, here.step = context.step.action, f"{delivery} {context.step.key}"
        here.again = delivery in self._left_undone
        # Requests are counted on from where the bot before this one died, so that one after the other has its turn.
        here.count = Counter({"request": self._made[here.step]})

    def leave(self) -> None:
        """The outcome is recorded."""
        self._here.action = ""

    def step(self, what: str) -> tuple[str, ...]:
        """The names of the write that this thread is about to make."""
        action = getattr(self._here, "action", "")
        if not action:
            number = next(self._early)
            return (f"{what}, {number}{boundaries.OF_THE_START}" if number <= _START else what,)
        self._here.count[what] += 1
        name = f"{what} {self._here.count[what]} of {action}"
        return (name, f"{what} of {action}{boundaries.AGAIN}") if self._here.again else (name,)

    def requested(self) -> None:
        """The request that was about to be made has been answered."""
        if getattr(self._here, "action", ""):
            boundaries.append(self._made_file, self._here.step)

    def pass_by(self, side: str, names: Sequence[str]) -> None:
        """Die here, if it is armed and nobody died here before; ``side``: before or after the write of these names."""
        names = [f"{side} {name}" for name in names]
        for name in names:
            if name not in self._met:
                self._met.add(name)
                boundaries.append(self._met_file, name)
        try:
            file, spare_the_start = boundaries.read_order(self._armed)
        except OSError:
            return
        if spare_the_start and names[0].endswith(boundaries.OF_THE_START):
            return
        with self._dying:
            spent = boundaries.read(file)
            fresh = next((name for name in names if name not in spent), None)
            if fresh is not None:
                boundaries.append(file, fresh)
                os.kill(os.getpid(), signal.SIGKILL)


def _left_undone(database: Path) -> frozenset[str]:
    """Names of the deliveries that a bot before this one left open."""
    if not database.exists():
        return frozenset()
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        try:
            rows = connection.execute("SELECT delivery_id FROM inbox WHERE state IN ('waiting', 'decided')").fetchall()
        except sqlite3.OperationalError:  # killed before the tables were made
            return frozenset()
    return frozenset(str(row[0]) for row in rows)


def install(doom: Doom) -> None:
    """Put the boundaries around every write, from outside."""
    _around_handlers(doom)
    _around_requests(doom)
    _around_commits(doom)


def _around_handlers(doom: Doom) -> None:
    carry_out = perform.carry_out

    def wrapped(handler: Handler, context: Context) -> Outcome:
        doom.enter(context)
        return carry_out(handler, context)

    perform.carry_out = wrapped


def _around_requests(doom: Doom) -> None:
    send = httpx.HTTPTransport.handle_request

    def wrapped(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        if request.method in _READS:
            return send(transport, request)
        names = doom.step("request")
        doom.pass_by("before", names)
        answer = send(transport, request)
        answer.read()
        doom.requested()
        doom.pass_by("after", names)
        return answer

    setattr(httpx.HTTPTransport, "handle_request", wrapped)  # noqa: B010  # mypy can't type a replaced method


def _around_commits(doom: Doom) -> None:
    @event.listens_for(sa.Engine, "before_cursor_execute")
    def note(connection: sa.Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if table := boundaries.table_of(statement):
            connection.info.setdefault("writes", set()).add(table)

    @event.listens_for(sa.Engine, "commit")
    def before(connection: sa.Connection) -> None:
        tables = connection.info.pop("writes", None)
        if tables:
            connection.info["committed"] = names = doom.step(f"commit of {'+'.join(sorted(tables))}")
            if "steps" in tables:
                doom.leave()
            doom.pass_by("before", names)

    @event.listens_for(sa.Engine, "rollback")
    def forget(connection: sa.Connection) -> None:
        connection.info.pop("writes", None)

    @event.listens_for(sa.pool.Pool, "checkin")
    def after(_dbapi: Any, record: sa.pool.ConnectionPoolEntry) -> None:
        if names := record.info.pop("committed", None):
            doom.pass_by("after", names)


def main(folder: Path) -> None:
    """Obey until stdin ends. Each answer is one line."""
    children: dict[str, int] = {}
    for line in sys.stdin:
        command = line.strip()
        if command == "poll":
            _say(str(_ended(children.get("start"))))
        else:
            children[command] = pid = _fork(command, folder)
            _say(str(pid if command == "start" else os.waitpid(pid, 0)[1]))


def _fork(command: str, folder: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    target = folder / ("sweep.json" if command == "sweep" else "bot.out")
    os.dup2(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    move_clock(folder)
    if command == "sweep":
        os._exit(_flushed(exit_code_of(lambda: sweep(as_json=True))))
    install(Doom(folder))
    # The rule file's own tests are seconds of each start, and write nothing: nobody can die of them.
    setattr(app.bot, "refuse_failing", lambda *_args, **_named: None)  # noqa: B010  # mypy can't type a replaced name
    os._exit(_flushed(exit_code_of(serve)))


def _flushed(code: int) -> int:
    sys.stdout.flush()
    return code


def _ended(pid: int | None) -> bool:
    if pid is None:
        return True
    try:
        return os.waitpid(pid, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
