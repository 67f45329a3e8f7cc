"""Several processes on one PostgreSQL: they share the work, keep each item's order, and inherit from the dead."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.engine import ledger
from app.engine.migrations import create_tables
from app.engine.replica import Shared
from app.engine.tables import connect
from app.errors import SettingsError
from tests.engine.test_engine import eventually

pytestmark = pytest.mark.slow


@dataclass
class Crew:
    """The processes of a test, and what they wrote down."""

    url: str
    folder: Path
    database: sa.Engine
    running: dict[str, subprocess.Popen[str]]

    def start(self, name: str, *, put: int = 0, first: int = 0, note_every_s: float | None = None) -> None:
        """Start one; it is known by ``name``."""
        arguments = [self.url, str(self.folder), name, str(put), str(first)]
        arguments += [] if note_every_s is None else [str(note_every_s)]
        with (self.folder / f"{name}.out").open("a") as out:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "tests.engine.replicas", *arguments], stdout=out, stderr=out, text=True
            )

    def kill(self, name: str) -> None:
        """At once, with no chance to tidy up."""
        self.running[name].kill()
        self.running.pop(name).wait()

    def kill_at_work(self, name: str) -> None:
        """At a moment at which it has begun something and not ended it."""
        query = "SELECT count(*) FROM dbos.workflow_status WHERE status = 'PENDING' AND executor_id = :name"

        def caught() -> bool:
            self.running[name].send_signal(signal.SIGSTOP)
            with self.database.connect() as connection:
                if connection.scalar(sa.text(query), {"name": name}):
                    return True
            self.running[name].send_signal(signal.SIGCONT)
            return False

        assert eventually(caught)
        self.kill(name)

    def stop(self, name: str) -> None:
        """As a rolling restart does."""
        self.running[name].terminate()
        assert self.running.pop(name).wait(timeout=30) == 0

    def has_begun(self, name: str) -> bool:
        """Whether it takes part."""
        return "replica.named" in (self.folder / f"{name}.out").read_text()

    def done(self) -> list[dict[str, object]]:
        """What all of them attended to, in the order of time."""
        rows = [json.loads(line) for file in self.folder.glob("*.jsonl") for line in file.read_text().splitlines()]
        return sorted(rows, key=lambda row: row["began"])

    def notes(self) -> dict[str, list[float]]:
        """When each might make a note."""
        files = self.folder.glob("*.notes")
        return {file.stem: [float(line) for line in file.read_text().splitlines()] for file in files}

    def all_done(self, count: int) -> bool:
        """Whether so many deliveries came, and all are finished."""
        newest = ledger.latest_of(self.database, "1#1", most=1)
        return bool(newest) and len({row["delivery"] for row in self.done()}) >= count and not self.waiting()

    def waiting(self) -> int:
        """How many are not finished."""
        return ledger.waiting(self.database)[0]


@pytest.fixture
def crew(postgresql: str, tmp_path: Path) -> Iterator[Crew]:
    database = connect(postgresql, pool_size=1)
    create_tables(database)
    crew = Crew(postgresql, tmp_path, database, {})
    yield crew
    for name in list(crew.running):
        crew.kill(name)
    database.dispose()


def assert_ordered_and_alone(done: list[dict[str, object]]) -> None:
    """No item was attended to by two at once, and none out of order."""
    by_item = defaultdict(list)
    for row in done:
        by_item[row["item"]].append(row)
    for rows in by_item.values():
        for before, after in pairwise(rows):
            assert float(str(before["ended"])) <= float(str(after["began"])), (before, after)
        order = list(dict.fromkeys(str(row["delivery"]) for row in rows))
        assert order == sorted(order)


def test_three_share_the_work_and_one_that_is_killed_is_inherited_from_within_a_minute(crew: Crew) -> None:
    for name in ("one", "two", "three"):
        crew.start(name)
    assert eventually(lambda: all(map(crew.has_begun, crew.running)), within_s=60)
    crew.start("feeder", put=400)
    assert eventually(lambda: len({row["by"] for row in crew.done()}) == 4, within_s=60), "all of them work"
    crew.kill_at_work("two")
    killed_at = time.monotonic()
    assert eventually(lambda: crew.all_done(400), within_s=60), f"{crew.waiting()} are still waiting"
    took_s = time.monotonic() - killed_at
    assert took_s < 60
    assert any("replica.taken_over" in file.read_text() for file in crew.folder.glob("*.out"))
    done = crew.done()
    assert_ordered_and_alone(done)
    assert len(done) <= 400 + 4, "only what was in flight may be attended to twice"


def test_a_rolling_restart_loses_nothing(crew: Crew) -> None:
    names = ("one", "two", "three")
    for name in names:
        crew.start(name)
    assert eventually(lambda: all(map(crew.has_begun, crew.running)), within_s=60)
    crew.start("feeder", put=400)
    for name in names:
        crew.stop(name)
        crew.start(name)
    assert eventually(lambda: crew.all_done(400), within_s=60), f"{crew.waiting()} are still waiting"
    assert_ordered_and_alone(crew.done())


def test_together_they_make_no_more_notes_than_one_may_and_a_busy_one_more_than_its_part(crew: Crew) -> None:
    crew.start("idle")
    crew.start("slow", note_every_s=5)
    assert eventually(lambda: all(map(crew.has_begun, crew.running)), within_s=60)
    crew.start("busy", note_every_s=0.2)
    assert eventually(lambda: len(crew.notes().get("busy", [])) > 54 / 3 + 5, within_s=50)
    crew.kill("busy")
    crew.start("heir", note_every_s=0.2)
    assert eventually(lambda: len(crew.notes().get("heir", [])) > 0, within_s=30)
    time.sleep(5)
    made = sorted(at for times in crew.notes().values() for at in times)
    assert max(sum(start <= at < start + 60 for at in made) for start in made) <= 54


def test_two_of_one_name_are_refused_and_unnamed_ones_are_counted(
    postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.engine.replica.WAIT_FOR_NAME_S", 0.2)  # a setting of ours, not behaviour
    first, second = Shared(postgresql, "a"), Shared(postgresql, "a")
    first.take()
    with pytest.raises(SettingsError, match="'a' works on this database already"):
        second.take()
    unnamed = [Shared(postgresql, None) for _ in range(3)]
    for each in unnamed:
        each.take()
    assert len({each.name for each in unnamed}) == 3
    assert first.look() == 4
    for each in (first, second, *unnamed):
        each.release()


def test_an_item_belongs_to_one_process_at_a_time(postgresql: str) -> None:
    first, second = Shared(postgresql, "a"), Shared(postgresql, "b")
    first.take()
    second.take()
    with first.item("1#1") as ours, second.item("1#1") as theirs, second.item("1#2") as other:
        assert (ours, theirs, other) == (True, False, True)
    with first.item("1#1") as ours, first.item("1#1") as again:
        assert (ours, again) == (True, False)
    with second.item("1#1") as theirs:
        assert theirs
    first.release()
    second.release()


def test_a_cut_connection_is_renewed_and_its_locks_are_taken_again(postgresql: str) -> None:
    first, second = Shared(postgresql, "a"), Shared(postgresql, "b")
    first.take()
    second.take()
    database = connect(postgresql, pool_size=1)
    with first.item("1#1"):
        with database.begin() as connection:
            connection.execute(
                sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> :own"),
                {"own": connection.scalar(sa.text("SELECT pg_backend_pid()"))},
            )
        assert first.look() >= 1
        assert second.look() == 2
        with second.item("1#1") as theirs:
            assert not theirs
    first.release()
    second.release()
    database.dispose()


def test_a_name_counts_as_dead_only_after_a_while(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alive = Shared(postgresql, "a")
    alive.take()
    with alive.dead({"gone"}) as dead:
        assert dead == []
    monkeypatch.setattr("app.engine.replica.FREE_FOR_S", 0.0)
    with alive.dead({"gone", "a"}) as dead:
        assert dead == ["gone"]
        back = Shared(postgresql, "gone")
        assert not back._take_one()
    back.take()
    with alive.dead({"gone", "a"}) as dead:
        assert dead == []
    alive.release()
    back.release()
