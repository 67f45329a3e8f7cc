"""What the log says of private items and of errors."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.change import Change, Kind
from app.engine.discreet import UNSAID, for_the_log, where_it_broke
from tests.handlers.scene import BOOK, Scene


@pytest.mark.parametrize(
    ("scene", "change", "said"),
    [
        (Scene(), {}, "Assigned canary."),
        (Scene(labels=("Public Sector US",)), {}, UNSAID),
        (Scene(confidential=True), {}, UNSAID),
        (Scene(), {"removed": ("public sector us",)}, UNSAID),
    ],
    ids=["open", "public sector", "confidential", "label just taken off"],
)
def test_a_private_items_sentences_are_not_in_the_log(
    scene: Scene, change: dict[str, tuple[str, ...]], said: str
) -> None:
    what = replace(Change("d", "m", Kind.EDITED, "Issue Hook"), **change)  # type: ignore[arg-type]  # one of the cases
    assert for_the_log(BOOK, scene.item, what, "Assigned canary.") == said


def test_an_errors_place_is_told_without_what_it_says() -> None:
    try:
        try:
            raise KeyError("canary")  # to be the cause of another
        except KeyError as error:
            raise ValueError("Zanzibar canary") from error
    except ValueError as error:
        told = where_it_broke(error)
    assert "ValueError" in told
    assert "KeyError" in told
    assert any("test_discreet.py" in line for line in told)
    # The source line of a raise may stand in a trace; the values that it prints never do.
    assert not any("'canary'" in line for line in told)
