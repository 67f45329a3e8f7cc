"""Digests in words."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.decision import Mode
from app.rules.book import RuleBook
from app.rules.model import Digest
from app.rules.model.digests import ASSIGNEE
from app.rules.telling.words import Quote, both, listed, sentence


def digest_sentences(digest: Digest, book: RuleBook, quote: Quote, *, strong: str = "") -> Iterator[str]:
    """When it comes, whom it tells, of what, and why."""
    when = listed([str(time) for time in digest.at], "or")
    yield (
        f"{strong}When{strong} it is {when}, {strong}the bot{strong} looks over the whole board and tells "
        f"the channel {quote(digest.channel)} {listed(list(_of(digest, quote)))}."
    )
    yield f"{strong}Because:{strong} {sentence(digest.why)}"
    mode = book.digest_mode(digest)
    if mode is Mode.OFF:
        yield "It is switched off."
    elif mode is not Mode.LIVE:
        yield "For now nothing is posted."


def _of(digest: Digest, quote: Quote) -> Iterator[str]:
    if digest.stages:
        yield "how many cards stand in each stage and for how long"
    if digest.lacking:
        what = ["an assignee" if one == ASSIGNEE else f"a label {quote(one)}" for one in digest.lacking]
        yield f"which lack {listed(what, 'or')}"
    if digest.waiting_for:
        yield f"which wait in {both(digest.waiting_for, quote)}"
    if digest.win_rate:
        yield "the win rate of the fiscal quarter"
