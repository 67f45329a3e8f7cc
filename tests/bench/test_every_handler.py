"""The proofs under kills have every action of the registry write, and say of each where a bot died and where none."""

from __future__ import annotations

import pytest

from app.bench.proof.boundaries import action_of
from app.bench.proof.every_handler import covered
from app.bench.proof.stage import undisturbed
from handlers import by_name


@pytest.mark.slow
def test_every_handler_of_the_registry_writes_in_the_workload_of_the_proofs() -> None:
    """If this fails for a new action: see ``app/bench/proof/every_handler.py``."""
    found = undisturbed(seed=1, deal_count=1, most_acts=99)
    report = covered(found.met, set(), found.wrote)
    assert report["handlers_that_never_wrote"] == [], found.wrote
    assert [name for name, one in report["handlers"].items() if len(one["not_died_at"]) < 4] == []
    assert report["start"]["not_died_at"]


def test_a_handler_that_nothing_reached_is_named() -> None:
    met = {"before request 1 of comment", "after request 1 of comment", "before commit of queue, 3 of the start"}
    report = covered(met, {"after request 1 of comment"}, {"comment": 2})
    assert report["handlers"]["comment"] == {
        "died_at": ["after request 1 of comment"],
        "not_died_at": ["before request 1 of comment"],
        "wrote": 2,
    }
    assert report["handlers_that_never_wrote"] == sorted(set(by_name()) - {"comment"})
    assert report["handlers_without_a_kill"] == sorted(set(by_name()) - {"comment"})
    assert report["start"] == {"died_at": [], "not_died_at": ["before commit of queue, 3 of the start"]}


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("before request 3 of comment", "comment"),
        ("after commit of posts+steps 1 of notify", "notify"),
        ("before request of create_issue, again", "create_issue"),
        ("after commit of queue", None),
        ("before commit of inbox+memory", None),
        ("before commit of meta, 2 of the start", None),
    ],
)
def test_a_boundary_belongs_to_an_action_or_to_none(name: str, action: str | None) -> None:
    assert action_of(name) == action
