"""``./run events``: what an operator reads, and what becomes of a parked delivery by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from app.commands import events
from app.domain.change import Kind
from app.engine import ledger
from app.engine.inbox import InboxWriter
from app.engine.migrations import create_tables
from app.engine.tables import connect, database_url, inbox
from app.errors import SettingsError
from tests.engine.changes import change


@pytest.fixture
def parked_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with one parked delivery, to which the settings lead; its name."""
    database = connect(database_url("", tmp_path), pool_size=1)
    create_tables(database)
    told = change("parked-1", kind=Kind.EDITED)
    with database.begin() as connection:
        InboxWriter(database, triage=lambda _: (True, ""), enqueue=lambda *_, **__: None).put_now(connection, [told])
    (entry,) = ledger.open_entries(database, "1#1")
    ledger.finish(database, [entry.seq], state="parked", summary="GitLab refused: the label is missing.")
    database.dispose()
    for name, value in {
        "GITLAB_URL": "http://127.0.0.1:9",
        "GITLAB_TOKEN": "glpat-of-nobody",
        "WEBHOOK_SECRET": "a-secret-of-nobody",
        "DATA_DIR": str(tmp_path),
    }.items():
        monkeypatch.setenv(f"SOWBOT_{name}", value)
    return "parked-1"


def state(folder: Path) -> str:
    database = connect(database_url("", folder), pool_size=1)
    with database.connect() as connection:
        found = str(connection.scalar(sa.select(inbox.c.state)))
    database.dispose()
    return found


def test_a_parked_delivery_is_listed_with_its_reason(parked_one: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert events.show_list(["parked"], item=None, most=10) == 0
    said = capsys.readouterr().out
    assert parked_one in said
    assert "the label is missing" in said
    assert "1 delivery." in said


def test_a_state_that_is_none_is_named_with_those_that_are(parked_one: str) -> None:
    with pytest.raises(SettingsError, match="parked"):
        events.show_list([f"not-{parked_one}"], item=None, most=10)


def test_dropping_is_done_once_and_what_is_unknown_is_an_error(parked_one: str, tmp_path: Path) -> None:
    assert events.drop([parked_one], who="anna") == 0
    assert state(tmp_path) == "done"
    assert events.drop([parked_one], who="anna") == 1
    assert events.drop(["never-came"], who="anna") == 1


def test_tried_again_it_waits_for_its_turn(parked_one: str, tmp_path: Path) -> None:
    assert events.retry([parked_one], all_parked=False) == 0
    assert state(tmp_path) in ("waiting", "decided")
    assert events.retry(["never-came"], all_parked=False) == 1
