"""One budget for several processes on a real PostgreSQL; with SQLite, where there is one process, none of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.engine.budget_row import FAMILY, BudgetRow, key_of
from app.engine.common_budget import Common, common_json
from app.engine.engine import Engine
from app.engine.migrations import create_tables
from app.engine.replica import Shared
from app.engine.shared_budget import SharedBudget
from app.engine.tables import connect, database_url, facts_of_ours
from app.errors import RateLimited
from app.gitlab.budget import ISSUES, NOTES, Budget
from tests.engine.healing.theatre import theatre
from tests.engine.test_engine import eventually

NOTE = ("POST", NOTES.removeprefix("POST "))
READ = ("GET", "/projects/:id/issues/:id")
KEY = key_of("https://gitlab.example", "glpat-of-the-test")


def limited(budget: Budget, what: tuple[str, str]) -> float:
    """Seconds that the call has to wait; 0: it may be made."""
    try:
        budget.ask(*what)
    except RateLimited as error:
        return error.after_s or 0.0
    budget.tell(*what, 200, {})
    return 0.0


class Process:
    """What a process has of it, without the rest."""

    def __init__(self, url: str, name: str) -> None:
        self.database = connect(url, pool_size=2)
        create_tables(self.database)
        self.replica = Shared(url, name)
        self.replica.take()
        self.budget = Budget(notes_per_minute=60)
        self.row = BudgetRow(self.database, KEY)
        self.shared = SharedBudget(self.budget, self.row, self.replica)
        self.shared.join(self.replica.look())

    def look(self) -> None:
        self.shared.look(self.replica.look())

    def close(self) -> None:
        self.replica.release()
        self.database.dispose()


@contextmanager
def processes(url: str, *names: str) -> Iterator[list[Process]]:
    started: list[Process] = []
    try:
        for name in names:
            started.append(Process(url, name))
        for each in (*started, *started):
            each.look()
        yield started
    finally:
        for each in started:
            each.close()


@contextmanager
def engine_with(url: str, budget: Budget) -> Iterator[Engine]:
    engine = Engine(url, triage=lambda _change: (True, ""), workers=2, replica="engine", budget=budget, budget_key=KEY)
    engine.start(lambda _item: None)
    try:
        yield engine
    finally:
        engine.stop()


def rows(database: sa.Engine) -> dict[str, str]:
    with database.connect() as connection:
        found = connection.execute(sa.select(facts_of_ours).where(facts_of_ours.c.name.startswith(FAMILY)))
        return {row.name: row.value for row in found}


def test_the_key_tells_nothing_of_the_token_and_differs_by_address() -> None:
    assert "glpat" not in KEY
    assert len(FAMILY + KEY) <= 60
    assert key_of("https://gitlab.example", "glpat-of-the-test") == KEY
    assert len({KEY, key_of("https://other.example", "glpat-of-the-test"), key_of("https://gitlab.example", "b")}) == 3


def test_changes_by_several_at_once_are_made_one_after_the_other(postgresql: str) -> None:
    with processes(postgresql, "a", "b", "c") as three:

        def add(each: Process, n: int) -> None:
            each.row.change(lambda now, common: Common(common.members, {**common.closed, str(n): now}, common.window))

        threads = [threading.Thread(target=add, args=(three[n % 3], n)) for n in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        now, common = three[0].row.read()
        assert set(common.closed) == {str(n) for n in range(30)}
        assert abs(now - time.time()) < 60
        assert len(rows(three[0].database)) == 1


def test_lots_go_to_whoever_needs_them_and_never_add_up_to_more_than_the_limit(postgresql: str) -> None:
    with processes(postgresql, "a", "b", "c") as (busy, idle, other):
        made = 0
        for _ in range(4):
            made += sum(limited(busy.budget, NOTE) == 0 for _ in range(60))
            for each in (busy, idle, other):
                each.look()
                assert sum(lot.may for _, lot in each.row.read()[1].lots(NOTES)) <= 54
        assert made == 54 - 2 * 5
        assert sum(limited(idle.budget, NOTE) == 0 for _ in range(60)) == 5


def test_an_unreadable_record_is_begun_anew(postgresql: str) -> None:
    with processes(postgresql, "a", "b") as two:
        with two[0].database.begin() as connection:
            connection.execute(facts_of_ours.update().where(facts_of_ours.c.name == FAMILY + KEY).values(value="?"))
        for each in (*two, *two):
            each.look()
        assert len(two[0].row.read()[1].members) == 2
        assert limited(two[0].budget, NOTE) == 0


def test_a_process_of_the_version_before_keeps_its_equal_share_and_its_tables(postgresql: str) -> None:
    with processes(postgresql, "a") as (new,):
        old = Shared(postgresql, "old")
        old.take()
        made = 0
        for _ in range(3):
            new.look()
            made += sum(limited(new.budget, NOTE) == 0 for _ in range(60))
        assert made == 27
        create_tables(new.database)
        old.release()


def test_a_bot_that_is_started_alone_leaves_no_record_of_former_tokens(postgresql: str) -> None:
    with processes(postgresql, "a") as (former,):
        BudgetRow(former.database, "another").change(lambda _now, _common: Common({}, {"x": 1.0}))
        assert len(rows(former.database)) == 2
    with processes(postgresql, "b") as (alone,):
        assert set(rows(alone.database)) == {FAMILY + KEY}
        assert limited(alone.budget, NOTE) == 0


@pytest.mark.slow
def test_a_429_passes_between_a_running_engine_and_another_process_within_seconds(postgresql: str) -> None:
    budget = Budget(notes_per_minute=60)
    with engine_with(postgresql, budget), processes(postgresql, "other") as (other,):
        time.sleep(4)  # a look of the engine's, so that it knows of two
        budget.ask(*NOTE)
        began = time.monotonic()
        budget.tell(*NOTE, 429, {})
        assert time.monotonic() - began < 0.05, "no database in the middle of a call"

        def heard() -> bool:
            other.look()
            return limited(other.budget, NOTE) > 10

        assert eventually(heard, within_s=1.5), "at once, and not at the next look"
        other.budget.ask(*READ)
        other.budget.tell(*READ, 429, {"retry-after": "30"})
        other.look()
        assert eventually(lambda: limited(budget, READ) > 20, within_s=5)


def test_an_engine_that_is_stopped_leaves_what_it_had(postgresql: str) -> None:
    with processes(postgresql, "other") as (other,):
        with engine_with(postgresql, Budget(notes_per_minute=60)):
            other.look()
            assert len(other.row.read()[1].members) == 2
        other.look()
        assert [lot.may for _, lot in other.row.read()[1].lots(NOTES)] == [54]


@pytest.mark.slow
def test_database_trouble_breaks_no_call_and_what_was_learnt_is_told_afterwards(postgresql: str) -> None:
    budget = Budget(notes_per_minute=60)
    with engine_with(postgresql, budget), processes(postgresql, "other") as (other,):
        time.sleep(4)
        with other.database.begin() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        budget.ask(*READ)
        budget.tell(*READ, 429, {"retry-after": "30"})

        def heard() -> bool:
            with suppress(sa.exc.SQLAlchemyError):
                other.look()
            return limited(other.budget, READ) > 10

        assert eventually(heard, within_s=10)


@pytest.mark.slow
def test_the_whole_bot_has_its_lot_of_notes_and_issues(postgresql: str, tmp_path: Path) -> None:
    address = postgresql.replace("+psycopg", "")
    pace = {"SOWBOT_NOTES_PER_MINUTE": "60", "SOWBOT_ISSUES_PER_MINUTE": "200"}
    with theatre(tmp_path, SOWBOT_DATABASE_URL=address, **pace) as place, place.bot() as bot:
        iid = place.file()
        place.move(iid, "Awaiting_Discovery")
        place.quiet(bot)
        assert [call for call in place.calls if call == NOTES]
        (text,) = rows(bot.engine.database).values()
        (member,) = common_json.validate_json(text).members.values()
        assert {call: lot.may for call, lot in member.lots.items()} == {NOTES: 54, ISSUES: 180}
        assert place.seeded.tokens["sowbot"] not in text


@pytest.mark.slow
def test_with_sqlite_nothing_is_shared_and_nothing_written(tmp_path: Path) -> None:
    budget = Budget(notes_per_minute=60)
    with engine_with(database_url("", tmp_path), budget) as engine:
        assert sum(limited(budget, NOTE) == 0 for _ in range(60)) == 54
        budget.ask(*READ)
        budget.tell(*READ, 429, {})
        time.sleep(4)
        assert rows(engine.database) == {}
