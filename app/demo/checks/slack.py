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


def slack_reads(channel: str, *words: str) -> Expectation:
    """A message in this channel has all these words; ``{request}`` stands for the request's number."""

    def test(moment: Moment) -> str | None:
        wanted = [word.replace("{request}", f"{moment.scoping.reference}|").casefold() for word in words]
        new = moment.now.posts[len(moment.before.posts) :]
        for post in new:
            text = post.text.replace("*", "").casefold() + "|"
            if post.channel == channel and all(word.strip("|") in text for word in wanted):
                return None
        return " / ".join(f"#{post.channel}: {' '.join(post.text.split())[:200]}" for post in new) or "no message"

    return Expectation(f"#{channel} reads of {', '.join(f'“{word}”' for word in words)}", test)


def names_nobody() -> Expectation:
    """What was posted does not name the customer."""

    def test(moment: Moment) -> str | None:
        name = moment.scene.deal.customer.casefold()
        return next((f"#{post.channel}: {post.text}" for post in moment.posts() if name in post.text.casefold()), None)

    return Expectation("no message names the customer", test)


def slack_is_silent() -> Expectation:
    """Nothing is posted anywhere."""

    def test(moment: Moment) -> str | None:
        posts = moment.posts()
        return None if not posts else f"#{posts[0].channel}: {posts[0].text}"

    return Expectation("no channel hears of it", test)
