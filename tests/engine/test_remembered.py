"""What people said of approvals, in the database: each person's last word counts, until it is void."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.domain.decision import Result
from app.domain.item import Approval
from app.engine import remembered
from app.engine.migrations import create_tables
from app.engine.tables import connect, database_url

ITEM, SOW = "1#1", "proposal::Approved"


def said(by: str, verdict: str = "approved") -> Approval:
    return Approval(SOW, by, datetime(2026, 11, 20, tzinfo=UTC), "emoji", verdict, {"sow": "https://docs.example/1"})


def test_one_person_takes_back_what_they_said_and_the_others_word_stands(tmp_path: Path) -> None:
    engine = connect(database_url("", tmp_path), pool_size=2)
    create_tables(engine)
    try:
        for approval in (said("lee"), said("mia"), said("lee")):
            remembered.record_approval(engine, ITEM, approval)
        assert [(one.by, one.void) for one in remembered.approvals_of(engine, ITEM)] == [("lee", ""), ("mia", "")]

        assert remembered.void_approvals(engine, ITEM, SOW, "taken back", by="lee").result is Result.APPLIED
        assert [(one.by, one.void) for one in remembered.approvals_of(engine, ITEM)] == [
            ("lee", "taken back"),
            ("mia", ""),
        ]
        assert remembered.void_approvals(engine, ITEM, SOW, "taken back", by="lee").result is Result.ALREADY_SO

        assert remembered.void_approvals(engine, ITEM, SOW, "another SOW").result is Result.APPLIED
        assert [one.void for one in remembered.approvals_of(engine, ITEM)] == ["taken back", "another SOW"]
    finally:
        engine.dispose()
