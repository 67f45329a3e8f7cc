"""Scoped labels: one of a scope, in the order of the request, on Premium only."""

from __future__ import annotations

import pytest

from tests.sandbox.place import Place

TODO, DOING = "proposal::SOW_WIP", "proposal::Approved"


def test_adding_a_label_takes_the_others_of_its_scope_away(place: Place) -> None:
    issue = place.file(labels=[TODO, "TA::Approved"])
    place.plan().issues.update(issue.iid, {"add_labels": [DOING]})
    assert set(place.plan().issues.get(issue.iid).labels) == {DOING, "TA::Approved"}


@pytest.mark.parametrize(
    ("labels", "left"),
    [
        ([DOING, TODO], [TODO]),  # named last, though it was there before: the reported weakness
        ([TODO, DOING], [DOING]),
    ],
)
def test_of_a_whole_set_the_label_named_last_survives(place: Place, labels: list[str], left: list[str]) -> None:
    issue = place.file(labels=[TODO])
    place.plan().issues.update(issue.iid, {"labels": labels})
    assert place.plan().issues.get(issue.iid).labels == left


def test_the_free_tier_takes_nothing_away(place: Place) -> None:
    place.world.scoped_labels = False
    issue = place.file(labels=[TODO])
    place.plan().issues.update(issue.iid, {"add_labels": [DOING]})
    assert set(place.plan().issues.get(issue.iid).labels) == {TODO, DOING}


def test_two_of_a_scope_from_before_stay_until_one_is_added(place: Place) -> None:
    place.world.scoped_labels = False
    issue = place.file(labels=[TODO, DOING])
    place.world.scoped_labels = True
    place.plan().issues.update(issue.iid, {"title": "Other"})
    assert set(place.plan().issues.get(issue.iid).labels) == {TODO, DOING}


def test_nested_scopes_end_at_the_last_pair_of_colons(place: Place) -> None:
    issue = place.file(labels=["a::b::c", "a::d"])
    place.plan().issues.update(issue.iid, {"add_labels": "a::b::e"})
    assert set(place.plan().issues.get(issue.iid).labels) == {"a::b::e", "a::d"}
