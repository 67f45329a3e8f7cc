from __future__ import annotations

import random

from app.demo.deal import REVIEW_ABOVE, make_deal
from app.demo.story import story


def told(seed: int, *, public_sector: bool = False) -> list[tuple[str, str]]:
    rng = random.Random(seed)
    deal = make_deal(rng, public_sector=public_sector)
    return [(act.who, act.tells) for chapter in story(deal, rng) for act in chapter.acts]


def test_the_same_seed_tells_the_same_story() -> None:
    assert told(7) == told(7)


def test_other_seeds_vary_names_numbers_and_the_order_of_independent_acts() -> None:
    stories = [told(seed) for seed in range(12)]

    assert len({str(story) for story in stories}) == 12
    assert len({tuple(who for who, _ in story) for story in stories}) > 1


def test_every_deal_needs_the_technical_architect() -> None:
    assert all(make_deal(random.Random(seed), public_sector=False).estimate > REVIEW_ABOVE for seed in range(50))


def test_every_act_expects_something() -> None:
    rng = random.Random(3)
    for public_sector in (False, True):
        chapters = story(make_deal(rng, public_sector=public_sector), rng)
        assert all(act.then for chapter in chapters for act in chapter.acts)
        assert len(chapters) == 10
