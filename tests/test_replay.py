"""./run replay: history comes out as it was by the file that made it, and differs only where a draft does."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import TypeAdapter

import handlers
from app.bench.history import history
from app.commands.history import export, lines_of_file, lines_of_ledger
from app.commands.replay import FEW, Wanted, replay, tally_of
from app.commands.replay_report import MARK
from app.domain.change import Kind
from app.domain.item import Note, Person
from app.engine import ledger
from app.engine.records import change_json, decision_json, dump_seen
from app.engine.tables import connect, inbox, metadata
from app.errors import AdminMustAct
from app.rules.book import RuleBook
from app.rules.loading.load import load_or_raise
from app.rules.trying.replaying import Record, changed_facts
from app.rules.trying.seen import OTHERS, members_then, seen_of
from app.templating.folder import TemplateFolder
from handlers.note_text import CONTEXT_NAMES

ROOT = Path(__file__).parents[1]
RULES = ROOT / "label_rules.yaml"


def book_of(path: Path) -> RuleBook:
    """A rule file."""
    return load_or_raise(
        path, actions=handlers.specs(), templates=TemplateFolder(ROOT / "templates"), context_names=CONTEXT_NAMES
    )


SHIPPED = book_of(RULES)
LINES = list(history(SHIPPED, 300))
RECORDS = TypeAdapter(Record)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """The shipped file with another limit and without one rule."""
    text = RULES.read_text(encoding="utf-8").replace("over: 50000", "over: 25000")
    text = text.replace("  - name: discovery\n", "  - name: discovery\n    mode: shadow\n")
    path = tmp_path / "draft.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    path = tmp_path / "history.jsonl"
    path.write_text("".join(LINES), encoding="utf-8")
    return path


def test_the_file_that_decided_decides_the_same_again() -> None:
    tally = tally_of(LINES, SHIPPED, workers=1)
    assert (tally.same, tally.differ, tally.unrecorded) == (300, 0, 0)


def test_a_draft_differs_where_it_says_something_else(draft: Path) -> None:
    tally = tally_of(LINES, book_of(draft), workers=1)
    assert set(tally.rules) <= {"discovery", "ta-gate", "board.moves"}
    assert tally.rules["discovery"].other == tally.rules["discovery"].total > 0
    assert tally.rules["ta-gate"].more > 0
    assert tally.decisions == 300
    example = tally.rules["discovery"].examples[0]
    assert example.was[0].startswith("comment ")
    assert example.would_be[0].endswith("(shadow)")


def test_several_processes_come_to_the_same_tally(draft: Path) -> None:
    many = list(history(SHIPPED, FEW + 200))
    alone, together = (tally_of(many, book_of(draft), workers=number) for number in (1, 2))
    assert alone.decisions == together.decisions == FEW + 200
    assert {rule: count.total for rule, count in alone.rules.items()} == {
        rule: count.total for rule, count in together.rules.items()
    }


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_the_report_names_the_rules_in_every_form(
    form: str, draft: Path, exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = Wanted(draft, history=exported, templates=ROOT / "templates", form=form)  # type: ignore[arg-type]  # parametrised
    assert replay(wanted) == 0
    said = capsys.readouterr().out
    assert "discovery" in said
    if form == "markdown":
        assert said.startswith(MARK)
    if form == "json":
        assert json.loads(said)["tally"]["rules"]["discovery"]["other"] > 0


def test_facts_that_a_draft_reads_otherwise_are_named(draft: Path) -> None:
    text = draft.read_text(encoding="utf-8").replace('{line: "Sales territory"', '{line: "Territory"')
    draft.write_text(text, encoding="utf-8")
    assert changed_facts(book_of(draft), SHIPPED) == ["territory"]


def test_a_history_that_older_files_made_is_compared_with_another_file(draft: Path, exported: Path) -> None:
    other = book_of(draft)
    assert tally_of(lines_of_file(exported), other, other, workers=1).differ == 0


def test_what_was_set_aside_is_judged_again(draft: Path) -> None:
    change = json.loads(LINES[0])["change"]
    unseen = json.dumps({"change": change, "decision": None, "seen": None})
    other = json.dumps({"change": {**change, "kind": Kind.OTHER.value}, "decision": None, "seen": None})
    old = json.dumps({**json.loads(LINES[0]), "seen": None})
    tally = tally_of([unseen, other, old], SHIPPED, workers=1)
    assert (tally.newly_wanted, tally.set_aside, tally.unrecorded, tally.decisions) == (1, 1, 1, 0)


def test_a_line_that_is_no_delivery_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AdminMustAct, match="no recorded delivery"):
        tally_of(["{}"], SHIPPED, workers=1)
    with pytest.raises(AdminMustAct, match="can't be read"):
        list(lines_of_file(tmp_path / "none.jsonl"))


@pytest.fixture
def ledger_of_one(tmp_path: Path) -> Iterator[sa.Engine]:
    """A ledger with one delivery that the engine's own functions have recorded."""
    engine = connect(f"sqlite:///{tmp_path / 'sowbot.sqlite'}", pool_size=1)
    metadata.create_all(engine)
    read = RECORDS.validate_json(LINES[5])
    assert read.seen is not None
    said = {"delivery_id": "d", "meaning": "m", "item": "4#1", "kind": "edited", "state": "waiting", "received_at": 5.0}
    with engine.begin() as connection:
        connection.execute(inbox.insert().values(change=change_json.dump_json(read.change).decode(), **said))
    (entry,) = ledger.open_entries(engine, "4#1")
    decision = decision_json.validate_python(json.loads(LINES[5])["decision"])
    ledger.record_decisions(engine, "4#1", [(entry, decision)], {entry.seq: read.seen})
    yield engine
    engine.dispose()


def test_what_the_ledger_keeps_is_decided_the_same_again(ledger_of_one: sa.Engine) -> None:
    (line,) = lines_of_ledger(ledger_of_one)
    tally = tally_of([line], SHIPPED, workers=1)
    assert (tally.same, tally.decisions) == (1, 1)
    assert list(lines_of_ledger(ledger_of_one, since=datetime(2026, 1, 1, tzinfo=UTC))) == []


def test_an_exported_file_is_for_its_owner_and_replays(
    ledger_of_one: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOWBOT_GITLAB_URL", "https://gitlab.example")
    monkeypatch.setenv("SOWBOT_GITLAB_TOKEN", "token")
    monkeypatch.setenv("SOWBOT_WEBHOOK_SECRET", "a-long-enough-secret-token")
    monkeypatch.setenv("SOWBOT_DATA_DIR", str(tmp_path))
    path = tmp_path / "out.jsonl"
    assert export(path) == 0
    assert "1 deliveries" in capsys.readouterr().out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert '"description"' not in json.dumps(json.loads(path.read_text(encoding="utf-8"))["change"])
    assert tally_of(lines_of_file(path), SHIPPED, workers=1).same == 1


def test_deliveries_that_wait_are_no_history_yet(ledger_of_one: sa.Engine) -> None:
    with ledger_of_one.begin() as connection:
        connection.execute(inbox.update().values(decision=None, seen=None, state="waiting"))
    assert list(lines_of_ledger(ledger_of_one)) == []


@pytest.mark.parametrize("where", ["missing/sowbot.sqlite", "sowbot.sqlite"])
def test_a_ledger_that_is_not_there_is_said(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOWBOT_GITLAB_URL", "https://gitlab.example")
    monkeypatch.setenv("SOWBOT_GITLAB_TOKEN", "token")
    monkeypatch.setenv("SOWBOT_WEBHOOK_SECRET", "a-long-enough-secret-token")
    monkeypatch.setenv("SOWBOT_DATABASE_URL", f"sqlite:///{tmp_path / where}")
    with pytest.raises(AdminMustAct, match="ledger"):
        replay(Wanted(RULES, templates=ROOT / "templates"))


def test_what_was_seen_has_no_texts_and_only_the_people_concerned() -> None:
    read = RECORDS.validate_json(LINES[5])
    assert read.seen is not None
    note = Note(3, "a secret", Person("ann", 8), datetime(2026, 1, 6, tzinfo=UTC))
    item = replace(read.seen.item, description="secret", notes=(note,))
    members = {"engagement_managers": frozenset({"engagement.manager", "another"}), "ps_leadership": frozenset({"x"})}
    seen = seen_of(replace(SHIPPED, members=members), item, read.change)
    assert "secret" not in dump_seen(seen)
    assert seen.members == {"engagement_managers": ["engagement.manager", OTHERS], "ps_leadership": [OTHERS]}
    assert seen.item.notes == (replace(note, body=""),)


def test_a_group_that_was_not_recorded_is_unknown() -> None:
    then = members_then(SHIPPED, {"ps_leadership": [OTHERS]})
    assert set(then) == {"ps_leadership", "project_managers", "bot_admins"}
