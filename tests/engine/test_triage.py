"""The sieve before the rules: the bot's own changes are passed over, but not where the card is."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.change import Change, Kind
from app.engine.rulebook import Rules
from app.engine.triage import OWN, Sieve
from tests.handlers.fake_gitlab import FakeGitLab
from tests.rules.deal import FEEDBACK, ON_BOARD, RULES, SOW, book, change, moved


def sieve(tmp_path: Path) -> Sieve:
    """With rules of which none asks for the bot's own changes."""
    silent = book(rules=[rule for rule in RULES if not rule.get("also_own_changes")])
    found = Sieve(Rules(tmp_path / "rules.yaml", lambda _path: silent), FakeGitLab())
    found.find_out_who_i_am()
    return found


ME = FakeGitLab().whoami()


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (moved(FEEDBACK, SOW, actor=ME), "a stage label moved"),
        (change(Kind.OPENED, actor=ME, labels=(ON_BOARD,), added=(ON_BOARD,)), "an item came on the board"),
        (change(actor=ME, removed=("Public Sector US",), labels=(ON_BOARD,)), "it was private until now"),
        (change(actor=ME, added=("RDM::needs-review",), labels=(ON_BOARD, "RDM::needs-review")), None),
        (change(actor=ME, edited=frozenset({"description"}), labels=(ON_BOARD,)), None),
    ],
)
def test_of_its_own_changes_only_those_that_the_memory_must_follow_pass(
    tmp_path: Path, told: Change, reason: str | None
) -> None:
    assert sieve(tmp_path)(told) == ((True, reason) if reason else (False, OWN))
