"""The smallest run of the fuzzer; the large one is ``bench hostile``."""

from __future__ import annotations

import pytest

from app.bench.hostile import BATCH, run
from app.bench.mutations import OFFICIAL, seeds


@pytest.mark.parametrize("seed", [1, 2])
def test_hostile_payloads_rule_files_templates_and_texts_do_no_harm(seed: int) -> None:
    report = run(count=4 * BATCH, seed=seed, rule_files=40)
    assert report["held"], report["what"]
    assert set(report["statuses"]) == {"202", "401"}


def test_gitlabs_own_samples_are_among_the_seeds() -> None:
    assert len(seeds()) > len(list(OFFICIAL.glob("*.json"))) > 20
