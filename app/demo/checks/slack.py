"""What the channels must hear, and must not."""

from __future__ import annotations

from app.demo.deal import Deal
from app.demo.expect import Expectation
from app.demo.scene import Moment

PRIVATE_CHANNEL = "us-pubsec"


def slack_hears(deal: Deal, channel: str) -> Expectation:
    """Exactly one message arrives, in this channel alone; of a public sector deal in the private one instead."""
    place = PRIVATE_CHANNEL if deal.public_sector else channel

    def test(moment: Moment) -> str | None:
        heard = [post.channel for post in moment.posts()]
        return None if heard == [place] else f"messages in: {', '.join(heard) or 'no channel'}"

    return Expectation(f"#{place} hears of it, once, and no other channel", test)


def slack_is_silent() -> Expectation:
    """Nothing is posted anywhere."""

    def test(moment: Moment) -> str | None:
        posts = moment.posts()
        return None if not posts else f"#{posts[0].channel}: {posts[0].text}"

    return Expectation("no channel hears of it", test)
