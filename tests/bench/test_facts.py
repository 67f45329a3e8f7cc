"""Two runs are compared by what is true, not by ids, addresses and times."""

from __future__ import annotations

from collections import Counter

from app.bench.proof.boundaries import table_of
from app.bench.proof.facts import Fact, compare, plain, stages
from app.bench.proof.killer import shares


def test_addresses_numbers_times_and_markers_do_not_count() -> None:
    one = "See http://127.0.0.1:4711/g/p/-/issues/7#note_3 (g/p#7), by 2026-06-09 10:00 UTC\n\n<!-- sowbot:v1 a b c -->"
    other = "See http://127.0.0.1:99/g/p/-/issues/12#note_40 (g/p#12), by 2026-06-10 09:30 UTC"
    assert plain(one) == plain(other)

    assert plain("on Mon 30 November 2026, 07:52 PST a reminder") == plain(
        "on Tue 1 December 2026, 10:00 PST a reminder"
    )


def test_a_second_note_is_too_much_and_a_missing_one_is_lost() -> None:
    wanted: Counter[Fact] = Counter({("note", "Acme", "bot", "hello"): 1, ("note", "Acme", "bot", "again"): 2})
    found: Counter[Fact] = Counter({("note", "Acme", "bot", "hello"): 2, ("note", "Acme", "bot", "again"): 1})
    difference = compare(wanted, found)
    assert difference.added == (("note", "Acme", "bot", "hello"),)
    assert difference.lost == (("note", "Acme", "bot", "again"),)


def test_a_deal_in_a_wrong_stage_shows_as_such() -> None:
    assert stages(Counter({("stage", "Acme", "proposal::SOW_WIP"): 1})) == {"Acme": "proposal::SOW_WIP"}


def test_only_statements_that_write_name_a_table() -> None:
    assert table_of("INSERT INTO inbox (seq) VALUES (?)") == "inbox"
    assert table_of("UPDATE steps SET result=?") == "steps"
    assert table_of('DELETE FROM "dbos"."workflow_status" WHERE 1') == "queue"
    assert table_of("SELECT * FROM inbox") is None


def test_every_kill_has_its_place() -> None:
    assert shares(10, [3, 1, 1, 8]) == [2, 1, 1, 6]
    assert sum(shares(300, [3, *[1] * 30, 8])) == 300
