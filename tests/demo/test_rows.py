"""The scenes of ``./run demo --all``: one at least for each automation that is performed, each worth its while."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.demo.customers import deal_number
from app.demo.rows.families import SCENES
from app.demo.rows.register import RowScene
from app.process.rows import read_process
from tests.process.test_automations import STILL_MISSING

ROOT = Path(__file__).parents[2]
SUBSET = "1,13,20,57"
"""Played in the suite; `./run demo --all` plays all. One files, one is private, one takes time, one is the board's."""
WITHIN_S = 150.0


def test_every_row_that_is_performed_has_a_scene() -> None:
    played = {row for scene in SCENES for row in scene.rows}
    assert {row.row for row in read_process().rows} - STILL_MISSING - played == set()
    assert played <= {row.row for row in read_process().rows}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.title)
def test_every_act_expects_something_and_the_scene_says_what_it_shows(scene: RowScene) -> None:
    acts = scene.write(deal_number(0, seed=1, public_sector=scene.public_sector))
    assert scene.title
    assert all(act.then for act in acts)
    assert sum(len(act.then) for act in acts) >= 2, "where the card stands is not enough"


def test_no_customers_name_is_part_of_another_and_no_sow_number_comes_twice() -> None:
    deals = [deal_number(number, seed=5) for number in range(150)]
    names = [deal.customer for deal in deals]
    assert not [(one, two) for one in names for two in names if one != two and one.casefold() in two.casefold()]
    assert len({deal.sow_number for deal in deals}) == len(set(names)) == 150


def demo(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.cli", "demo", "--all", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_S, check=False)


@pytest.mark.slow
def test_some_rows_are_played_and_hold() -> None:
    done = demo("--json", "--only", SUBSET)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["held"] is True
    assert [row["row"] for row in told["rows"]] == [int(row) for row in SUBSET.split(",")]
    assert all(row["performed_by"] and row["scenes"] for row in told["rows"])
    assert f"{len(told['rows'])} of {len(told['rows'])} rows held" in done.stderr


@pytest.mark.parametrize(("only", "says"), [("71", "There is no row 71"), ("nineteen", "no row's number")])
def test_rows_that_do_not_exist_are_named(only: str, says: str) -> None:
    done = demo("--only", only)
    assert done.returncode == 2
    assert says in done.stderr
