"""The smallest of the proofs under kills and under chaos; the large ones are ``bench crash`` and ``bench chaos``."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bench.chaos import HOUR_AWAY, run
from app.bench.crash import World, figures, run_world
from app.bench.proof.boundaries import read


@pytest.mark.slow
def test_a_bot_that_is_killed_again_and_again_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    spent = tmp_path / "spent"
    ended = run_world(World(seed=1, kills=6, deals=2, most_acts=2), spent)
    report = figures([ended], died_at=read(spent))
    assert report["kills"] == 6
    assert report["boundaries_died_at"]
    assert (report["lost"], report["duplicated"], report["wrong_stages"]) == (0, 0, 0), report["what"]


@pytest.mark.slow
def test_what_an_unreliable_gitlab_did_not_tell_is_put_right_by_one_sweep() -> None:
    report = run(seed=1, deal_count=1, most_acts=3, slowest=False)
    assert report["converged"], report["what"]
    assert len(report["episodes"]) == 3
    hour = next(episode for episode in report["episodes"] if episode["weather"] == HOUR_AWAY.name)
    assert 3600 <= hour["blind_seconds"] < 3660
    assert "sowbot was not running from" in hour["the_bot_says"]
    assert hour["waiting_when_it_died"] > 0
    assert hour["mended_by_the_sweep"]
    assert hour["left_for_a_second_sweep"] == {}
