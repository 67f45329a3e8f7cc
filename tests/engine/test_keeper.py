"""The keeper's thread: what is urgent is told before the next look, by itself and not too often."""

from __future__ import annotations

import time

from app.engine.keeper import HURRY_EVERY_S, LOOK_EVERY_S, Keeper
from app.engine.sole import Sole
from tests.engine.test_engine import eventually


def test_what_is_urgent_is_told_at_once_without_a_whole_look_and_not_more_often_than_is_good() -> None:
    told: list[int] = []
    looks: list[float] = []
    keeper = Keeper(
        Sole(None),
        queue="items",
        wake=lambda _items: None,
        chore=lambda: looks.append(time.monotonic()),
        on_count=told.append,
    )
    keeper.start()
    try:
        began = time.monotonic()
        keeper.hurry()
        assert eventually(lambda: told == [1], within_s=HURRY_EVERY_S)
        while time.monotonic() < began + LOOK_EVERY_S - 1:
            keeper.hurry()
            time.sleep(0.01)
        assert len(told) <= 1 + (LOOK_EVERY_S - 1) / HURRY_EVERY_S
        assert looks == []
    finally:
        keeper.stop()
    counted = len(told)
    keeper.hurry()
    time.sleep(0.1)
    assert len(told) == counted
