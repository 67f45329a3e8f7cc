"""Did you mean."""

from __future__ import annotations

from app.rules.loading.suggest import did_you_mean, nearest

STAGES = ["proposal::SOW_WIP", "proposal::Approved", "proposal::On_hold", "TA::Approved"]


def test_the_nearest_name_is_found_whatever_the_case() -> None:
    assert nearest("proposal::sow wip", STAGES) == "proposal::SOW_WIP"


def test_a_shared_scope_alone_makes_no_two_labels_alike() -> None:
    assert nearest("proposal::Xyz", STAGES) is None


def test_a_label_with_one_colon_finds_its_scoped_form() -> None:
    assert nearest("TA:Approved", STAGES) == "TA::Approved"


def test_without_a_near_name_a_short_choice_is_listed() -> None:
    assert did_you_mean("q", ["when", "why"]) == "known here: when, why"
    assert did_you_mean("q", [str(n) * 5 for n in range(9)]) == ""
    assert did_you_mean("q", []) == ""
